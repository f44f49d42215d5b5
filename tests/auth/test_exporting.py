"""The export: all that auth knows of a person, and nothing that opens the account."""

import json

import pytest

from auth.store import email_key
from tests.auth.builders import ANN
from tests.auth.client import (
    erase,
    export,
    fail,
    refresh,
    refresh_token_of,
    sign_in,
    sign_up,
    user_of,
)
from ticketing.dynamo import Table

pytestmark = pytest.mark.usefixtures("table")


def test_an_export_has_the_account_its_sessions_and_where_the_rest_is() -> None:
    user = sign_up()
    other = sign_in()
    refresh(refresh_token_of(other))
    fail(2)
    answer = export(user_of(user))
    found = answer.json
    assert answer.status == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="account.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert (found["id"], found["email"]) == (user.json["id"], ANN)
    assert found["createdAt"].endswith("Z")
    assert found["failedSignIns"]["count"] == 2
    assert found["failedSignIns"]["lastAt"].endswith("Z")
    assert [set(each) for each in found["sessions"]] == [{"id", "refreshedAt", "expiresAt"}] * 2
    assert [each["refreshedAt"] is None for each in found["sessions"]].count(True) == 1
    assert found["elsewhere"] == {"tickets": "/api/tickets/mine", "orders": "/api/orders"}


def test_without_failures_there_is_none_to_tell() -> None:
    found = export(user_of(sign_up())).json
    assert found["failedSignIns"] == {"count": 0, "lastAt": None}


def test_nothing_in_it_opens_the_account(table: Table) -> None:
    user = sign_up()
    text = json.dumps(export(user_of(user)).json)
    assert (table.get(email_key(ANN)) or {})["password_hash"] not in text
    token = refresh_token_of(user)
    stored = table.get(f"SESSION#{token.partition('.')[0]}") or {}
    assert token not in text
    assert stored["token_hash"] not in text


def test_only_the_callers_own_account_is_exported() -> None:
    mine = sign_up()
    sign_up("bob@example.com")
    text = json.dumps(export(user_of(mine)).json)
    assert "bob@example.com" not in text
    assert len(export(user_of(mine)).json["sessions"]) == 1


def test_nobody_and_who_is_gone_get_no_export() -> None:
    assert export(None).status == 401
    user_id = user_of(sign_up())
    erase(user_id)
    answer = export(user_id)
    assert (answer.status, answer.slug) == (401, "not-signed-in")


def test_an_export_is_three_reads(calls: list[str]) -> None:
    user_id = user_of(sign_up())
    calls.clear()
    export(user_id)
    assert calls == ["GetItem", "BatchGetItem", "Query"]
