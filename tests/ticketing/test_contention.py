"""Contention: what a table does when DynamoDB is busy, throttles or finds a request wrong."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tests.ticketing.test_dynamo import put, rename
from ticketing import aws
from ticketing.attributes import Item, to_attributes
from ticketing.dynamo import PAUSES, Table
from ticketing.errors import Conflict, Invalid, Unavailable

TOKEN = "ClientRequestToken"


def cancel(stubber: Stubber, *reasons: str | dict[str, Any]) -> None:
    """Let the next transaction be cancelled, with one reason for each of its writes."""
    stubber.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        http_status_code=400,
        modeled_fields={
            "CancellationReasons": [
                {"Code": reason} if isinstance(reason, str) else reason for reason in reasons
            ]
        },
    )


def failed(item: Item | None = None) -> dict[str, Any]:
    found = {"Item": to_attributes(item)} if item else {}
    return {"Code": "ConditionalCheckFailed", **found}


def test_a_transaction_that_met_another_is_tried_again(
    stubbed_table: Table, stubber: Stubber, pauses: list[float]
) -> None:
    cancel(stubber, "None", "TransactionConflict")
    cancel(stubber, "TransactionConflict", "None")
    stubber.add_response("transact_write_items", {})
    stubbed_table.transact(put("A"), put("B"))
    assert pauses == [0, 0.05, 0.1]


@pytest.mark.parametrize(
    "reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]
)
def test_a_transaction_that_never_gets_through_is_unavailable(
    stubbed_table: Table, stubber: Stubber, pauses: list[float], reason: str
) -> None:
    for _ in PAUSES:
        cancel(stubber, reason)
    with pytest.raises(Unavailable):
        stubbed_table.transact(put("A"))
    assert pauses == list(PAUSES)
    assert sum(pauses) < 1


def test_the_pauses_are_random_up_to_their_bound(
    stubbed_table: Table, stubber: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds: list[tuple[float, float]] = []
    monkeypatch.setattr(
        "ticketing.dynamo.random.uniform", lambda low, high: bounds.append((low, high)) or 0.0
    )
    cancel(stubber, "TransactionConflict")
    stubber.add_response("transact_write_items", {})
    stubbed_table.transact(put("A"))
    assert bounds == [(0, 0), (0, 0.05)]


def test_a_refusal_speaks_before_a_conflict(stubbed_table: Table, stubber: Stubber) -> None:
    cancel(stubber, "TransactionConflict", failed({"pk": "B", "note": "of B"}))
    with pytest.raises(Conflict, match="of B"):
        stubbed_table.transact(put("A"), put("B"))


def test_a_transaction_that_is_wrong_in_itself_is_a_defect(
    stubbed_table: Table, stubber: Stubber
) -> None:
    cancel(stubber, "None", "ValidationError")
    with pytest.raises(ClientError, match="TransactionCanceledException"):
        stubbed_table.transact(put("A"), put("B"))


def test_a_write_that_meets_a_transaction_is_tried_again(
    stubbed_table: Table, stubber: Stubber, pauses: list[float]
) -> None:
    stubber.add_client_error("put_item", "TransactionConflictException")
    stubber.add_response("put_item", {})
    assert stubbed_table.write(put("A")) == {"pk": "A", "note": "first"}
    assert pauses == [0, 0.05]


def test_an_update_that_only_meets_transactions_is_unavailable(
    stubbed_table: Table, stubber: Stubber, pauses: list[float]
) -> None:
    for _ in PAUSES:
        stubber.add_client_error("update_item", "TransactionConflictException")
    with pytest.raises(Unavailable) as refused:
        stubbed_table.write(rename("A", "second", was="first"))
    assert refused.value.headers["Retry-After"] == "1"


def test_a_write_that_is_throttled_is_left_to_the_edge(
    stubbed_table: Table, stubber: Stubber
) -> None:
    stubber.add_client_error("put_item", "ThrottlingException")
    with pytest.raises(ClientError):
        stubbed_table.write(put("A"))


UNREAD = {"Responses": {}, "UnprocessedKeys": {"orders-table": {"Keys": [{"pk": {"S": "B"}}]}}}


def test_keys_left_unread_are_asked_for_again(
    stubbed_table: Table, stubber: Stubber, pauses: list[float]
) -> None:
    stubber.add_response("batch_get_item", UNREAD)
    both = [{"pk": {"S": "A"}}, {"pk": {"S": "B"}}]
    stubber.add_response("batch_get_item", {"Responses": {"orders-table": both}})
    assert set(stubbed_table.get_many("A", "B")) == {"A", "B"}
    assert pauses == [0, 0.05]


def test_keys_never_read_are_unavailable(
    stubbed_table: Table, stubber: Stubber, pauses: list[float]
) -> None:
    for _ in PAUSES:
        stubber.add_response("batch_get_item", UNREAD)
    with pytest.raises(Unavailable):
        stubbed_table.get_many("A", "B")
    assert pauses == list(PAUSES)


def test_a_position_that_the_index_cannot_have_is_an_invalid_cursor(
    stubbed_table: Table, stubber: Stubber
) -> None:
    stubber.add_client_error("query", "ValidationException")
    with pytest.raises(Invalid) as refused:
        stubbed_table.query("by_user", ("user_id", "buyer"), limit=1, start={"pk": "A"})
    assert refused.value.errors[0].field == "cursor"


def test_a_wrong_query_without_a_position_is_a_defect(
    stubbed_table: Table, stubber: Stubber
) -> None:
    stubber.add_client_error("query", "ValidationException")
    with pytest.raises(ClientError):
        stubbed_table.query("by_user", ("user_id", "buyer"), limit=1)


def test_a_throttled_query_is_not_the_cursors_fault(stubbed_table: Table, stubber: Stubber) -> None:
    stubber.add_client_error("query", "ThrottlingException")
    with pytest.raises(ClientError):
        stubbed_table.query("by_user", ("user_id", "buyer"), limit=1, start={"pk": "A"})


def test_a_transaction_is_sent_again_under_the_token_by_which_dynamodb_knows_it(
    make_table: Callable[[str], Table],
) -> None:
    sent: list[str] = []
    table = make_table("orders")
    table.write(put("A"))
    handlers = {
        "before-send": lambda request, **_: sent.append(json.loads(request.body)[TOKEN]),
        "needs-retry": lambda attempts, **_: 0 if attempts == 1 else None,  # As if it were lost.
    }
    events: Any = aws.client("dynamodb").meta.events
    for event, handler in handlers.items():
        events.register_first(f"{event}.dynamodb.TransactWriteItems", handler, event)
    try:
        for _ in range(2):
            table.transact(rename("A", "first", was="first"))
    finally:
        for event in handlers:
            events.unregister(f"{event}.dynamodb.TransactWriteItems", unique_id=event)
    first, again, other, _ = sent
    assert first == again != other
