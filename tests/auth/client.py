"""The users API as a client uses it."""

from typing import Any

from auth import api
from tests.auth.builders import ANN, PASSWORD, WRONG
from tests.gateway import Answer, Gateway

gateway = Gateway(api.lambda_handler)


def sign_up(email: Any = ANN, password: Any = PASSWORD, **headers: str) -> Answer:
    body = {"email": email, "password": password}
    return gateway("POST", "/api/users/signup", body, headers=headers)


def sign_in(email: Any = ANN, password: Any = PASSWORD, **headers: str) -> Answer:
    body = {"email": email, "password": password}
    return gateway("POST", "/api/users/signin", body, headers=headers)


def current_user(**headers: str) -> Any:
    answer = gateway("GET", "/api/users/currentuser", headers=headers)
    assert answer.status == 200
    return answer.json["currentUser"]


def session_of(answer: Answer) -> str:
    """The token in the answer's cookie."""
    (cookie,) = answer.cookies
    return cookie.removeprefix("session=").split(";")[0]


def fail(times: int, email: str = ANN) -> None:
    for _ in range(times):
        assert sign_in(email, WRONG).status == 401
