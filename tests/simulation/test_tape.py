"""The tape: a seed or a recording is every choice of a run."""

from tests.simulation.tape import Tape


def picks(tape: Tape, number: int = 200) -> list[int]:
    return [tape.pick(2 + place % 5, 0.3) for place in range(number)]


def test_the_same_seed_gives_the_same_choices() -> None:
    assert picks(Tape(7)) == picks(Tape(7))
    assert picks(Tape(7)) != picks(Tape(8))


def test_what_was_chosen_can_be_played_again() -> None:
    first = Tape(7)
    chosen = picks(first)
    again = Tape(recorded=first.choices)
    assert picks(again) == chosen
    assert again.choices == first.choices


def test_a_recording_holds_only_what_is_not_the_simplest() -> None:
    tape = Tape(7)
    chosen = picks(tape)
    assert tape.choices == {place: value for place, value in enumerate(chosen, 1) if value}
    assert 0 < len(tape.choices) < len(chosen)


def test_where_a_recording_is_silent_the_simplest_is_chosen() -> None:
    tape = Tape(recorded={2: 3})
    assert [tape.pick(4) for _ in range(3)] == [0, 3, 0]
    assert picks(Tape(recorded={})) == [0] * 200


def test_a_choice_that_is_not_there_becomes_one_that_is() -> None:
    """Shrinking moves choices to places where there are fewer options."""
    tape = Tape(recorded={1: 7, 2: 2})
    assert [tape.pick(4), tape.pick(2)] == [3, 0]
    assert tape.choices == {1: 3}


def test_anything_but_the_simplest_is_as_rare_as_it_is_said_to_be() -> None:
    tape = Tape(1)
    rare = sum(bool(tape.pick(10, 0.1)) for _ in range(10_000))
    assert 800 < rare < 1000
