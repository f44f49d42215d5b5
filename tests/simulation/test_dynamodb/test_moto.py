"""`ticketing.dynamo.Table` on this DynamoDB and on moto: the same items, pages and refusals.

moto is asked only what `Table` asks. Beyond that it ignores tokens, keeps half of an update that it
refuses, takes what is missing for null, and orders or measures what has neither with an error of
Python. `EXAMPLES=20000` draws that many new ones.
"""

import os
import re
from collections.abc import Callable
from operator import methodcaller
from typing import Any

from botocore.session import Session
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from moto import mock_aws
from moto.core.models import botocore_stubber

from cdk.tables import ORDERS
from tests.simulation.dynamodb import DynamoDB
from tests.simulation.test_dynamodb.wire import answered_by
from ticketing.attributes import Item
from ticketing.dynamo import Put, Table, Update

EXAMPLES = os.environ.get("EXAMPLES")

type Step = Callable[[Table], Any]

KEYS = ("A", "B", "C")
KEY = st.sampled_from(KEYS)
NAME = st.sampled_from(["x", "y"])
COUNT = st.integers(0, 2)

ATTRIBUTES: dict[str, SearchStrategy[Any]] = {
    "status": NAME,
    "holder": NAME,
    "version": COUNT,
    "withdrawn": st.booleans(),
    "outbox": NAME.map(lambda name: {"id": name, "type": "order:created"}),
    "tags": st.lists(NAME, max_size=2),
    "expiry_shard": NAME,
    "expires_at": NAME,
}

CONDITIONS = (
    "attribute_not_exists(pk)",
    "attribute_exists(pk)",
    "#status = :status",
    "#status <> :status",
    "#status IN (:status, :holder)",
    "#version < :version",
    "#version >= :version AND NOT #status = :status",
    "attribute_not_exists(#version) OR #version < :version",
    "attribute_not_exists(#holder) AND #withdrawn = :withdrawn",
    "#version < :version OR (#version = :version AND #holder = :holder)",
    "attribute_not_exists(pk) OR (#outbox.#id <> :status AND #version <= :version)",
    "attribute_exists(#outbox.#id) AND #status BETWEEN :status AND :status",
)


class Refused(Exception):
    """The condition failed; the item found, if any."""


def refuse(found: Item | None) -> Exception:
    return Refused(found)


def some(names: list[str]) -> SearchStrategy[Item]:
    return st.fixed_dictionaries({}, optional={name: ATTRIBUTES[name] for name in names})


@st.composite
def conditions(draw: DrawFn) -> dict[str, Any]:
    condition = draw(st.sampled_from(CONDITIONS))
    values = {name: draw(ATTRIBUTES[name]) for name in re.findall(r":(\w+)", condition)}
    return {"condition": condition, "values": values, "refusal": refuse}


@st.composite
def puts(draw: DrawFn, key: str) -> Put:
    return Put(key=key, item=draw(some([*ATTRIBUTES])), **draw(conditions()))


@st.composite
def updates(draw: DrawFn, key: str) -> Update:
    """Changes every attribute in one way at most."""
    names = draw(st.permutations([*ATTRIBUTES]))
    return Update(
        key=key,
        set=draw(some(names[:3])),
        set_once=draw(some(names[3:5])),
        remove=names[5:7],
        add={"seen": draw(COUNT)},
        **draw(conditions()),
    )


@st.composite
def transactions(draw: DrawFn) -> Step:
    keys = draw(st.lists(KEY, min_size=1, unique=True))
    return methodcaller("transact", *(draw(st.one_of(puts(key), updates(key))) for key in keys))


@st.composite
def queries(draw: DrawFn) -> Step:
    """A page, from its beginning or from where an order may once have been."""
    shard = draw(NAME)
    options: dict[str, Any] = {"limit": draw(COUNT) + 1, "newest_first": draw(st.booleans())}
    if draw(st.booleans()):
        options["up_to"] = ("expires_at", draw(NAME))
    elif draw(st.booleans()):
        options["start"] = {"pk": draw(KEY), "expiry_shard": shard, "expires_at": draw(NAME)}
    return methodcaller("query", "by_expiry", ("expiry_shard", shard), **options)


WRITE = KEY.flatmap(lambda key: st.one_of(puts(key), updates(key)))
STEP: SearchStrategy[Step] = st.one_of(
    WRITE.map(lambda write: methodcaller("write", write)),
    transactions(),
    queries(),
    KEY.map(lambda key: methodcaller("get", key)),
)


def outcome(table: Table, step: Step) -> Any:
    """What the table returns, or the item that made it refuse."""
    try:
        return step(table)
    except Refused as refused:
        return Refused, *refused.args


@mock_aws
def test_moto_agrees() -> None:
    theirs, ours = (Session().create_client("dynamodb", "eu-west-1") for _ in range(2))
    ours.meta.events.unregister("before-send", botocore_stubber)

    @settings(max_examples=int(EXAMPLES or 25), derandomize=not EXAMPLES)
    @given(steps=st.lists(STEP, min_size=1, max_size=8))
    def agrees(steps: list[Step]) -> None:
        database = DynamoDB(clock=lambda: 0.0)
        database.create(ORDERS.definition("orders"))
        theirs.create_table(**ORDERS.definition("orders"))
        mine, other = Table(ours, "orders"), Table(theirs, "orders")
        try:
            with answered_by(database, ours):
                for step in [*steps, methodcaller("get_many", *KEYS)]:
                    assert outcome(mine, step) == outcome(other, step)
        finally:
            theirs.delete_table(TableName="orders")

    agrees()
