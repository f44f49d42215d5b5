"""What stacks know of each other: names made from the settings, and ids in the Parameter Store.

A reader takes the value when it is deployed. The writer can change or go without being held back.
"""

from aws_cdk import aws_events as events
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk.settings import Settings

API_ID = "api-id"
AUTHORIZER_ID = "authorizer-id"


def tell(scope: Construct, settings: Settings, name: str, value: str) -> None:
    """Let the other stacks of the stage read `value`."""
    ssm.StringParameter(
        scope,
        f"Tell-{name}",
        parameter_name=f"/{settings.prefix}/{name}",
        string_value=value,
        description="Read by the other stacks when they are deployed",
    )


def told(scope: Construct, settings: Settings, name: str) -> str:
    """What another stack of the stage let us read under `name`."""
    return ssm.StringParameter.value_for_string_parameter(scope, f"/{settings.prefix}/{name}")


def bus(scope: Construct, settings: Settings) -> events.IEventBus:
    """The platform's bus, by its name."""
    return events.EventBus.from_event_bus_name(scope, "Bus", settings.bus_name)
