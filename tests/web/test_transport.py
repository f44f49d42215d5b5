"""The connection to the API: kept while it is surely there, and nothing is sent twice over it."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tests.web.api import Api
from web.transport import SURE_SECONDS, Problem, Transport

type Passes = Callable[[float], None]


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Passes:
    """Lets seconds go by."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("web.transport.time", SimpleNamespace(monotonic=lambda: clock.now))

    def let(seconds: float) -> None:
        clock.now += seconds

    return let


@pytest.fixture
def transport(api: Api, passes: Passes) -> Transport:
    """With a connection that was used a moment ago."""
    for method in ("GET", "POST", "PUT"):
        api.says(f"{method} /", {})
    transport = Transport(api.url)
    transport.send("GET", "/", {}, None)
    return transport


def sends(transport: Transport, api: Api, method: str) -> bool:
    """Over the connection that was there, or over a new one?"""
    transport.send(method, "/", {}, None)
    first, *_, last = api.asked
    return last.connection == first.connection


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_connection_is_kept(transport: Transport, api: Api, passes: Passes, method: str) -> None:
    for _ in range(3):
        passes(SURE_SECONDS)
        assert sends(transport, api, method)


def test_what_can_be_repeated_tries_the_old_connection(
    transport: Transport, api: Api, passes: Passes
) -> None:
    passes(3600)
    assert sends(transport, api, "GET")
    api.goes_away()
    assert not sends(transport, api, "GET")
    assert len(api.asked) == 3


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_cannot_be_repeated_does_not_rely_on_a_connection_that_may_be_gone(
    transport: Transport, api: Api, passes: Passes, method: str
) -> None:
    api.goes_away()
    passes(SURE_SECONDS + 0.1)
    assert not sends(transport, api, method)
    assert [one.method for one in api.asked] == ["GET", method]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_cannot_be_repeated_is_sent_once(transport: Transport, api: Api, method: str) -> None:
    api.goes_away()
    with pytest.raises(Problem) as refused:
        transport.send(method, "/", {}, None)
    assert refused.value.status == 503
    assert [one.method for one in api.asked] == ["GET"]
