"""No other site can sign a browser in, out, or on."""

from typing import Any

import pytest

from tests.auth.builders import ANN, PASSWORD
from tests.auth.client import (
    OWN,
    gateway,
    refresh,
    refresh_token_of,
    session_of,
    sign_in,
    sign_out,
    sign_up,
)

pytestmark = pytest.mark.usefixtures("table")

CALLS: list[tuple[str, Any]] = [
    ("signup", {"email": "new@example.com", "password": PASSWORD}),
    ("signin", {"email": ANN, "password": PASSWORD}),
    ("refresh", None),
    ("signout", None),
    ("password", {"currentPassword": PASSWORD, "newPassword": "another one"}),
]


@pytest.mark.parametrize(("call", "body"), CALLS)
@pytest.mark.parametrize(
    "word",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil.example", "Authorization": "Bearer made-up"},
    ],
)
def test_a_foreign_page_gets_no_cookie_set_or_cleared(
    call: str, body: Any, word: dict[str, str]
) -> None:
    mine = sign_up()
    cookie = {"Cookie": f"__Host-refresh={refresh_token_of(mine)}"}
    answer = gateway("POST", f"/api/users/{call}", body, headers=word | cookie)
    assert (answer.status, answer.slug) == (403, "cross-site-request")
    assert answer.cookies == []
    assert refresh(refresh_token_of(mine)).status == 200
    assert sign_in().status == 200


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_cannot_be_taken_for_json(media_type: str) -> None:
    sign_up()
    answer = sign_in(**{"Content-Type": media_type})
    assert (answer.status, answer.cookies) == (415, [])


def test_a_page_of_our_own_signs_in_and_out() -> None:
    assert sign_up(**OWN).status == 201
    mine = sign_in(**OWN)
    assert mine.status == 200
    cookie = {"Cookie": f"__Host-refresh={refresh_token_of(mine)}"}
    assert sign_out(**OWN, **cookie, Authorization=f"Session {session_of(mine)}").status == 200
    assert refresh(refresh_token_of(mine)).status == 401
