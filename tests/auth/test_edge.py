"""The proof of the edge: what is valid while it is rotated, and when Secrets Manager is away."""

from types import SimpleNamespace

import pytest
from botocore.exceptions import EndpointConnectionError

from auth import edge
from tests.auth.builders import NEW_PROOF, PROOF, outage, put_proofs
from ticketing import secrets

pytestmark = pytest.mark.usefixtures("origin_secret")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The age of secrets, moved by hand."""
    clock = SimpleNamespace(seconds=1000.0)
    clock.monotonic = lambda: clock.seconds
    monkeypatch.setattr(secrets, "time", clock)
    return clock


def test_a_rotation_refuses_nothing_on_the_way(clock: SimpleNamespace) -> None:
    assert edge.was_passed(PROOF)
    put_proofs({"k1": PROOF, "k2": NEW_PROOF})
    clock.seconds += edge.UNKNOWN_PROOF_AGE
    assert edge.was_passed(NEW_PROOF), "CloudFront's places take over the new value one by one"
    assert edge.was_passed(PROOF)


def test_a_value_that_was_removed_is_refused_after_five_minutes(clock: SimpleNamespace) -> None:
    assert edge.was_passed(PROOF)
    put_proofs({"k2": NEW_PROOF})
    clock.seconds += secrets.MAX_AGE
    assert not edge.was_passed(PROOF)
    assert edge.was_passed(NEW_PROOF)


def test_guesses_do_not_read_the_secret_each_time(clock: SimpleNamespace, calls: list[str]) -> None:
    for guess in range(20):
        assert not edge.was_passed(str(guess))
    assert calls == ["GetSecretValue"]
    clock.seconds += edge.UNKNOWN_PROOF_AGE
    assert not edge.was_passed("one more")
    assert calls == ["GetSecretValue"] * 2


def test_an_outage_of_secrets_manager_closes_no_open_door(clock: SimpleNamespace) -> None:
    assert edge.was_passed(PROOF)
    clock.seconds += secrets.MAX_AGE
    with outage("secretsmanager"):
        assert edge.was_passed(PROOF)
        assert not edge.was_passed("guessed")


def test_before_the_secret_was_read_an_outage_is_an_error_and_no_refusal() -> None:
    """The gateway would remember a refusal for minutes; it does not remember an error."""
    with outage("secretsmanager"), pytest.raises(EndpointConnectionError):
        edge.was_passed(PROOF)


@pytest.mark.parametrize("stored", [{}, {"k1": ""}])
def test_a_secret_without_a_value_lets_nobody_through(stored: dict[str, str]) -> None:
    put_proofs(stored)
    assert not edge.was_passed("")
    assert not edge.was_passed(PROOF)
