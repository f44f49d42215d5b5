"""The bus as services see it: a name that the stage decides, and no reference to the platform."""

from aws_cdk import aws_events as events
from constructs import Construct

from cdk.catalogue import consumed_by, source
from cdk.settings import Settings


def bus_of(scope: Construct, settings: Settings) -> events.IEventBus:
    """The platform's bus, by its name."""
    return events.EventBus.from_event_bus_name(scope, "Bus", settings.bus_name)


def deliver(
    scope: Construct, bus: events.IEventBus, service: str, target: events.IRuleTarget
) -> None:
    """Bring a service what it consumes by the event catalogue: a rule for each producer."""
    for producer, names in consumed_by(service).items():
        events.Rule(
            scope,
            producer.capitalize(),
            event_bus=bus,
            description=f"What {service} wants to know of {producer}",
            event_pattern=events.EventPattern(source=[source(producer)], detail_type=names),
            targets=[target],
        )
