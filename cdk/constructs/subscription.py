"""A subscription: rules on the bus fill one queue, and one function works it off.

What cannot be delivered and what cannot be applied end in the same dead-letter queue, and both are
the plain event there: one redrive serves both, if it names the queue to move them to.
"""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.catalogue import consumed_by, source
from cdk.concurrency import BATCHES, reserved
from cdk.constructs.alarm import PERIOD, add_alarm
from cdk.constructs.queues import dead_letter_queue, work_queue
from cdk.constructs.service import Service
from cdk.constructs.service_function import ServiceFunction
from cdk.settings import Settings

RECEIVE = (
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueAttributes",
)

RUNBOOK = "docs/operations.md, An event lies in a dead-letter queue"


class Subscription(Construct):
    """Everything that a service consumes, by the event catalogue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        service: Service,
        subscriber: ServiceFunction,
        bus: events.IEventBus,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        add_alarm(
            self,
            "DeadLetterAlarm",
            service.settings,
            self.dead_letters.metric_approximate_number_of_messages_visible(period=PERIOD),
            at_least=1,
            why=f"{service.name} could not apply an event: {RUNBOOK}",
        )
        self.queue = work_queue(
            self, "Queue", consumer_timeout=subscriber.timeout, dead_letters=self.dead_letters
        )
        for producer, names in consumed_by(service.name).items():
            rule = events.Rule(
                self,
                producer.capitalize(),
                event_bus=bus,
                description=f"What {service.name} wants to know of {producer}",
                event_pattern=events.EventPattern(source=[source(producer)], detail_type=names),
            )
            rule.add_target(targets.SqsQueue(self.queue, dead_letter_queue=self.dead_letters))
        self._map(subscriber, service.settings)

    def _map(self, subscriber: ServiceFunction, settings: Settings) -> None:
        subscriber.allow(*RECEIVE, on=[self.queue.queue_arn])
        mapping = lambda_.CfnEventSourceMapping(
            self,
            "Mapping",
            event_source_arn=self.queue.queue_arn,
            function_name=subscriber.target.function_arn,
            batch_size=BATCHES.get(subscriber.name, 10),
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(
                maximum_concurrency=reserved(subscriber.name, settings)
                or settings.queue_concurrency
            ),
        )
        mapping.node.add_dependency(subscriber.role)

    def let_defer(self, subscriber: ServiceFunction) -> None:
        """Let the function put an event into the queue once more, as often as it takes."""
        subscriber.allow("sqs:SendMessage", on=[self.queue.queue_arn])
        subscriber.allow_recursion()
