"""A schedule: calls a function again and again; a missed call is made good by the next one."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from cdk.constructs.alarm import add_alarm
from cdk.constructs.service_function import ServiceFunction
from cdk.settings import Settings


class Schedule(Construct):
    """Invokes a function every so many minutes, with a role that can do nothing else."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        function: ServiceFunction,
        settings: Settings,
        *,
        every: Duration,
    ) -> None:
        super().__init__(scope, construct_id)
        function.function.configure_async_invoke(
            retry_attempts=0, max_event_age=Duration.minutes(1)
        )
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
        arn = function.target.function_arn
        role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[arn]))
        minutes = int(every.to_minutes())
        schedule = scheduler.CfnSchedule(
            self,
            "Schedule",
            schedule_expression=f"rate({minutes} minute{'s' if minutes > 1 else ''})",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=arn,
                role_arn=role.role_arn,
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=0, maximum_event_age_in_seconds=60
                ),
            ),
        )
        schedule.node.add_dependency(role)
        add_alarm(
            self,
            "FailureAlarm",
            settings,
            function.function.metric_errors(period=Duration.minutes(3 * minutes)),
            at_least=2,
            why=f"{function.node.id} fails again: its log, then docs/operations.md, A stuck order",
        )
