"""The users API as a caller sees it."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from argon2 import PasswordHasher

from auth import passwords
from auth.models import Attempts
from auth.store import AccountStore
from tests.auth.builders import ANN, PASSWORD, WRONG, a_token, an_account, create, now, outage
from tests.auth.client import (
    WANTS_TOKEN,
    change_password,
    current_user,
    fail,
    gateway,
    kept,
    refresh,
    refresh_token_of,
    session_of,
    sign_in,
    sign_out,
    sign_up,
    user_of,
)
from ticketing import secrets
from ticketing.dynamo import Table

pytestmark = pytest.mark.usefixtures("table")

NO_ADDRESS = "Email must be an address, such as sam@example.com"


def test_sign_up_answers_with_the_user_and_a_cookie() -> None:
    answer = sign_up("  Ann@Example.COM ")
    assert answer.status == 201
    assert set(answer.json) == {"id", "email"}
    assert answer.json["email"] == ANN
    rules = "; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax"
    assert [cookie.endswith(rules) for cookie in answer.cookies] == [True, True]
    assert set(kept(answer)) == {"session", "refresh"}
    assert current_user(Authorization=f"Session {session_of(answer)}") == answer.json


def test_sign_up_keeps_no_password(table: Table) -> None:
    sign_up()
    item = table.get(f"EMAIL#{ANN}") or {}
    assert PASSWORD not in str(item)
    assert passwords.matches(item["password_hash"], PASSWORD)


@pytest.mark.parametrize(
    ("email", "password", "error"),
    [
        (
            "ann",
            PASSWORD,
            {"message": NO_ADDRESS, "field": "email"},
        ),
        (1, PASSWORD, {"message": "Email must be text", "field": "email"}),
        (
            ANN,
            "seven77",
            {"message": "Password must have at least 8 characters", "field": "password"},
        ),
        (
            ANN,
            "x" * 129,
            {"message": "Password must have at most 128 characters", "field": "password"},
        ),
        (ANN, None, {"message": "Password must be text", "field": "password"}),
    ],
)
def test_sign_up_refuses_a_bad_email_or_password(
    email: Any, password: Any, error: dict[str, str]
) -> None:
    answer = sign_up(email, password)
    assert (answer.status, answer.slug) == (400, "invalid-input")
    assert answer.json["errors"] == [error]
    assert answer.cookies == []


def test_every_bad_field_has_its_own_error() -> None:
    answer = gateway("POST", "/api/users/signup", {"email": "ann", "admin": True})
    assert answer.status == 400
    assert {error["field"] for error in answer.json["errors"]} == {"email", "password", "admin"}


@pytest.mark.parametrize("password", ["        ", "12345678", "\U0001f3b8" * 128, "eight\0to"])
def test_any_characters_make_a_password(password: str) -> None:
    assert sign_up(password=password).status == 201
    assert sign_in(password=password).status == 200
    assert sign_in(password=password.strip() + "x").status == 401


def test_half_a_character_is_no_json() -> None:
    body = f'{{"email": "{ANN}", "password": "\\ud800 is half"}}'
    assert gateway("POST", "/api/users/signup", body).status == 400
    assert gateway("POST", "/api/users/signin", body).status == 400


def test_sign_up_refuses_an_address_in_use() -> None:
    first = sign_up()
    answer = sign_up("ANN@example.com", "another password")
    assert (answer.status, answer.slug) == (409, "email-in-use")
    assert answer.json["errors"] == [{"message": "Email is already in use", "field": "email"}]
    assert answer.cookies == []
    assert sign_in().json == first.json


def test_without_session_keys_there_is_no_account_either(store: AccountStore) -> None:
    secrets.forget()
    with outage("secretsmanager"):
        answer = sign_up()
    assert (answer.status, answer.slug) == (503, "unavailable")
    assert "retry-after" in answer.headers
    assert store.find(ANN) == (None, Attempts(), 0)


def test_sign_in_answers_with_the_user_and_a_cookie() -> None:
    user = sign_up().json
    answer = sign_in(" ANN@example.com")
    assert (answer.status, answer.json) == (200, user)
    assert current_user(Authorization=f"Session {session_of(answer)}") == user


@pytest.mark.parametrize("enter", [sign_up, sign_in])
@pytest.mark.parametrize(
    "prefer", ["return=token", "respond-async, Return=Token", 'return = "token"; foo=bar']
)
def test_the_token_is_in_the_body_when_asked_for(enter: Any, prefer: str) -> None:
    if enter is sign_in:
        sign_up()
    answer = enter(Prefer=prefer)
    assert set(answer.json) == {"id", "email", "token", "refreshToken"}
    assert answer.headers["preference-applied"] == "return=token"
    assert answer.json["token"] == session_of(answer)
    assert answer.json["refreshToken"] == refresh_token_of(answer)
    assert current_user(Authorization=f"Bearer {answer.json['token']}")["email"] == ANN


def test_another_preference_changes_nothing() -> None:
    answer = sign_up(Prefer="return=minimal")
    assert set(answer.json) == {"id", "email"}
    assert "preference-applied" not in answer.headers


@pytest.mark.parametrize(
    ("email", "password"), [("ann", PASSWORD), (ANN, ""), ("x" * 30_000 + "@a.b", PASSWORD)]
)
def test_sign_in_refuses_what_cannot_be_credentials(email: str, password: str) -> None:
    assert sign_in(email, password).status == 400


def test_a_hash_with_old_parameters_is_renewed_at_sign_in(store: AccountStore) -> None:
    old = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash(PASSWORD)
    create(store, an_account(password_hash=old), now())
    assert sign_in(password=WRONG).status == 401
    assert store.find(ANN)[0] == an_account(password_hash=old)
    assert sign_in().status == 200
    account = store.find(ANN)[0]
    assert account is not None
    assert not passwords.is_outdated(account.password_hash)
    assert sign_in().status == 200


def test_sign_up_is_one_call_and_sign_in_one_more_for_its_session(calls: list[str]) -> None:
    sign_up()
    assert calls == ["GetSecretValue", "TransactWriteItems"]
    calls.clear()
    sign_in()
    assert calls == ["BatchGetItem", "PutItem"]


def test_nobody_is_null(calls: list[str]) -> None:
    assert current_user() is None
    assert current_user(Authorization="Anonymous") is None
    assert calls == []


@pytest.mark.parametrize("scheme", ["Bearer", "Session"])
def test_the_current_user_needs_no_table(scheme: str, calls: list[str]) -> None:
    token = session_of(sign_up())
    calls.clear()
    assert current_user(Authorization=f"{scheme} {token}")["email"] == ANN
    assert calls == []


def test_only_the_one_credential_header_counts() -> None:
    cookie = f"__Host-session={session_of(sign_up())}"
    assert current_user(Cookie=cookie) is None
    assert current_user(Authorization="Bearer forged", Cookie=cookie) is None


def test_an_expired_token_is_nobody() -> None:
    token = a_token(now() - timedelta(minutes=16))
    assert current_user(Authorization=f"Session {token}") is None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/users/signup", 405),
        ("POST", "/api/users/currentuser", 405),
        ("GET", "/api/users/user-1", 404),
    ],
)
def test_other_routes_are_refused(method: str, path: str, status: int) -> None:
    assert gateway(method, path).status == status


def test_nothing_personal_is_logged(log: StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    answer = sign_up(**WANTS_TOKEN)
    token, refresh_token = session_of(answer), refresh_token_of(answer)
    sign_up()
    sign_in(**WANTS_TOKEN)
    sign_in(password=WRONG)
    sign_in("not an address", WRONG)
    current_user(Authorization=f"Bearer {token}")
    successor = refresh_token_of(refresh(refresh_token))
    copy = f"{successor.split('.')[0]}.{'a' * 43}"
    refresh(copy)
    change_password(user_of(answer), WRONG)
    sign_out({"everywhere": True}, Authorization=f"Bearer {token}")
    logged = log.getvalue() + capsys.readouterr().out
    assert "user signed in" in logged
    assert "SignInsFailed" in logged
    assert "refresh token used again" in logged
    assert "signed out everywhere" in logged
    for personal in (
        ANN,
        "ann",
        "example.com",
        "not an address",
        PASSWORD,
        WRONG,
        token,
        refresh_token,
        successor,
        successor.split(".")[1],
        copy,
        "argon2id",
    ):
        assert personal not in logged


def test_what_happens_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    sign_up()
    sign_in()
    fail(5)
    sign_in()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    counted = [
        metric["Name"]
        for line in lines
        if "_aws" in line
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    ]
    assert counted == ["UsersSignedUp", "UsersSignedIn", *["SignInsFailed"] * 5, "SignInsLocked"]
