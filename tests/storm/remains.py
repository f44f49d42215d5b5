"""What a storm leaves behind, in the tables and at Stripe, and what does not hold of it.

The numbers are those of docs/simulation.md.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.simulation.invariants import Violation
from tests.simulation.settled import check_order, check_ticket
from tests.simulation.statuses import LIVE
from ticketing.attributes import Item


@dataclass(frozen=True, slots=True)
class Remains:
    """Items by id, and objects of Stripe's API."""

    orders: Mapping[str, Item]
    tickets: Mapping[str, Item]
    copies: Mapping[str, Item]
    """Of tickets, in orders' table."""

    payments: Mapping[str, Item]
    """By order."""

    intents: Sequence[Any]
    refunds: Sequence[Any]

    def violations(self) -> Iterator[str]:
        """What does not hold of them, if nothing is under way any more."""
        intents, kept = self._money()
        for order_id in {*intents} - {*self.orders}:
            yield f"3: there are intents for order {order_id}, which is not there"
        for order_id, order in self.orders.items():
            facts = order, self.payments.get(order_id), intents[order_id], kept[order_id]
            yield from broken(check_order, *facts)
            yield from wrong_money(order, intents[order_id], kept[order_id])
        live = self._live_orders()
        for ticket_id, ticket in self.tickets.items():
            yield from broken(check_ticket, ticket, self.copies.get(ticket_id), live[ticket_id])
        for ticket_id, orders in live.items():
            if len(orders) > 1:
                yield f"1: ticket {ticket_id} has {len(orders)} live orders: {sorted(orders)}"

    def _money(self) -> tuple[Mapping[str, list[Any]], Mapping[str, int]]:
        """The intents of each order, and how much of its money was taken and not given back."""
        given_back: Counter[str] = Counter()
        for refund in self.refunds:
            given_back[str(refund.payment_intent)] += refund.amount
        intents: defaultdict[str, list[Any]] = defaultdict(list)
        kept: Counter[str] = Counter()
        for intent in self.intents:
            order_id = intent.metadata["order_id"]
            intents[order_id].append(intent)
            kept[order_id] += intent.amount_received - given_back[intent.id]
        return intents, kept

    def _live_orders(self) -> Mapping[str, dict[str, Item]]:
        """By ticket."""
        live: defaultdict[str, dict[str, Item]] = defaultdict(dict)
        for order_id, order in self.orders.items():
            if order["status"] in LIVE:
                live[order["ticket"]["id"]][order_id] = order
        return live


def wrong_money(order: Item, intents: Sequence[Any], kept: int) -> Iterator[str]:
    """What was asked of the buyer's bank that the order does not say."""
    price = order["ticket"]["amount"], order["ticket"]["currency"]
    if len(intents) > 1:
        yield f"3: order {order['id']} has several intents: {[each.id for each in intents]}"
    if any((each.amount, each.currency) != price for each in intents):
        yield f"3: order {order['id']} costs {price}, and its intent something else"
    if kept < 0:
        yield f"3: more was given back for order {order['id']} than was taken"


def broken(check: Callable[..., None], *facts: Any) -> Iterator[str]:
    """What a check complains of, if anything."""
    try:
        check(*facts)
    except Violation as violation:
        yield str(violation)
