"""The check after a storm finds what does not hold, whatever it is, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.storm.remains import Remains


def an_order(order_id: str, status: str, ticket_id: str = "t1") -> dict[str, Any]:
    ticket = {"id": ticket_id, "amount": 4950, "currency": "usd"}
    return {"id": order_id, "user_id": "ann", "status": status, "version": 2, "ticket": ticket}


def a_payment(order_id: str, status: str, order_status: str) -> dict[str, Any]:
    known = {"order_status": order_status, "order_version": 2}
    return {"order_id": order_id, "status": status, **known}


def a_ticket(ticket_id: str, status: str, order_id: str | None) -> dict[str, Any]:
    ticket = {**a_copy(ticket_id, None), "status": status, "order_id": order_id}
    return ticket | ({"on_sale": "1"} if status == "available" else {})


def a_copy(ticket_id: str, order_id: str | None) -> dict[str, Any]:
    facts = {"id": ticket_id, "version": 3, "title": "Nick Cave", "amount": 4950}
    facts |= {"currency": "usd", "withdrawn": False}
    return facts | ({"order_id": order_id} if order_id else {})


def an_intent(order_id: str, status: str, **more: int) -> Any:
    amounts = {"amount": 4950, "amount_capturable": 0, "amount_received": 0} | more
    metadata = {"order_id": order_id}
    return SimpleNamespace(
        id=f"pi_{order_id}", status=status, currency="usd", metadata=metadata, **amounts
    )


@pytest.fixture
def remains() -> Remains:
    """One ticket is sold, after somebody else's payment for it was given back; one is on sale."""
    return Remains(
        orders={"o1": an_order("o1", "complete"), "o2": an_order("o2", "cancelled")},
        tickets={"t1": a_ticket("t1", "sold", "o1"), "t2": a_ticket("t2", "available", None)},
        copies={"t1": a_copy("t1", "o1"), "t2": a_copy("t2", None)},
        payments={
            "o1": a_payment("o1", "captured", "complete"),
            "o2": a_payment("o2", "refunded", "cancelled"),
        },
        intents=[
            an_intent("o1", "succeeded", amount_received=4950),
            an_intent("o2", "succeeded", amount_received=4950),
        ],
        refunds=[SimpleNamespace(payment_intent="pi_o2", amount=4950)],
    )


def test_what_is_settled_is_right(remains: Remains) -> None:
    assert [*remains.violations()] == []


def plant(remains: Remains, **changes: Any) -> set[str]:
    """The numbers of the invariants that a change breaks."""
    return {each.partition(":")[0] for each in replace(remains, **changes).violations()}


type Change = Callable[[Remains], dict[str, Any]]

PLANTED: dict[str, tuple[Change, set[str]]] = {
    "two live orders of one ticket": (
        lambda it: {"orders": it.orders | {"o2": an_order("o2", "complete")}},
        {"1", "9", "11"},
    ),
    "captured for a cancelled order": (lambda _: {"refunds": []}, {"8"}),
    "captured twice": (
        lambda it: {"intents": [*it.intents, an_intent("o1", "succeeded", amount_received=4950)]},
        {"3", "8"},
    ),
    "an intent of another amount": (
        lambda _: {"intents": [an_intent("o1", "succeeded", amount=1, amount_received=4950)]},
        {"3"},
    ),
    "an intent for nothing": (
        lambda it: {"intents": [*it.intents, an_intent("o3", "canceled")]},
        {"3"},
    ),
    "more given back than taken": (lambda it: {"refunds": [*it.refunds] * 2}, {"3", "8"}),
    "complete and not captured": (
        lambda _: {"intents": [an_intent("o1", "requires_capture", amount_capturable=4950)]},
        {"8"},
    ),
    "complete, and the payment does not know": (
        lambda it: {"payments": it.payments | {"o1": a_payment("o1", "authorized", "complete")}},
        {"8"},
    ),
    "cancelled, and the money is held": (
        lambda it: {
            "intents": [it.intents[0], an_intent("o2", "requires_capture", amount_capturable=1)],
            "refunds": [],
        },
        {"8"},
    ),
    "cancelled, and its intent can still be paid": (
        lambda it: {
            "intents": [it.intents[0], an_intent("o2", "requires_payment_method")],
            "refunds": [],
        },
        {"8"},
    ),
    "cancelled, and its payment is open": (
        lambda it: {"payments": it.payments | {"o2": a_payment("o2", "pending", "cancelled")}},
        {"8"},
    ),
    "an order that never ends": (
        lambda it: {"orders": it.orders | {"o2": an_order("o2", "created")}},
        {"1", "9", "9, 12"},
    ),
    "a ticket held by a dead order": (
        lambda it: {"copies": it.copies | {"t2": a_copy("t2", "o2")}},
        {"9"},
    ),
    "a sold ticket that nobody holds": (
        lambda it: {"copies": it.copies | {"t1": a_copy("t1", None)}},
        {"9"},
    ),
    "a ticket that shows something else": (
        lambda it: {"tickets": it.tickets | {"t1": a_ticket("t1", "reserved", "o1")}},
        {"11"},
    ),
    "a sold ticket in the list": (
        lambda it: {"tickets": it.tickets | {"t1": it.tickets["t1"] | {"on_sale": "1"}}},
        {"11"},
    ),
    "a copy with another price": (
        lambda it: {"copies": it.copies | {"t2": a_copy("t2", None) | {"amount": 1}}},
        {"11"},
    ),
    "a ticket that orders never heard of": (
        lambda it: {"tickets": it.tickets | {"t3": a_ticket("t3", "available", None)}},
        {"11"},
    ),
    "an order that payments never heard of": (
        lambda it: {"payments": {"o1": it.payments["o1"]}},
        {"11"},
    ),
    "a payment with another version of its order": (
        lambda it: {"payments": it.payments | {"o2": it.payments["o2"] | {"order_version": 1}}},
        {"11"},
    ),
}


@pytest.mark.parametrize(("change", "broken"), PLANTED.values(), ids=PLANTED)
def test_what_is_planted_is_found(remains: Remains, change: Change, broken: set[str]) -> None:
    assert plant(remains, **change(remains)) == broken
