"""Events, timers and webhooks do everything by themselves, unless one of them never comes.

Sweeper, reconciler and operator are the second line, for what goes wrong otherwise. They would hide
that something is left to them that the first line forgot: so it is looked at before they come.
"""

from typing import Any

from tests.simulation.bus import POISON
from tests.simulation.faults import Fault
from tests.simulation.invariants import Violation
from tests.simulation.settled import FINAL

FEW = 2
"""So many mishaps may make a message fail five times, such as an outage and a crash after it."""


def check(world: Any) -> None:
    """Raise Violation if the second line has to do what the first one could have done."""
    world.invariants.checked += 1
    if world.faults[Fault.NEVER]:
        return
    dead = [each.body for line in world.lines.values() for each in line.dead if each.body != POISON]
    mishaps = world.faults.total() + world.scheduler.jumps
    if dead and mishaps < FEW:
        msg = f"14: left to the operator: {dead}"
        raise Violation(msg)
    if not dead:
        check_tables(world)


def check_tables(world: Any) -> None:
    """Raise Violation if an order is still to be swept, or a payment to be reconciled."""
    orders, payments = (world.dynamodb.items(name).values() for name in ("orders", "payments"))
    if unswept := [item["id"]["S"] for item in orders if "expiry_shard" in item]:
        msg = f"14: left to the sweeper: {unswept}"
        raise Violation(msg)
    if world.bank.has_refused:
        return
    strays = [intent.id for intent in world.bank.intents() if intent.status not in FINAL]
    unsettled = [item["order_id"]["S"] for item in payments if "open_shard" in item]
    if unsettled or (strays and not may_leave_strays(world)):
        msg = f"14: left to the reconciler: {unsettled or strays}"
        raise Violation(msg)


def may_leave_strays(world: Any) -> bool:
    """Whether a request to pay was kept from naming its intent, or from giving it up."""
    struck = (entry.who for entry in world.log if entry.fault)
    return world.scheduler.jumps > 0 or any(who.endswith("payments/api") for who in struck)
