"""What must hold of the money: what the bank holds, takes and gives back.

The numbers are those of docs/simulation.md. A violation says what a person needs to know.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tests.simulation.invariants import Violation, seconds
from tests.simulation.statuses import LIVE


class Money:
    """The watch over one world's account at Stripe."""

    def __init__(self, world: Any) -> None:
        self._world = world
        self._orders = world.invariants.orders
        self.intents: defaultdict[str, set[str]] = defaultdict(set)
        """Their ids, by order."""

        self.in_time: set[str] = set()
        """The orders whose money the bank held before their time was over."""

        self.lapsed: set[str] = set()
        """The orders whose money the bank let go of by itself."""

        self._captured: defaultdict[str, int] = defaultdict(int)
        self._refunded: defaultdict[str, int] = defaultdict(int)

    def restore(self, intents: Iterable[Any]) -> None:
        """Know what happened before the story began."""
        for intent in intents:
            self.intents[intent.metadata["order_id"]].add(intent.id)

    def kept(self, order_id: str) -> int:
        """How much of an order's money is taken and not given back, in minor units."""
        return self._captured[order_id] - self._refunded[order_id]

    def happened(self, event: Any) -> None:
        """Check what happened at Stripe."""
        about = event.item
        if event.type == "refund.created":
            self._was_refunded(about)
        if about.object != "payment_intent":
            return
        self._world.invariants.checked += 1
        order_id = about.metadata["order_id"]
        self.intents[order_id].add(about.id)
        if len(self.intents[order_id]) > 1:
            msg = f"3: order {order_id} has several intents: {sorted(self.intents[order_id])}"
            raise Violation(msg)
        order = self._orders[order_id]
        price = (order["ticket"]["amount"], order["ticket"]["currency"])
        if (about.amount, about.currency) != price:
            msg = f"3: order {order_id} costs {price}, and its intent {about.amount}"
            raise Violation(msg)
        match event.type:
            case "payment_intent.amount_capturable_updated":
                self._is_held(order)
            case "payment_intent.succeeded":
                self._was_captured(order, about)
            case "payment_intent.canceled":
                self._was_let_go(order)

    def _is_held(self, order: Any) -> None:
        if order["status"] in LIVE and self._world.scheduler.now < seconds(order["expires_at"]):
            self.in_time.add(order["id"])

    def _was_captured(self, order: Any, intent: Any) -> None:
        order_id = order["id"]
        self._captured[order_id] += intent.amount_received
        if order["status"] not in ("awaiting:payment", "complete"):
            msg = f"2: money was captured for order {order_id}, which is {order['status']}"
            raise Violation(msg)
        if self._captured[order_id] > order["ticket"]["amount"]:
            msg = f"3: more was captured for order {order_id} than the buyer was shown"
            raise Violation(msg)

    def _was_let_go(self, order: Any) -> None:
        if order["status"] in LIVE and order["id"] not in self.lapsed:
            msg = f"6: the money of order {order['id']} was let go, which is {order['status']}"
            raise Violation(msg)

    def _was_refunded(self, refund: Any) -> None:
        for order_id, intents in self.intents.items():
            if refund.payment_intent in intents:
                self._refunded[order_id] += refund.amount
                if self._refunded[order_id] > self._captured[order_id]:
                    msg = f"3: more was given back for order {order_id} than was taken"
                    raise Violation(msg)
