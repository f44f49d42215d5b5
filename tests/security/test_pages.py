"""What is confidential goes through every page of the web client, and is read nowhere else."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from urllib3 import HTTPHeaderDict

from tests.gateway import LambdaContext, http_event
from tests.in_memory import Edge
from tests.in_memory.account import SECRETS
from tests.security.canaries import Canaries, Heard, check
from tests.security.routes import COMING_PASSWORDS, NEWCOMER
from tests.security.scene import AVAILABLE, CREATED, Person, Scene
from tests.web.browser import OWN, SITE
from web import backend
from web.assets import assets
from web.pages import lambda_handler, site
from web.routing import Route
from web.settings import settings
from web.visit import FORM

TICKET = {"title": "Nick Cave", "price": "50", "currency": "usd", "version": "0"}
FORMS: dict[str, Callable[[Person], Mapping[str, str]]] = {
    "/auth/signin": lambda who: {"email": who.email, "password": who.password},
    "/auth/signup": lambda _: {"email": NEWCOMER, "password": COMING_PASSWORDS[0]},
    "/auth/signout": lambda _: {},
    "/account/password": lambda who: {
        "currentPassword": who.password,
        "newPassword": COMING_PASSWORDS[1],
    },
    "/account/signout": lambda _: {},
    "/account/erase": lambda who: {"password": who.password},
    "/tickets/new": lambda _: TICKET,
    "/tickets/{id}/edit": lambda _: TICKET,
    "/tickets/{id}/withdraw": lambda _: {},
    "/tickets/{id}/reserve": lambda _: {"price": "50"},
    "/orders/{id}/cancel": lambda _: {},
}
FIELDS = """
    currency currentPassword email newPassword next offset password price starts_at title venue
    version
"""
PROOF = {"x-origin-verify": SECRETS["origin"]["k1"]}
ROUTES = sorted(site.routes, key=str)


class Answer(NamedTuple):
    """An answer in urllib3's terms."""

    data: bytes
    status: int
    headers: HTTPHeaderDict


class Pool:
    """Leads the web client to the API in memory, past the edge, as it is deployed."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def request(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        text = None if body is None else body.decode()
        event = http_event(method, url, text, headers=headers) | {"routeKey": "$default"}
        answer = self._edge.answer(event)
        said = HTTPHeaderDict(answer["headers"])
        for cookie in answer.get("cookies", ()):
            said.add("Set-Cookie", cookie)
        return Answer(answer["body"].encode(), answer["statusCode"], said)


@pytest.fixture(autouse=True)
def pages(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The web client's environment, and the API behind it."""
    for name, value in {
        "API_URL": "http://api",
        "SITE_URL": SITE,
        "STRIPE_JS_URL": "https://js.stripe.com/v3/",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_1",
    }.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    backend.transport.cache_clear()
    monkeypatch.setattr(backend.transport(), "_pool", Pool(Edge(scene.service)))
    yield
    settings.cache_clear()
    backend.transport.cache_clear()


def of(route: Route) -> str:
    return f"{route.method} {route.path}"


def visitor(scene: Scene, route: Route) -> Person:
    is_of_the_seller = route.path.startswith("/tickets/{id}") and "reserve" not in route.path
    return scene.seller if is_of_the_seller else scene.buyer


class Browser(NamedTuple):
    """Somebody's browser, and what it keeps of their session."""

    user: str | None
    """Whose access token is still good."""
    headers: Mapping[str, str]

    def ask(self, method: str, path: str, form: Mapping[str, str] | None) -> tuple[int, str]:
        """The page's status, and all of it but the cookies."""
        body = None if form is None else urlencode(form)
        headers = {**OWN, **PROOF, **({} if form is None else {"content-type": FORM})}
        event = http_event(method, path, body, user=self.user, headers={**headers, **self.headers})
        context: Any = LambdaContext()
        page = lambda_handler(event | {"routeKey": "ANY /{proxy+}"}, context)
        return page["statusCode"], f"{page['headers']} {page['body']}"


def session(who: Person, authorization: str) -> dict[str, str]:
    return {"authorization": authorization, "cookie": f"__Host-refresh={who.refresh_token}"}


def signed_in(who: Person) -> Browser:
    return Browser(who.id, session(who, f"Session {who.token}"))


def expired(who: Person) -> Browser:
    return Browser(None, session(who, "Anonymous"))


def path_of(scene: Scene, route: Route) -> str:
    item = scene.orders[CREATED] if "orders" in route.path else scene.tickets[AVAILABLE]
    return route.path.format(id=item, file=assets()["app.css"].path.rpartition("/")[2])


def test_every_form_is_known() -> None:
    assert {route.path for route in ROUTES if route.method == "POST"} == FORMS.keys()


@pytest.mark.parametrize("browser_of", [signed_in, expired])
@pytest.mark.parametrize("route", ROUTES, ids=of)
def test_a_page_tells_only_its_visitor(
    scene: Scene, heard: Heard, route: Route, browser_of: Callable[[Person], Browser]
) -> None:
    canaries, who = Canaries(scene), visitor(scene, route)
    form = FORMS[route.path](who) if route.method == "POST" else None
    status, page = browser_of(who).ask(route.method, path_of(scene, route), form)
    assert status in (200, 303)
    assert canaries.in_text(page) <= {"e-mail"}
    check(scene, canaries, heard)


@pytest.mark.parametrize("route", ROUTES, ids=of)
def test_what_is_misplaced_is_logged_by_no_page(scene: Scene, heard: Heard, route: Route) -> None:
    canaries, who = Canaries(scene), visitor(scene, route)
    path, browser = path_of(scene, route), signed_in(who)
    every = canaries.one_of_each()
    place = quote(" ".join(every), safe="")
    browser.ask(route.method, f"{path}?next={place}&cursor={place}&{place}=1", None)
    browser.ask(route.method, f"{path}/{place}", None)
    for headers in (canaries.headers(), session(who, f"Session {' '.join(every)}")):
        Browser(None, {**browser.headers, **headers}).ask(route.method, path, None)
    if route.method == "POST":
        for canary in every:
            browser.ask("POST", path, dict.fromkeys(FIELDS.split(), canary))
    check(scene, canaries, heard)
