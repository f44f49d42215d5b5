"""What one network may do: fail to sign in, and sign up, so often and no more."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from auth import quotas
from auth.models import network_of
from auth.quotas import Quota
from auth.refusals import TooManyAttempts, TooManySignUps
from auth.store import AccountStore
from tests.auth.builders import (
    ANN,
    BOB,
    FAILURES,
    NETWORK,
    NOON,
    PASSWORD,
    SIGN_UPS,
    WRONG,
    an_account,
    create,
)
from tests.auth.client import change_password, gateway, sign_in, sign_up
from tests.gateway import Answer
from ticketing.dynamo import Table

HERE, ELSEWHERE = {"X-Client-Address": "198.51.100.7"}, {"X-Client-Address": "198.51.100.8"}


@pytest.fixture
def three(table: Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three failures and three sign-ups from each network, all in one window."""
    monkeypatch.setattr("ticketing.request.now", lambda: NOON)
    for name in ("FAILURES_PER_NETWORK", "SIGNUPS_PER_NETWORK"):
        monkeypatch.setenv(name, "3")
    for factory in (quotas.failures, quotas.sign_ups):
        factory.cache_clear()
    yield
    for factory in (quotas.failures, quotas.sign_ups):
        factory.cache_clear()


def somebody(number: int) -> str:
    return f"person-{number}@example.com"


def fails(times: int, headers: dict[str, str]) -> list[int]:
    """Guesses at as many names."""
    return [sign_in(somebody(number), WRONG, **headers).status for number in range(times)]


@pytest.mark.usefixtures("three")
class TestSigningIn:
    def test_after_many_failures_nobody_signs_in_from_there(self) -> None:
        sign_up(ANN)
        assert fails(4, HERE) == [401] * 3 + [429]
        answer = sign_in(ANN, **HERE)
        assert (answer.status, answer.slug) == (429, "too-many-attempts")
        assert answer.headers["retry-after"] == "900"
        assert sign_in(ANN, **ELSEWHERE).status == 200

    def test_a_right_password_does_not_count_and_forgets_nothing(self) -> None:
        sign_up(ANN)
        assert fails(2, HERE) == [401] * 2
        assert [sign_in(ANN, **HERE).status for _ in range(5)] == [200] * 5
        assert fails(2, HERE) == [401, 429]

    def test_it_is_the_same_for_names_that_somebody_has(self) -> None:
        for number in range(3):
            sign_up(somebody(number))
        assert fails(4, HERE) == [401] * 3 + [429]

    def test_a_locked_name_counts_for_no_network(self) -> None:
        sign_up(ANN)
        for headers in (ELSEWHERE, {}):
            assert [sign_in(ANN, WRONG, **headers).status for _ in range(3)][:2] == [401] * 2
        assert [sign_in(ANN, WRONG, **HERE).status for _ in range(4)] == [429] * 4
        sign_up(BOB)
        assert sign_in(BOB, **HERE).status == 200

    def test_guesses_sent_at_once_are_told_no_more_than_the_quota(
        self, store: AccountStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stale = store.find(ANN)
        monkeypatch.setattr(AccountStore, "find", lambda *_: stale)
        assert fails(6, HERE) == [401] * 3 + [429] * 3

    def test_a_guess_at_the_current_password_counts_too(self) -> None:
        user_id = sign_up(ANN).json["id"]
        assert fails(3, {}) == [401] * 3
        assert change_password(user_id).status == 429


@pytest.mark.usefixtures("three")
class TestSigningUp:
    def signs_up(self, number: int, **headers: str) -> Answer:
        return sign_up(somebody(number), **headers)

    def test_after_many_sign_ups_nobody_signs_up_from_there(self, store: AccountStore) -> None:
        assert [self.signs_up(number, **HERE).status for number in range(3)] == [201] * 3
        answer = self.signs_up(3, **HERE)
        assert (answer.status, answer.slug, answer.cookies) == (429, "too-many-sign-ups", [])
        assert answer.headers["retry-after"] == "3600"
        assert store.find(somebody(3)).account is None
        assert self.signs_up(3, **ELSEWHERE).status == 201

    def test_asking_who_has_an_account_counts_too(self) -> None:
        sign_up(ANN, **ELSEWHERE)
        assert [sign_up(ANN, **HERE).status for _ in range(4)] == [409] * 3 + [429]
        assert sign_up(BOB, **HERE).status == 429

    def test_bad_input_does_not_count(self) -> None:
        assert [sign_up("no address", **HERE).status for _ in range(4)] == [400] * 4
        assert self.signs_up(1, **HERE).status == 201

    def test_a_sign_up_is_one_call_and_a_refused_one_two(self, calls: list[str]) -> None:
        sign_up(ANN)
        calls.clear()
        sign_up(BOB)
        assert calls == ["TransactWriteItems"]
        calls.clear()
        sign_up(BOB)
        assert calls == ["TransactWriteItems", "UpdateItem"]


def test_what_a_wrong_password_costs(table: Table, calls: list[str]) -> None:
    sign_up(ANN)
    calls.clear()
    sign_in(ANN, WRONG)
    assert calls == ["BatchGetItem", "UpdateItem", "UpdateItem"]


def test_a_count_vanishes_and_names_no_address(store: AccountStore, table: Table) -> None:
    create(store, an_account(), NOON)
    store.count(FAILURES.of(NETWORK, NOON))
    for quota, minutes in ((SIGN_UPS, 60), (FAILURES, 15)):
        tally = quota.of(NETWORK, NOON)
        ttl = int((NOON + timedelta(minutes=minutes)).timestamp())
        assert table.get(tally.key) == {"pk": tally.key, "count": 1, "ttl": ttl}
        assert NETWORK not in tally.key


def test_each_window_counts_anew(store: AccountStore) -> None:
    one = Quota("FAILURES", 1, timedelta(minutes=15), TooManyAttempts)
    store.count(one.of(NETWORK, NOON))
    last = NOON + timedelta(minutes=14, seconds=59)
    with pytest.raises(TooManyAttempts) as refused:
        store.count(one.of(NETWORK, last))
    assert refused.value.headers == {"Retry-After": "1"}
    store.count(one.of(NETWORK, NOON + timedelta(minutes=15)))
    store.count(one.of("another", NOON))


def test_the_quotas_do_not_mix(store: AccountStore) -> None:
    one = Quota("SIGNUPS", 1, timedelta(minutes=15), TooManySignUps)
    store.count(one._replace(kind="FAILURES").of(NETWORK, NOON))
    store.count(one.of(NETWORK, NOON))
    with pytest.raises(TooManySignUps):
        store.count(one.of(NETWORK, NOON))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", ""),
        ("203.0.113.7, 198.51.100.7", ""),
        ("203.0.113.7:443", ""),
    ],
)
def test_a_network_is_what_one_customer_of_a_provider_has(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_password_is_checked_for_no_locked_network(
    three: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(ANN)
    fails(3, HERE)
    monkeypatch.setattr("auth.passwords.matches", lambda *_: pytest.fail("checked"))
    body = {"email": ANN, "password": PASSWORD}
    assert gateway("POST", "/api/users/signin", body, headers=HERE).status == 429
