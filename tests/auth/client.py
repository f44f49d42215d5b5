"""The users API as a client uses it."""

from typing import Any

from auth import api
from auth.access_tokens import verify
from tests.auth.builders import ANN, PASSWORD, WRONG
from tests.gateway import Answer, Gateway

gateway = Gateway(api.lambda_handler)

OWN = {"Sec-Fetch-Site": "same-origin"}
WANTS_TOKEN = {"Prefer": "return=token"}


def sign_up(email: Any = ANN, password: Any = PASSWORD, **headers: str) -> Answer:
    body = {"email": email, "password": password}
    return gateway("POST", "/api/users/signup", body, headers=headers)


def sign_in(email: Any = ANN, password: Any = PASSWORD, **headers: str) -> Answer:
    body = {"email": email, "password": password}
    return gateway("POST", "/api/users/signin", body, headers=headers)


def refresh(token: str) -> Answer:
    """As an API client does: token in, tokens out."""
    body = {"refreshToken": token}
    return gateway("POST", "/api/users/refresh", body, headers=WANTS_TOKEN)


def sign_out(body: Any = None, **headers: str) -> Answer:
    return gateway("POST", "/api/users/signout", body, headers=headers)


def change_password(user: str | None, current: Any = PASSWORD, new: Any = "a new one") -> Answer:
    body = {"currentPassword": current, "newPassword": new}
    return gateway("POST", "/api/users/password", body, user=user, headers=WANTS_TOKEN)


def export(user: str | None) -> Answer:
    return gateway("GET", "/api/users/me/export", user=user)


def erase(user: str | None, password: Any = PASSWORD) -> Answer:
    return gateway("DELETE", "/api/users/me", {"password": password}, user=user)


def current_user(**headers: str) -> Any:
    answer = gateway("GET", "/api/users/currentuser", headers=headers)
    assert answer.status == 200
    return answer.json["currentUser"]


def kept(answer: Answer) -> dict[str, str]:
    """What a browser keeps of the answer, by the cookie's name."""
    pairs = [cookie.partition(";")[0].partition("=") for cookie in answer.cookies]
    return {name.removeprefix("__Host-"): value for name, _, value in pairs}


def session_of(answer: Answer) -> str:
    """The access token in the answer's cookie."""
    return kept(answer)["session"]


def refresh_token_of(answer: Answer) -> str:
    return kept(answer)["refresh"]


def user_of(answer: Answer) -> str:
    """Whose session the answer begins, as the authorizer would say."""
    caller = verify(session_of(answer))
    assert caller
    return caller.identity.user_id


def fail(times: int, email: str = ANN) -> None:
    for _ in range(times):
        assert sign_in(email, WRONG).status == 401
