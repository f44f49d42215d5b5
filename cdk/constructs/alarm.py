"""An alarm: something that a person has to look at, and where the runbook says how."""

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from cdk.constructs.acknowledge import acknowledge
from cdk.settings import Settings

PERIOD = Duration.minutes(5)


def add_alarm(  # noqa: PLR0913 - the parts of an alarm
    scope: Construct,
    construct_id: str,
    settings: Settings,
    metric: cloudwatch.IMetric,
    *,
    at_least: float,
    why: str,
) -> None:
    """Tell who watches the stage that a metric has reached a value; `why` ends with what to do.

    There is none in a stage without alarms.
    """
    if not settings.alarms:
        return
    alarm = cloudwatch.Alarm(
        scope,
        construct_id,
        alarm_description=why,
        metric=metric,
        threshold=at_least,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    arn = Stack.of(scope).format_arn(
        service="sns", resource=topic_name(settings), arn_format=ArnFormat.NO_RESOURCE_NAME
    )
    alarm.add_alarm_action(actions.SnsAction(sns.Topic.from_topic_arn(alarm, "Topic", arn)))


def business_metric(settings: Settings, service: str, name: str) -> cloudwatch.Metric:
    """What a service counts itself (`ticketing.telemetry`)."""
    return cloudwatch.Metric(
        namespace=settings.prefix,
        metric_name=name,
        dimensions_map={"service": service},
        statistic="Sum",
        period=PERIOD,
    )


class AlarmTopic(Construct):
    """Where all alarms of a stage go, and who is told."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        topic = sns.Topic(self, "Topic", topic_name=topic_name(settings), enforce_ssl=True)
        acknowledge(topic, "SNS2", "An alarm names a resource and a number; a key costs more")
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        if settings.alarm_email:
            topic.add_subscription(subscriptions.EmailSubscription(settings.alarm_email))


def topic_name(settings: Settings) -> str:
    """The topic is found by its name, so that no stack depends on another for it."""
    return f"{settings.prefix}-alarms"
