"""Slow dependencies: every route tells of them before its function is killed."""

from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.retries.quota import RetryQuota
from botocore.retries.standard import ExponentialBackoff

from tests.gateway import LambdaContext
from tests.in_memory.edge import function_for
from tests.security.policy import entitled
from tests.security.routes import ROUTES, wish
from tests.security.scene import Scene
from ticketing import aws, dynamo, secrets

FUNCTION_SECONDS = LambdaContext().get_remaining_time_in_millis() / 1000
CONFIG: Any = aws.CONFIG
ATTEMPT_SECONDS = float(CONFIG.connect_timeout + CONFIG.read_timeout)
ATTEMPTS = CONFIG.retries["total_max_attempts"]


class SlowCalls:
    """Every call to AWS takes as long as one can that is answered after all.

    Its time is a clock of its own, and is measured for functions that answer requests.
    """

    def __init__(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.seconds, self.calls = 1000.0, 0.0, 0
        self._is_slow, self._attempts = False, 0
        time = SimpleNamespace(monotonic=lambda: self.now, sleep=self._sleep)
        for module in (aws, dynamo, secrets, botocore.endpoint):
            monkeypatch.setattr(module, "time", time)
        monkeypatch.setattr(RetryQuota, "acquire", lambda *_: True)
        monkeypatch.setattr(
            ExponentialBackoff, "delay_amount", lambda _, context: 2 ** (context.attempt_number - 1)
        )
        self._run, self._call = scene.service.call, scene.service.account._call
        monkeypatch.setattr(scene.service, "call", self._measured)
        monkeypatch.setattr(scene.service.account, "_call", self._slowed)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def _measured(self, function: str, event: Any) -> Any:
        if function != function_for(event.get("rawPath", "")):
            return self._run(function, event)
        secrets.forget()
        began, self._is_slow = self.now, True
        answer = self._run(function, event)
        self._is_slow = False
        self.seconds = max(self.seconds, self.now - began)
        return answer

    def _slowed(self, operation: str, request: Any) -> Any:
        if self._is_slow:
            self.now += ATTEMPT_SECONDS
            self._attempts += 1
            if self._attempts < ATTEMPTS:
                raise ReadTimeoutError(endpoint_url="slow")
            self._attempts, self.calls = 0, self.calls + 1
        return self._call(operation, request)


@pytest.mark.parametrize("guesses", [0, 1])
@pytest.mark.parametrize("name", ROUTES)
def test_every_route_says_that_it_is_slow_before_it_is_too_late(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str, guesses: int
) -> None:
    """Also after a wrong password, when a right one takes more calls."""
    who = entitled(name, scene)
    for _ in range(guesses):
        wrong = {"email": who.email, "password": "wrong"}
        assert scene.client("POST", "/api/users/signin", wrong).status == 401
    slow = SlowCalls(scene, monkeypatch)
    wanted = wish(name, scene, who)
    answer = scene.client(wanted.method, wanted.path, wanted.body, {**who.bearer, **wanted.headers})
    assert slow.seconds < FUNCTION_SECONDS
    assert answer.status < 300 or (answer.status, answer.slug) == (503, "unavailable")
    assert answer.status < 300 or slow.calls > 1
