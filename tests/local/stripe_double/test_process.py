"""The double as a process: `python -m cdk.local.stripe_double`."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import stripe

from tests.local.stripe_double.conftest import SECONDS, SECRET, Endpoint, Running

COMMAND = [sys.executable, "-m", "cdk.local.stripe_double"]


@contextmanager
def process(*options: str) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True)
    with started:
        yield started
        started.send_signal(signal.SIGTERM)
        started.wait(timeout=SECONDS)


def test_a_process_says_where_it_is_and_serves_until_it_is_told_to_stop(
    running: Running,
) -> None:
    endpoint = Endpoint()
    hooks = ["--webhook-url", endpoint.url, "--webhook-secret", SECRET]
    with process("--api-key", "sk_test_process", *hooks) as started:
        assert started.stdout
        ready = re.search(r"ready: (http://127\.0\.0\.1:\d+)$", started.stdout.readline().strip())
        assert ready
        client = running._replace(url=ready[1]).sdk("sk_test_process")
        assert client.v1.payment_intents.create({"amount": 2000, "currency": "usd"}).id
        received = endpoint.next()
        event = stripe.Webhook.construct_event(received.body, received.signature, SECRET)
        assert event.type == "payment_intent.created"
    assert started.returncode in {0, -signal.SIGTERM}
    endpoint.close()


def test_a_port_in_use_is_one_line_and_status_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = subprocess.run(
            [*COMMAND, "--port", port], capture_output=True, text=True, check=False
        )
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert port in refused.stderr


@pytest.mark.parametrize("option", [["--webhook-url", "http://x"], ["--webhook-secret", "whsec"]])
def test_every_webhook_url_has_its_secret(option: list[str]) -> None:
    refused = subprocess.run([*COMMAND, *option], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "one --webhook-secret for each --webhook-url" in refused.stderr
