"""Queues: encrypted, TLS only, and a dead-letter queue that keeps what failed for 14 days."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

MAX_RECEIVES = 5
"""Deliveries of one message before it counts as poison."""

PATIENCE = 6
"""Visibility timeout in function timeouts: AWS's rule, so that no batch is handed out twice."""


def dead_letter_queue(scope: Construct, construct_id: str) -> sqs.Queue:
    """Where events lie that could not be applied, until someone looks and redrives them."""
    return sqs.Queue(
        scope,
        construct_id,
        retention_period=Duration.days(14),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )


def work_queue(
    scope: Construct, construct_id: str, *, consumer_timeout: Duration, dead_letters: sqs.IQueue
) -> sqs.Queue:
    """A queue for one function that gives a message five chances."""
    return sqs.Queue(
        scope,
        construct_id,
        visibility_timeout=Duration.seconds(PATIENCE * consumer_timeout.to_seconds()),
        retention_period=Duration.days(4),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=MAX_RECEIVES),
    )
