"""What the simulation deploys is what the templates say, and nothing else."""

from pathlib import Path

import pytest

from cdk.settings import LOCAL
from tests.simulation.deployment import SERVICES, read_templates
from tests.simulation.edited import edited, with_properties, without_event

MAPPING = "AWS::Lambda::EventSourceMapping"


def test_every_function_of_the_simulated_services_is_deployed(templates: Path) -> None:
    deployment = read_templates(templates)
    assert set(deployment.functions) == {
        "tickets/api",
        "tickets/subscriber",
        "tickets/publisher",
        "orders/api",
        "orders/subscriber",
        "orders/sweeper",
        "orders/publisher",
        "payments/api",
        "payments/webhook",
        "payments/subscriber",
        "payments/reconciler",
        "payments/publisher",
    }
    assert all(function.load() for function in deployment.functions.values())
    assert deployment.reservation == LOCAL.reservation_seconds


@pytest.mark.parametrize(
    ("source", "detail_type", "targets"),
    [
        ("ticketing.tickets", "ticket:created", {"orders"}),
        ("ticketing.orders", "order:created", {"tickets", "payments", "expiration"}),
        ("ticketing.orders", "order:confirmed", {"payments"}),
        ("ticketing.orders", "order:cancelled", {"tickets", "payments"}),
        ("ticketing.expiration", "expiration:complete", {"orders"}),
        ("ticketing.payments", "payment:authorized", {"orders"}),
        ("ticketing.tickets", "order:created", set()),
    ],
)
def test_an_event_goes_where_the_rules_send_it(
    templates: Path, source: str, detail_type: str, targets: set[str]
) -> None:
    found = read_templates(templates).targets(source, detail_type)
    assert set(found) == targets
    assert len(found) == len(targets)


def test_a_rule_that_is_missing_in_the_template_is_missing_here(
    templates: Path, tmp_path: Path
) -> None:
    edit = without_event("expiration:complete")
    missing = read_templates(edited(templates, tmp_path / "copy", "Orders", edit))
    assert len(missing.rules) == len(read_templates(templates).rules) - 1
    assert missing.targets("ticketing.expiration", "expiration:complete") == ()


def test_an_event_that_a_rule_does_not_name_goes_nowhere(templates: Path, tmp_path: Path) -> None:
    edit = without_event("order:cancelled")
    missing = read_templates(edited(templates, tmp_path / "copy", "Payments", edit))
    assert missing.targets("ticketing.orders", "order:cancelled") == ("tickets",)
    assert "payments" in missing.targets("ticketing.orders", "order:created")


def test_a_queue_is_worked_off_as_its_template_says(templates: Path, tmp_path: Path) -> None:
    edit = with_properties("AWS::SQS::Queue", VisibilityTimeout=77)
    queue = read_templates(edited(templates, tmp_path / "copy", "Orders", edit)).queues["orders"]
    assert queue.visibility_timeout == 77.0
    before = read_templates(templates).queues["orders"]
    assert before.visibility_timeout != 77.0
    assert (queue.consumer, queue.max_receives) == ("orders/subscriber", before.max_receives)


def test_a_mapping_without_a_filter_or_reports_or_halves_has_none_here(
    templates: Path, tmp_path: Path
) -> None:
    changes = dict.fromkeys(
        ("FilterCriteria", "FunctionResponseTypes", "BisectBatchOnFunctionError")
    )
    edit = with_properties(MAPPING, BatchSize=3, **changes)
    deployment = read_templates(edited(templates, tmp_path / "copy", "Tickets", edit))
    stream, queue = deployment.streams["tickets"], deployment.queues["tickets"]
    assert (stream.filters, stream.reports_failures, stream.bisects) == ((), False, False)
    assert (stream.batch_size, queue.batch_size, queue.reports_failures) == (3, 3, False)


@pytest.mark.parametrize("service", SERVICES)
def test_a_stream_shows_its_publisher_what_carries_an_event(templates: Path, service: str) -> None:
    stream = read_templates(templates).streams[service]
    assert stream.consumer == f"{service}/publisher"
    assert len(stream.filters) == 1
    assert stream.reports_failures
    assert stream.bisects
