"""Where the runs of a process are played: made once, before its workers are forked."""

import gc
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from tests.simulation.deployment import read_templates, synthesized
from tests.simulation.runs import Stage, set_up

TEMPLATES = Path(".local/simulation")

GARBAGE = 20_000
"""New objects until a look for cycles: what stays is a run's, and gone with it."""


class Theater:
    """The present process's."""

    stage: Stage

    @classmethod
    def open(cls, templates: Path | None) -> None:
        """Set it up with the templates in a folder, which are synthesized if none is given."""
        cls.stage = set_up(read_templates(templates) if templates else synthesized(TEMPLATES))
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE)


def add_options(parser: ArgumentParser) -> None:
    """Those of everything that plays."""
    parser.add_argument("--workers", type=int, default=cpu_count())
    parser.add_argument("--templates", type=Path, help="where they are synthesized already")


def spread[Part, Result](
    play: Callable[[Part], Result], parts: Sequence[Part], workers: int
) -> Iterator[Result]:
    """Play the parts, and give what each one came to, in their order, as soon as it is known."""
    if workers == 1 or len(parts) == 1:
        yield from map(play, parts)
        return
    with get_context("fork").Pool(workers) as pool:
        yield from pool.imap(play, parts)
