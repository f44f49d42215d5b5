"""Retrieving and listing: newest first, in pages, with cursors that are the ids of objects."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, Protocol

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


class Created(NamedTuple):
    """A range of creation times, both ends included, in seconds since the epoch."""

    first: int = 0
    last: int = NEVER

    @classmethod
    def read(cls, params: Params) -> "Created":
        """Read `created[gte|lte]`."""
        section = params.section("created")
        if section is None:
            return cls()
        return cls(section.integer("gte") or 0, section.integer("lte") or NEVER)


@dataclass(frozen=True, slots=True)
class Retrieve:
    """One object by its id."""

    shelf: ShelfOf
    item_id: str

    def perform(self, call: Call) -> JsonObject:
        """Raises ResourceMissing."""
        item: Stored = self.shelf(call.account).get(self.item_id, param="id", in_url=True)
        return item.as_json()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page of the objects of one kind."""

    shelf: ShelfOf
    url: str
    limit: int
    starting_after: str | None
    ending_before: str | None
    created: Created
    equal: JsonObject
    """Members that an object must have to be listed."""

    def perform(self, call: Call) -> JsonObject:
        """Raises ResourceMissing for an unknown cursor."""
        found = filter(self._matches, self._from_cursor(self.shelf(call.account)))
        taken = list(islice(found, self.limit + 1))
        page = taken[: self.limit]
        if self.ending_before:
            page.reverse()
        data = [item.as_json() for item in page]
        more = len(taken) > self.limit
        return {"object": "list", "data": data, "has_more": more, "url": self.url}

    def _from_cursor(self, shelf: Shelf[Any]) -> list[Stored]:
        """What lies beyond the cursor, nearest first."""
        items: list[Stored] = list(shelf.newest_first())
        cursor = self.starting_after or self.ending_before
        if cursor is None:
            return items
        shelf.get(cursor, param="starting_after" if self.starting_after else "ending_before")
        at = [item.id for item in items].index(cursor)
        return items[at + 1 :] if self.starting_after else items[:at][::-1]

    def _matches(self, item: Stored) -> bool:
        if not self.created.first <= item.created <= self.created.last:
            return False
        return not self.equal or self.equal.items() <= item.as_json().items()


def retrieve(shelf: ShelfOf) -> Callable[[Params, str], Command]:
    """Reads a request for one object."""

    def read(_params: Params, item_id: str) -> Command:
        return Retrieve(shelf, item_id)

    return read


def list_page(shelf: ShelfOf, url: str, *filters: str) -> Callable[[Params, str], Command]:
    """Reads a request for a page; `filters` are members that can be asked for by value."""

    def read(params: Params, _item_id: str) -> Command:
        limit = params.integer("limit") or DEFAULT_LIMIT
        if limit > MAX_LIMIT:
            msg = f"This value must be less than or equal to {MAX_LIMIT}."
            raise InvalidRequest(msg, code="parameter_invalid_integer", param="limit")
        return ListPage(
            shelf=shelf,
            url=url,
            limit=limit,
            starting_after=params.text("starting_after"),
            ending_before=params.text("ending_before"),
            created=Created.read(params),
            equal={name: value for name in filters if (value := params.text(name))},
        )

    return read
