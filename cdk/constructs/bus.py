"""The bus as services see it: a name that the stage decides, and no reference to the platform."""

from aws_cdk import aws_events as events
from constructs import Construct

from cdk.settings import Settings


def bus_of(scope: Construct, settings: Settings) -> events.IEventBus:
    """The platform's bus, by its name."""
    return events.EventBus.from_event_bus_name(scope, "Bus", settings.bus_name)
