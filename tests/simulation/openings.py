"""Openings: how things stand when a story begins, as the product itself brought them there.

A story that begins in the middle is shorter, so that more of them are played.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.simulation.people import Buyer, Seller
from tests.simulation.stripe import State
from tests.simulation.world import World

QUIET_SECONDS = 60.0
"""After which everybody has heard of what happened, and no reservation is over yet."""

SELLERS = {"Nick Cave": "sue", "Patti Smith": "sam"}
"""Who sells what."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A world's state, before its first expiry."""

    now: float
    items: tuple[tuple[str, Any], ...]
    """Of the tables: its name, and the item."""

    stripe: State
    orders: Mapping[str, Any]
    """As the invariants know them."""

    announced: tuple[dict[str, Any], ...]
    """The events `order:created`, whose timers run."""

    def set_up(self, world: World) -> None:
        """Begin a world like this."""
        world.scheduler.now = self.now
        world.fill(self.items)
        world.bank.stripe.restore(self.stripe)
        world.invariants.restore(self.orders)
        world.money.restore(self.stripe.intents.values())
        for event in self.announced:
            world.bus.start_timer(event)

    @property
    def tickets(self) -> list[str]:
        """The ids of the tickets that are on sale, or were."""
        return [item["id"]["S"] for table, item in self.items if table == "tickets"]


def openings(new_world: Callable[[], World]) -> tuple[Opening, ...]:
    """Two tickets are on sale; ann has reserved the first one; she has begun to pay."""
    return tuple(opening(new_world(), act) for act in (lists, reserves, begins_to_pay))


def opening(world: World, act: Callable[[World], None]) -> Opening:
    """How things stand a minute after somebody acted."""
    world.scheduler.spawn("opening", lambda: act(world))
    world.scheduler.run(until=world.scheduler.now + QUIET_SECONDS)
    tables = ("tickets", "orders", "payments")
    return Opening(
        now=world.began + QUIET_SECONDS,
        items=tuple(
            (table, item) for table in tables for item in world.dynamodb.items(table).values()
        ),
        stripe=world.bank.stripe.state(),
        orders=dict(world.invariants.orders),
        announced=tuple(world.bus.timers),
    )


def lists(world: World) -> None:
    for title, name in SELLERS.items():
        Seller(world, name).list_ticket(title, "49.50")


def reserves(world: World) -> str:
    lists(world)
    world.sleep(1.0)
    ticket_id = min(world.dynamodb.items("tickets")).partition("#")[2]
    order_id = Buyer(world, "ann").reserve(ticket_id, "ann-key")
    assert order_id, "nobody can reserve a ticket"
    return order_id


def begins_to_pay(world: World) -> None:
    order_id = reserves(world)
    world.sleep(1.0)
    assert Buyer(world, "ann").begin_payment(order_id), "nobody can begin to pay"
