"""Callers: who is somebody, and in how many ways one is nobody."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from tests.auth.builders import NEW_KEY, claims, encode, forge, now
from tests.in_memory.account import SECRETS
from tests.security.scene import Person, Scene

KEY = SECRETS["session-keys"]["k1"]
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
FOREIGN_PAGE = {"Sec-Fetch-Site": "cross-site"}

NOBODY, STRANGER, BUYER, SELLER = "nobody", "stranger", "buyer", "seller"


type Made = Callable[[Scene], str]
"""Makes a token."""

type Presented = Callable[[Scene], dict[str, str]]
"""The headers by which somebody wants to be known."""


class Caller(NamedTuple):
    """Somebody who calls, and by what they want to be known."""

    name: str
    role: str
    """Who they are, whatever they say."""
    headers: Presented
    is_foreign: bool = False
    """A page of another site has the browser ask."""

    def __str__(self) -> str:
        return self.name


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def cookie(token: str) -> dict[str, str]:
    return {"Cookie": f"session={token}"}


def session(token: str) -> dict[str, str]:
    """What the edge makes of a cookie."""
    return {"Authorization": f"Session {token}"}


def basic(who: Person) -> dict[str, str]:
    return {"Authorization": f"Basic {encode(f'{who.email}:{who.password}'.encode())}"}


def later(**delay: float) -> int:
    return int((now() + timedelta(**delay)).timestamp())


def forged(key: str = KEY, kid: str = "k1", **changes: object) -> Made:
    """Makes a token that says it is the buyer's."""

    def make(scene: Scene) -> str:
        said = {"sub": scene.buyer.id, "email": scene.buyer.email, **changes}
        return forge(claims() | said, key, kid=kid)

    return make


def unsigned(scene: Scene) -> str:
    payload = forged()(scene).split(".")[1]
    return f"{encode(b'{"alg":"none","kid":"k1"}')}.{payload}."


def exchanged(scene: Scene) -> str:
    """The stranger's own token, with the buyer's name in it."""
    header, _, signature = scene.stranger.token.split(".")
    payload = scene.buyer.token.split(".")[1]
    return f"{header}.{payload}.{signature}"


EXPIRED = forged(exp=later(minutes=-1))
FORGERIES: dict[str, Made] = {
    "expired": EXPIRED,
    "of another key": forged(NEW_KEY),
    "of an unknown key": forged(kid="k9"),
    "of what is no key": forged("k1", kid="current"),
    "without a signature": unsigned,
    "with another's signature": exchanged,
    "of another issuer": forged(iss="somebody"),
    "for another audience": forged(aud="another api"),
    "of tomorrow": forged(iat=later(days=1), exp=later(days=2)),
    "not valid yet": forged(nbf=later(days=1), exp=later(days=2)),
    "that refreshes": lambda scene: scene.buyer.refresh_token,
    "that is an id": lambda scene: scene.buyer.id,
}
"""Tokens that are none, though their makers mean the buyer."""


def presenting(made: Made) -> Presented:
    return lambda scene: bearer(made(scene))


NOBODIES = [
    Caller("nobody", NOBODY, lambda _: {}),
    *(Caller(f"a token {what}", NOBODY, presenting(made)) for what, made in FORGERIES.items()),
    Caller("an expired cookie", NOBODY, lambda scene: OWN_PAGE | cookie(EXPIRED(scene))),
    Caller("the edge's word", NOBODY, lambda scene: session(scene.buyer.token)),
    Caller("a password", NOBODY, lambda scene: basic(scene.buyer)),
    Caller("another site's page", NOBODY, lambda _: FOREIGN_PAGE, is_foreign=True),
]

SOMEBODIES = [
    Caller(STRANGER, STRANGER, lambda scene: scene.stranger.bearer),
    Caller(BUYER, BUYER, lambda scene: scene.buyer.bearer),
    Caller(SELLER, SELLER, lambda scene: scene.seller.bearer),
    Caller("a token made by hand with the key", BUYER, presenting(forged())),
    Caller("the buyer's page", BUYER, lambda scene: OWN_PAGE | cookie(scene.buyer.token)),
    Caller(
        "another site's page in the buyer's browser",
        BUYER,
        lambda scene: FOREIGN_PAGE | cookie(scene.buyer.token),
        is_foreign=True,
    ),
]
