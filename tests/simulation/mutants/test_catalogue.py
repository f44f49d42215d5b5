"""Every mutant has its place in the product, and is Python, a template or a state machine."""

import ast
import json

import pytest

from tests.simulation.mutants.catalogue import Mutant, read

MUTANTS = read()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_has_one_place_and_can_be_read(mutant: Mutant) -> None:
    source = mutant.source()
    assert (ast.parse if mutant.file.endswith(".py") else json.loads)(source)


def test_no_two_mutants_have_one_name() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
