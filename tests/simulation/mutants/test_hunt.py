"""Some mutants are hunted in earnest: of orders, of payments, and of the publisher."""

from tests.simulation.conftest import Simulate

MODULE = "tests.simulation.mutants"

CAUGHT_SOON = (
    "a captured payment stays open",
    "a ticket is free before its order is cancelled",
    "an order is confirmed whatever it was",
    "the publisher skips an event like the one before",
)

SCHEDULES = 200


def test_a_mutant_is_found(simulate: Simulate) -> None:
    done = simulate(MODULE, "--workers", "1", "--schedules", str(SCHEDULES), *only(*CAUGHT_SOON))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(CAUGHT_SOON)} of {len(CAUGHT_SOON)} mutants were found" in done.stdout


def test_one_that_survives_is_told(simulate: Simulate) -> None:
    done = simulate(MODULE, "--workers", "1", "--schedules", "0", *only(CAUGHT_SOON[0]))
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"survived: {CAUGHT_SOON[0]}" in done.stdout.splitlines()


def only(*names: str) -> list[str]:
    return [word for name in names for word in ("--only", name)]
