"""Listing: newest first, in pages, with cursors that are the ids of objects."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import dropwhile, islice
from typing import Any, Protocol

from cdk.local.stripe_double.account import Account, Shelf, Stored
from cdk.local.stripe_double.errors import InvalidRequest, JsonObject
from cdk.local.stripe_double.network import Call
from cdk.local.stripe_double.params import Params

DEFAULT_LIMIT, MAX_LIMIT = 10, 100
NEVER = 2**63

type ShelfOf = Callable[[Account], Shelf[Any]]


class Command(Protocol):
    """A request that passed validation."""

    def perform(self, call: Call) -> JsonObject: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page of the objects of one kind."""

    shelf: ShelfOf
    url: str
    limit: int
    starting_after: str | None
    first: int
    last: int
    """When it was created, both ends included, in seconds since the epoch."""

    def perform(self, call: Call) -> JsonObject:
        """Raises ResourceMissing for an unknown cursor."""
        items = self._after_cursor(self.shelf(call.account))
        found = (item.as_json() for item in items if self.first <= item.created <= self.last)
        data = list(islice(found, self.limit))
        return {"object": "list", "data": data, "has_more": any(found), "url": self.url}

    def _after_cursor(self, shelf: Shelf[Any]) -> Iterator[Stored]:
        """Newest first."""
        items: Iterator[Stored] = shelf.newest_first()
        if self.starting_after is None:
            return items
        cursor = shelf.get(self.starting_after, param="starting_after")
        return islice(dropwhile(lambda item: item is not cursor, items), 1, None)


def list_page(shelf: ShelfOf, url: str) -> Callable[[Params, str], Command]:
    """Reads a request for a page."""

    def read(params: Params, _item_id: str) -> Command:
        limit = params.integer("limit") or DEFAULT_LIMIT
        if limit > MAX_LIMIT:
            msg = f"This value must be less than or equal to {MAX_LIMIT}."
            raise InvalidRequest(msg, code="parameter_invalid_integer", param="limit")
        created = params.section("created") or Params({})
        return ListPage(
            shelf=shelf,
            url=url,
            limit=limit,
            starting_after=params.text("starting_after"),
            first=created.integer("gte") or 0,
            last=created.integer("lte") or NEVER,
        )

    return read
