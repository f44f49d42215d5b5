"""Runs: a seed becomes a story, from the first request until everything is quiet."""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.simulation import first_line, invocations, network, stripe_network, virtual
from tests.simulation.deployment import Deployment
from tests.simulation.faults import Fault
from tests.simulation.invariants import Violation, seconds
from tests.simulation.openings import Opening, openings
from tests.simulation.quiet import Quiet
from tests.simulation.scenarios import play
from tests.simulation.scheduler import Livelock
from tests.simulation.stripe import quick_sdk
from tests.simulation.tape import Tape
from tests.simulation.world import Strike, World

MAX_FAULTS = 5
"""How many faults a run can have."""

SWEEP_AFTER, RECONCILE_AFTER = 35.0, 65.0
"""Seconds until the sweeper looks at an order that is over, and the reconciler at a payment."""

ROUNDS = 8
"""So many times the clean-up may go round until nothing is left to do."""

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "simulation",
    "AWS_SECRET_ACCESS_KEY": "simulation",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_METRICS_NAMESPACE": "Ticketing",
    "POWERTOOLS_SERVICE_NAME": "simulation",
}

type Handlers = Mapping[str, Callable[[Any, Any], Any]]
type Scene = Callable[[World], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """What every run of a process shares: the product, loaded and led into the simulation."""

    deployment: Deployment
    handlers: Handlers
    openings: tuple[Opening, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run."""

    choices: Mapping[int, int]
    faults: Counter[Fault]
    steps: int
    calls: int
    checked: int
    violation: str | None
    world: World


def set_up(deployment: Deployment) -> Stage:
    """Load the product into this process, for good: its clocks, ids and network are virtual."""
    os.environ.update(ENVIRONMENT)
    handlers = {label: _load(function) for label, function in deployment.functions.items()}
    os.environ.update(ENVIRONMENT)
    virtual.install()
    network.install()
    stripe_network.install()
    quick_sdk()
    invocations.install()
    virtual.seed(1)
    return Stage(
        deployment,
        handlers,
        openings(lambda: World(Tape(recorded={}), deployment, handlers, no_fault)),
    )


def _load(function: Any) -> Callable[[Any, Any], Any]:
    """A function as its container starts it: its environment is read once, and kept."""
    os.environ.update(function.environment)
    os.environ.update(ENVIRONMENT)
    handler: Callable[[Any, Any], Any] = function.load()
    module = __import__(function.handler.rpartition(".")[0], fromlist=["handler"])
    for name in ("store", "gateway", "bus", "reservation", "default_currency"):
        if name in vars(module):
            vars(module)[name]()
    return handler


def run(stage: Stage, tape: Tape, scene: Scene = play, strike: Strike | None = None) -> Outcome:
    """Play a scene to its end. `strike` chooses the faults instead of the tape."""
    virtual.seed(0)
    faults = strike or random_faults(tape)
    world = World(tape, stage.deployment, stage.handlers, faults, stage.openings)
    violation = None
    try:
        scene(world)
        world.scheduler.run()
        first_line.check(world)
        come_to_rest(world)
        Quiet(world).check()
    except (Violation, Livelock) as error:
        violation = str(error)
    finally:
        world.scheduler.forget()
    return Outcome(
        choices=tape.choices,
        faults=world.faults,
        steps=world.scheduler.steps,
        calls=world.calls,
        checked=world.invariants.checked,
        violation=violation,
        world=world,
    )


def random_faults(tape: Tape) -> Strike:
    """Some faults, by the tape: how many there can be, when each strikes, and which one it is."""
    left = tape.pick(MAX_FAULTS + 1, 0.85)

    def strike(options: tuple[Fault, ...], chance: float) -> Fault | None:
        nonlocal left
        if not left:
            return None
        choice = tape.pick(len(options) + 1, chance)
        if not choice:
            return None
        left -= 1
        return options[choice - 1]

    return strike


def no_fault(_options: tuple[Fault, ...], _chance: float) -> None:
    """Nothing goes wrong."""


def come_to_rest(world: World) -> None:
    """The faults are over. Timers, sweeper, reconciler and operator do what is left to do."""
    world.strike_with = no_fault
    world.lasting.clear()
    world.is_behind = False
    for _ in range(ROUNDS):
        if not clean_up(world):
            return
        world.scheduler.run()
    msg = f"12: it is not quiet after {ROUNDS} rounds of cleaning up"
    raise Violation(msg)


def clean_up(world: World) -> bool:
    """Whether there was anything to do. What would find nothing to do is not called."""
    busy = bool(world.redrive())
    orders = world.dynamodb.items("orders").values()
    ends = [seconds(item["expires_at"]["S"]) for item in orders if "expiry_shard" in item]
    if ends:
        world.scheduler.now = max(world.scheduler.now, *ends) + SWEEP_AFTER
        schedule(world, "orders/sweeper")
        busy = True
    if has_open_payments(world):
        world.scheduler.now += RECONCILE_AFTER
        schedule(world, "payments/reconciler")
        busy = True
    return busy


def schedule(world: World, label: str) -> None:
    world.scheduler.spawn("schedule", lambda: invocations.run_scheduled(world, label))


def has_open_payments(world: World) -> bool:
    """Whether something at Stripe may still have to be done: what the reconciler is for."""
    if any("open_shard" in item for item in world.dynamodb.items("payments").values()):
        return True
    intents = world.bank.stripe.account.intents.newest_first()
    return any(intent.status not in ("canceled", "succeeded") for intent in intents)
