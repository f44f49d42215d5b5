"""Events that could not be published are sent again: by the publisher itself, oldest first."""

import json
import sys
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import NoCredentialsError

from cdk import republish, rotation
from cdk.republish import BUCKET, PUBLISHER
from cdk.tables import TABLES
from outbox import publisher
from tests.outbox.records import BusDouble
from tests.outbox.stage import KEY, Stage, a_failure, of_events


@pytest.fixture
def refused() -> set[str]:
    """The ids of events that the bus does not take."""
    return set()


@pytest.fixture
def stage(account: None, monkeypatch: pytest.MonkeyPatch, refused: set[str]) -> Stage:
    bus = BusDouble(lambda entry: json.loads(entry["Detail"])["metadata"]["id"] in refused)
    monkeypatch.setattr(publisher, "bus", lambda: publisher.Bus(bus, "ticketing"))  # type: ignore[arg-type]
    stage = Stage(bus)
    monkeypatch.setattr(boto3, "client", stage.client)
    return stage


type Run = Callable[..., int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command: `run("--dry-run")` returns its exit status."""

    def main(*options: str) -> int:
        monkeypatch.setattr(sys, "argv", ["republish", "prod", *options])
        return republish.main()

    return main


def test_where_nothing_failed_nothing_is_done(
    stage: Stage, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    assert stage.invoked == []
    assert capsys.readouterr().out == "nothing is left\n"


def test_what_failed_is_published_oldest_first_and_deleted(
    stage: Stage, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """The names are no help: they begin with the mapping and the shard."""
    stage.keep("tickets", "a", of_events("newest"), age=1)
    stage.keep("tickets", "b", of_events("older", "old"), age=3)
    stage.keep("tickets", "c", of_events("middle"), age=2)
    assert run() == 0
    assert stage.published() == ["older", "old", "middle", "newest"]
    assert stage.left() == {}
    said = capsys.readouterr().out.splitlines()
    expected = [f"tickets: {KEY.format(name)} is sent again" for name in "bca"]
    assert said == [*expected, "nothing is left"]


def test_every_service_has_its_own_bucket_and_publisher(stage: Stage, run: Run) -> None:
    for service in TABLES:
        stage.keep(service, "a", of_events(f"of-{service}"))
    assert run() == 0
    assert stage.invoked == ["auth-pub", "tickets-pub", "orders-pub", "payments-pub"]
    assert stage.published() == ["of-auth", "of-tickets", "of-orders", "of-payments"]


def test_more_than_a_page_of_failures_is_worked_off(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    for age in range(5):
        stage.keep("orders", str(age), of_events(f"event-{age}"), age=age)
    assert run() == 0
    assert stage.published() == [f"event-{age}" for age in (4, 3, 2, 1, 0)]
    assert stage.left() == {}


def test_what_fails_again_stays_with_all_behind_it_and_other_services_go_on(
    stage: Stage, run: Run, refused: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    refused.add("second")
    stage.keep("tickets", "a", of_events("first"), age=3)
    stage.keep("tickets", "b", of_events("second"), age=2)
    stage.keep("tickets", "c", of_events("third"), age=1)
    stage.keep("payments", "d", of_events("other"))
    assert run() == 1
    assert stage.published() == ["first", "other"]
    assert stage.left() == {"tickets": ["b", "c"]}
    assert capsys.readouterr().out.splitlines() == [
        f"tickets: {KEY.format('a')} is sent again",
        f"tickets: {KEY.format('b')} is left, with all behind it: the log of tickets-pub says why",
        f"payments: {KEY.format('d')} is sent again",
        "2 left",
    ]


def test_a_batch_of_which_a_part_was_published_stays_whole(
    stage: Stage, run: Run, refused: set[str]
) -> None:
    refused.add("second")
    stage.keep("tickets", "a", of_events("first", "second"))
    assert run() == 1
    assert stage.left() == {"tickets": ["a"]}


def test_a_publisher_that_does_not_answer_stops_its_service(stage: Stage, run: Run) -> None:
    stage.broken.add("tickets-pub")
    stage.keep("tickets", "a", of_events("first"), age=2)
    stage.keep("tickets", "b", of_events("second"), age=1)
    stage.keep("orders", "c", of_events("other"))
    assert run() == 1
    assert stage.invoked == ["tickets-pub", "orders-pub"]
    assert stage.left() == {"tickets": ["a", "b"]}


def test_the_next_run_goes_on_with_what_was_left(stage: Stage, run: Run, refused: set[str]) -> None:
    refused.add("second")
    stage.keep("tickets", "a", of_events("first", "second"))
    assert run() == 1
    refused.clear()
    assert run() == 0
    assert stage.published() == ["first", "first", "second"]
    assert stage.left() == {}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="bytes"),
        pytest.param(b'{"payload"', id="cut off"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"version": "1.0"}', id="without payload"),
        pytest.param(a_failure(payload="<Whole Event>"), id="payload is no JSON"),
        pytest.param(a_failure(payload="{}"), id="payload without records"),
        pytest.param(a_failure(), id="no records"),
        pytest.param(a_failure(payload='{"Records": [1]}'), id="other records"),
    ],
)
def test_what_is_no_failed_invocation_is_named_and_left(
    stage: Stage, run: Run, capsys: pytest.CaptureFixture[str], body: bytes
) -> None:
    stage.keep("tickets", "a", body, age=2)
    stage.keep("tickets", "b", of_events("first"), age=1)
    assert run() == 1
    assert stage.published() == ["first"]
    assert stage.left() == {"tickets": ["a"]}
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"tickets: {KEY.format('a')} is left: it is no failed invocation"
    assert said[-1] == "1 left"


def test_a_dry_run_lists_and_changes_nothing(
    stage: Stage, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--dry-run") == 0
    stage.keep("tickets", "a", of_events("second"), age=1)
    stage.keep("tickets", "b", of_events("first"), age=2)
    assert run("--dry-run") == 1
    assert stage.invoked == []
    assert stage.left() == {"tickets": ["a", "b"]}
    said = capsys.readouterr().out.splitlines()
    listed = [f"tickets: {KEY.format(name)}" for name in "ba"]
    assert said == ["nothing is left", *listed, "2 left"]


def test_a_stage_that_is_not_deployed_is_told_in_one_line(
    stage: Stage, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.keep("auth", "a", of_events("first"))
    del stage.stacks["ticketing-payments"]
    assert run() == 1
    assert stage.invoked == []
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.endswith("Stack ticketing-payments does not exist\n")


@pytest.mark.parametrize("told", [{}, {BUCKET: "orders-bucket"}])
def test_a_stack_of_before_this_command_is_to_be_deployed(
    stage: Stage, run: Run, capsys: pytest.CaptureFixture[str], told: dict[str, str]
) -> None:
    stage.stacks["ticketing-orders"] = told
    assert run() == 1
    missing = PUBLISHER if told else BUCKET
    expected = f"error: the stack ticketing-orders has no output {missing}: deploy it\n"
    assert capsys.readouterr().err == expected


def test_a_rotation_says_so_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["rotation", "prod"])
    assert rotation.main() == 1
    expected = "error: the stack ticketing-auth has no output SessionKeysArn: deploy it\n"
    assert capsys.readouterr().err == expected


def raising(error: BaseException) -> Callable[..., Any]:
    def call(**_: object) -> None:
        raise error

    return call


def test_without_credentials_there_is_one_line(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stage, "describe_stacks", raising(NoCredentialsError()))
    assert run() == 1
    assert capsys.readouterr().err == "error: Unable to locate credentials\n"


def test_a_run_that_is_stopped_says_so(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.keep("tickets", "a", of_events("first"))
    monkeypatch.setattr(stage, "invoke", raising(KeyboardInterrupt()))
    assert run() == 1
    assert capsys.readouterr().err == "stopped; the next run goes on from here\n"
    assert stage.left() == {"tickets": ["a"]}
