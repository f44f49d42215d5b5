"""All that a service keeps: to see whether anything changed, and to go back."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from tests.in_memory.service import Service

SHELVES = ("intents", "charges", "refunds", "payment_methods", "events")


class State(NamedTuple):
    """The tables and the account at Stripe, and how much was said on the way."""

    tables: Mapping[str, Mapping[str, Any]]
    stripe: Mapping[str, Mapping[str, Any]]
    """What was there of each kind, and the answers that are kept by their idempotency keys."""
    published: int
    dead_letters: int

    @classmethod
    def of(cls, service: Service) -> Self:
        return cls(
            service.account.everything(),
            {kind: dict(kept) for kind, kept in kept_at_stripe(service).items()},
            len(service.account.published),
            len(service.dead_letters),
        )

    def restore(self, service: Service) -> None:
        """Make everything again as it was then; nobody is told of it."""
        for name, items in self.tables.items():
            table = service.account.database._tables[name]
            for key in {*items, *table.items}:
                if items.get(key) != table.items.get(key):
                    table.store(key, items.get(key))
        for kind, kept in kept_at_stripe(service).items():
            kept.clear()
            kept.update(self.stripe[kind])
        del service.account.published[self.published :]
        del service.dead_letters[self.dead_letters :]


def kept_at_stripe(service: Service) -> dict[str, dict[str, Any]]:
    account = service.stripe.account
    shelves = {kind: getattr(account, kind)._items for kind in SHELVES}
    return shelves | {"keys": service.stripe._api._keys._entries}
