"""The hunt for one mutant, in a process of its own: schedule after schedule until one breaks."""

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.simulation.mutants import importing
from tests.simulation.mutants.catalogue import Mutant


class Fate(NamedTuple):
    """What became of a mutant."""

    name: str
    violation: str | None
    """None for one that survived."""

    schedules: int
    """How many it took, or how many it survived; 0 for one that cannot even open the shop."""

    seconds: float


def synthesize(templates: Path) -> None:
    """Make what all mutants share, except those that are in the templates themselves."""
    from cdk.local import assembly  # noqa: PLC0415 - the caller imports nothing of the product

    assembly.synthesize(templates, {})


def hunt(mutant: Mutant, templates: Path, schedules: int) -> Fate:
    """Play until an invariant breaks; for a process that has imported nothing of the product."""
    importing.install(mutant)
    began = time.process_time()
    schedule, violation = first_violation(mutant, templates, schedules)
    return Fate(mutant.name, violation, schedule, time.process_time() - began)


def first_violation(mutant: Mutant, templates: Path, schedules: int) -> tuple[int, str | None]:
    """The number of the first schedule in which an invariant breaks, and how; or the last one."""
    from tests.simulation.invariants import Violation  # noqa: PLC0415 - after the hook
    from tests.simulation.runs import run, set_up  # noqa: PLC0415
    from tests.simulation.tape import Tape  # noqa: PLC0415

    try:
        stage = set_up(deployment_of(mutant, templates))
    except (Violation, AssertionError) as failed:
        return 0, f"the shop does not open: {failed}"
    assert importing.is_imported(mutant), f"nobody uses {mutant.file}"
    for seed in range(1, schedules + 1):
        if violation := run(stage, Tape(seed)).violation:
            return seed, violation
    return schedules, None


def deployment_of(mutant: Mutant, templates: Path) -> object:
    """What is deployed: from these templates, unless the mistake is in what they are made from."""
    from tests.simulation.deployment import read_templates, synthesized  # noqa: PLC0415

    if not mutant.is_of_the_templates:
        return read_templates(templates)
    with tempfile.TemporaryDirectory() as folder:
        return synthesized(Path(folder))
