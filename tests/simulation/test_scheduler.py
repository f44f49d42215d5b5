"""The scheduler: who acts when, by the tape alone."""

import pytest

from tests.simulation.scheduler import MAX_STEPS, START, Livelock, Scheduler
from tests.simulation.tape import Tape


def a_scheduler(recorded: dict[int, int] | None = None) -> Scheduler:
    return Scheduler(Tape(recorded=recorded or {}).pick)


def test_without_a_choice_everybody_acts_in_turn() -> None:
    scheduler, acted = a_scheduler(), list[str]()

    def act(name: str) -> None:
        acted.append(f"{name} begins")
        scheduler.pause()
        acted.append(f"{name} ends")

    for name in ("ann", "bob"):
        scheduler.spawn(name, lambda name=name: act(name))
    scheduler.run()
    assert acted == ["ann begins", "ann ends", "bob begins", "bob ends"]


def test_at_a_pause_the_tape_can_let_another_one_go_on() -> None:
    scheduler, acted = a_scheduler({3: 1}), list[str]()

    def act(name: str) -> None:
        acted.append(f"{name} begins")
        scheduler.pause()
        acted.append(f"{name} ends")

    for name in ("ann", "bob"):
        scheduler.spawn(name, lambda name=name: act(name))
    scheduler.run()
    assert acted == ["ann begins", "bob begins", "bob ends", "ann ends"]


def test_a_slow_call_lets_others_act_until_it_is_done() -> None:
    scheduler, acted = a_scheduler({3: 1}), list[str]()

    def ann() -> None:
        scheduler.pause()
        acted.append("ann")

    scheduler.spawn("ann", ann)
    for seconds in (0.1, 0.3):
        scheduler.at(START + seconds, lambda: acted.append("bob"))
    scheduler.run()
    assert acted == ["bob", "ann", "bob"]


def test_who_sleeps_goes_on_when_the_time_has_come() -> None:
    scheduler, woken = a_scheduler(), list[tuple[str, float]]()

    def sleep(name: str, seconds: float) -> None:
        scheduler.sleep(seconds)
        woken.append((name, scheduler.now - START))

    scheduler.spawn("ann", lambda: sleep("ann", 900.0))
    scheduler.spawn("bob", lambda: sleep("bob", 60.0))
    scheduler.run()
    assert woken == [("bob", 60.0), ("ann", 900.0)]


def test_what_happens_at_one_moment_happens_in_the_order_it_was_planned() -> None:
    scheduler, happened = a_scheduler(), list[int]()
    for number in range(5):
        scheduler.at(START + 1.0, lambda number=number: happened.append(number))
    scheduler.run()
    assert happened == [0, 1, 2, 3, 4]


def test_time_can_jump_over_somebody_who_is_slow() -> None:
    """The next timer goes off although there is still somebody who could act before it."""
    scheduler = a_scheduler({2: 1})
    seen: list[float] = []

    def act() -> None:
        scheduler.pause()
        seen.append(scheduler.now - START)

    scheduler.at(START + 900.0, lambda: None)
    scheduler.spawn("ann", act)
    scheduler.run()
    assert seen == [900.0]


def test_nothing_happens_after_the_time_until_which_it_runs() -> None:
    scheduler, happened = a_scheduler(), list[str]()
    scheduler.after(10.0, "ann", lambda: happened.append("ann"))
    scheduler.after(20.0, "bob", lambda: happened.append("bob"))
    scheduler.run(until=START + 15.0)
    assert happened == ["ann"]
    scheduler.run()
    assert happened == ["ann", "bob"]


def test_time_never_goes_back() -> None:
    scheduler = a_scheduler()
    scheduler.now = START + 50.0
    scheduler.at(START + 10.0, lambda: None)
    scheduler.run()
    assert scheduler.now == START + 50.0


def test_who_does_not_come_to_rest_is_noticed() -> None:
    scheduler = a_scheduler()

    def never_rests() -> None:
        while True:
            scheduler.pause()

    scheduler.spawn("ann", never_rests)
    with pytest.raises(Livelock, match=f"no rest after {MAX_STEPS} steps"):
        scheduler.run()


def test_who_waits_for_ever_in_small_steps_is_noticed() -> None:
    scheduler = a_scheduler()

    def polls() -> None:
        while True:
            scheduler.pause()
            scheduler.sleep(1.0)

    scheduler.spawn("ann", polls)
    with pytest.raises(Livelock):
        scheduler.run()


def test_whoever_is_still_there_at_the_end_is_sent_away() -> None:
    scheduler, ended = a_scheduler({3: 1}), list[str]()

    def act(name: str) -> None:
        try:
            scheduler.pause()
            if name == "bob":
                msg = "the run is over"
                raise RuntimeError(msg)
        finally:
            ended.append(name)

    for name in ("ann", "bob"):
        scheduler.spawn(name, lambda name=name: act(name))
    with pytest.raises(RuntimeError):
        scheduler.run()
    assert ended == ["bob"]
    scheduler.forget()
    assert ended == ["bob", "ann"]
    assert not scheduler.ready
