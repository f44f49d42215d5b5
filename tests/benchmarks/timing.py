"""Whether the time of a sign-in tells that an address has an account.

Wrong passwords for addresses with an account and without one take turns, each address once. What
counts is how often the slower one of two is the one with an account: half of the time, if nobody
can tell. The table is in memory: DynamoDB's own time, which varies more, is left out.
"""

import random
import statistics
from collections.abc import Iterator
from itertools import product
from time import perf_counter_ns

from tests.benchmarks.account import account, gateway
from tests.benchmarks.report import Row
from tests.gateway import Gateway

BUDGET = 0.6
SAMPLES = 150
KINDS = EXISTING, UNKNOWN = "existing", "unknown"


def measure() -> Iterator[Row]:
    """One row: the chance, and how long each kind takes."""
    with account("auth"):
        took = sign_ins(gateway("auth.api"))
    chance = slower(took[EXISTING], took[UNKNOWN])
    yield Row(
        "sign-in with a wrong password",
        "telling existing from unknown",
        max(chance, 1 - chance),
        BUDGET,
        "of guesses right",
        "; ".join(f"{kind} {spread(took[kind])}" for kind in KINDS),
    )


def sign_ins(api: Gateway) -> dict[str, list[float]]:
    """Milliseconds of each sign-in, by kind, in an order of chance."""
    turns = [(kind, number) for kind in KINDS for number in range(SAMPLES)]
    for number in range(SAMPLES):
        body = {"email": address(EXISTING, number), "password": "the right one"}
        assert api("POST", "/api/users/signup", body, headers=client(number)).status == 201
    random.Random(1).shuffle(turns)  # noqa: S311 - no secret
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for kind, number in turns:
        body = {"email": address(kind, number), "password": "a wrong one"}
        began = perf_counter_ns()
        answer = api("POST", "/api/users/signin", body, headers=client(number))
        took[kind].append((perf_counter_ns() - began) / 1e6)
        assert answer.status == 401
    return took


def address(kind: str, number: int) -> str:
    """Of the same length, whichever kind it is."""
    return f"{number:03d}.{kind[:7]}@example.com"


def client(number: int) -> dict[str, str]:
    """A network of its own, so that none is full."""
    return {"X-Client-Address": f"198.51.100.{number}"}


def slower(first: list[float], second: list[float]) -> float:
    """How often one of the first takes longer than one of the second, over all pairs."""
    return statistics.fmean(one > other for one, other in product(first, second))


def spread(took: list[float]) -> str:
    """The middle eight tenths."""
    tenths = statistics.quantiles(took, n=10)
    return f"{tenths[0]:.1f}/{statistics.median(took):.1f}/{tenths[-1]:.1f} ms"
