"""How a browser keeps a session."""

from datetime import timedelta

import pytest

from auth import cookies

pytestmark = pytest.mark.usefixtures("keys")


def test_both_cookies_are_out_of_reach_for_scripts_other_sites_other_hosts_and_plain_http() -> None:
    kept = [str(each) for each in cookies.of_session("a", "r", timedelta(days=1))]
    rules = "Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax"
    assert kept == [f"__Host-session=a; {rules}", f"__Host-refresh=r; {rules}"]


def test_an_ended_session_leaves_no_cookie() -> None:
    session, refresh = (str(each) for each in cookies.ended())
    assert session.startswith("__Host-session=; Path=/; Max-Age=0;")
    assert refresh.startswith("__Host-refresh=; Path=/; Max-Age=0;")


def test_the_refresh_token_is_in_its_cookie() -> None:
    assert cookies.refresh_token({"__Host-refresh": "r", "refresh": "of another host"}) == "r"
    assert cookies.refresh_token({}) == ""


def test_only_a_deployment_without_tls_sends_plain_cookies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOKIE_SECURE", "false")
    session, refresh = (str(each) for each in cookies.of_session("a", "r", timedelta(days=1)))
    assert session == "session=a; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax"
    assert refresh.startswith("refresh=r;")
    assert cookies.refresh_token({"refresh": "r"}) == "r"
