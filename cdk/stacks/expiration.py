"""Expiration: one timer for each order, and no code of ours in it."""

from pathlib import Path

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from cdk.artifacts import ROOT
from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.bus import bus_of, deliver
from cdk.constructs.logs import log_group
from cdk.constructs.queues import dead_letter_queue
from cdk.settings import Settings

DEFINITION: Path = ROOT / "functions" / "expiration" / "state_machine.asl.json"

GRACE_MILLISECONDS = 3000
"""Past the expiry and orders' own grace, so that the announcement never comes too early."""


class ExpirationStack(Stack):
    """The state machine that waits, and the rule that starts it."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(
            scope,
            "Expiration",
            stack_name=f"{settings.prefix}-expiration",
            description="Ticketing: expiration",
        )
        bus = bus_of(self, settings)
        machine = self._add_machine(bus, settings)
        dead_letters = dead_letter_queue(
            self, settings, why="The timer of an order was not started"
        )
        acknowledge(dead_letters, "SQS3", "It is a dead-letter queue: of the rule below")
        target = targets.SfnStateMachine(machine, dead_letter_queue=dead_letters)
        deliver(self, bus, "expiration", target)

    def _add_machine(self, bus: events.IEventBus, settings: Settings) -> stepfunctions.StateMachine:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        role.add_to_policy(
            iam.PolicyStatement(actions=["events:PutEvents"], resources=[bus.event_bus_arn])
        )
        acknowledge(
            role,
            "IAM5[Resource::*]",
            "X-Ray's actions and those that deliver a state machine's log know no resource",
        )
        machine = stepfunctions.StateMachine(
            self,
            "Timer",
            state_machine_type=stepfunctions.StateMachineType.STANDARD,
            definition_body=stepfunctions.DefinitionBody.from_string(DEFINITION.read_text()),
            definition_substitutions={
                "BusName": bus.event_bus_name,
                "GraceMilliseconds": str(GRACE_MILLISECONDS),
            },
            role=role,
            tracing_enabled=True,
            logs=stepfunctions.LogOptions(
                destination=log_group(self, "Logs", settings),
                level=stepfunctions.LogLevel.ERROR,
                include_execution_data=False,
            ),
        )
        acknowledge(
            machine, "SF1", "Errors only: the history keeps every step of an execution for 90 days"
        )
        return machine
