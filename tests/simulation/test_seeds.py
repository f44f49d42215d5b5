"""The product in the simulation: no schedule of a fixed set breaks an invariant, and all repeat."""

import re

from tests.simulation.conftest import Simulate

SCHEDULES = 500

SEEDS = ("3", "4", "5")


def test_no_schedule_breaks_an_invariant(simulate: Simulate) -> None:
    done = simulate("tests.simulation", "--schedules", str(SCHEDULES), "--workers", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{SCHEDULES} schedules from seed 1 " in done.stdout
    assert "violations: 0" in done.stdout
    steps, checks = map(number, re.findall(r"([\d,]+) (?:steps|checks)", done.stdout))
    assert steps > 20 * SCHEDULES
    assert checks > 20 * SCHEDULES
    struck = [number(each) for each in re.findall(r"[A-Z_]+ ([\d,]+)", done.stdout)]
    assert len(struck) > 12, "kinds of faults"
    assert sum(struck) > SCHEDULES


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_a_seed_tells_the_same_story_in_every_process(simulate: Simulate) -> None:
    """Whatever the hashes of texts are, and whatever was played before it."""
    forth = simulate("tests.simulation", "--story", *SEEDS, PYTHONHASHSEED="1")
    back = simulate("tests.simulation", "--story", *reversed(SEEDS), PYTHONHASHSEED="2")
    assert forth.returncode == back.returncode == 0, forth.stderr + back.stderr
    stories, again = by_seed(forth.stdout), by_seed(back.stdout)
    assert list(stories) == list(SEEDS)
    assert stories == again
    assert len(set(stories.values())) == len(SEEDS)


def by_seed(told: str) -> dict[str, str]:
    parts = re.split(r"^seed (\d+)\n", told, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
