"""Idempotency keys by Stripe's rules."""

import pytest

from cdk.local.stripe_double.errors import IdempotencyMismatch, InvalidRequest
from cdk.local.stripe_double.form import Form
from cdk.local.stripe_double.idempotency import LIFETIME_SECONDS, MAX_KEYS, Keys, Saved

ANSWER = Saved(200, b"{}", "req_1")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_saved_answer_is_repeated() -> None:
    keys = Keys(Clock())
    assert keys.find("k", "/v1/a", {}) is None
    keys.save("k", "/v1/a", {}, ANSWER)
    assert keys.find("k", "/v1/a", {}) == ANSWER


@pytest.mark.parametrize(("endpoint", "form"), [("/v1/b", {}), ("/v1/a", {"x": "1"})])
def test_another_request_with_a_used_key_is_refused(endpoint: str, form: Form) -> None:
    keys = Keys(Clock())
    keys.save("k", "/v1/a", {}, ANSWER)
    with pytest.raises(IdempotencyMismatch, match="other than 'k'") as caught:
        keys.find("k", endpoint, form)
    assert caught.value.status == 400
    assert caught.value.as_json()["error"]["type"] == "idempotency_error"


def test_a_key_has_at_most_255_characters() -> None:
    keys = Keys(Clock())
    assert keys.find("k" * 255, "/v1/a", {}) is None
    with pytest.raises(InvalidRequest, match="255"):
        keys.find("k" * 256, "/v1/a", {})


def test_a_key_is_forgotten_after_a_day() -> None:
    clock = Clock()
    keys = Keys(clock)
    keys.save("k", "/v1/a", {}, ANSWER)
    clock.now = LIFETIME_SECONDS - 1
    assert keys.find("k", "/v1/a", {}) == ANSWER
    clock.now = LIFETIME_SECONDS
    assert keys.find("k", "/v1/a", {}) is None


def test_of_too_many_keys_the_oldest_are_forgotten() -> None:
    keys = Keys(Clock())
    for n in range(MAX_KEYS + 1):
        keys.save(str(n), "/v1/a", {}, ANSWER)
    assert keys.find("1", "/v1/a", {}) == ANSWER
    assert keys.find("0", "/v1/a", {}) is None
