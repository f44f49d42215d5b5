"""The crash points: every fault at every call of a story, and what it says of one that breaks."""

import re
from pathlib import Path

from tests.simulation.conftest import Simulate
from tests.simulation.crash_scenes import SCENES
from tests.simulation.edited import edited, without_event

MODULE = "tests.simulation.crash_points"


def test_nothing_breaks_wherever_a_fault_strikes(simulate: Simulate) -> None:
    done = simulate(MODULE, "--workers", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    found = {
        name: (int(points), int(stories))
        for name, points, stories in re.findall(
            r"^([a-z-]+): (\d+) points, (\d+) stories in \d+ s, 0 violations$",
            done.stdout,
            re.MULTILINE,
        )
    }
    assert list(found) == list(SCENES)
    for points, stories in found.values():
        assert points > 100
        assert stories == points + 1


def test_a_deployment_in_which_nobody_hears_of_something_is_found_out(
    simulate: Simulate, templates: Path, tmp_path: Path
) -> None:
    copy = edited(templates, tmp_path / "copy", "Payments", without_event("order:cancelled"))
    done = simulate(MODULE, "cancellation", "--workers", "1", folder=copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "\ncancellation, no fault: 11: payments thinks order" in done.stdout
    assert "PutEvents order:cancelled of " in done.stdout
    assert done.stdout.rstrip().splitlines()[-1].startswith("  => 11: payments thinks order")
