"""A subscription: rules on the bus fill one queue, and one function works it off.

What cannot be delivered and what cannot be applied end in the same dead-letter queue, and both are
the plain event there: one redrive serves both, if it names the queue to move them to.
"""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.concurrency import BATCHES, reserved
from cdk.constructs.bus import deliver
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
        self.dead_letters = dead_letter_queue(
            self, service.settings, why=f"{service.name} could not apply an event"
        )
        self.queue = work_queue(
            self, "Queue", consumer_timeout=subscriber.timeout, dead_letters=self.dead_letters
        )
        target = targets.SqsQueue(self.queue, dead_letter_queue=self.dead_letters)
        deliver(self, bus, service.name, target)
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
