"""Queues: encrypted, TLS only, and a dead-letter queue that keeps what failed for 14 days.

Whoever watches the stage is told of the first message in a dead-letter queue.
"""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.constructs.alarm import PERIOD, add_alarm
from cdk.settings import Settings

MAX_RECEIVES = 5
"""Deliveries of one message before it counts as poison."""

PATIENCE = 6
"""Visibility timeout in function timeouts: AWS's rule, so that no batch is handed out twice."""

RUNBOOK = "docs/operations.md, An event lies in a dead-letter queue"


def dead_letter_queue(scope: Construct, settings: Settings, *, why: str) -> sqs.Queue:
    """Where events lie that could not be applied, until someone looks and redrives them.

    `why` says of one that lies there what happened to it.
    """
    queue = sqs.Queue(
        scope,
        "DeadLetters",
        retention_period=Duration.days(14),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )
    add_alarm(
        scope,
        "DeadLetterAlarm",
        settings,
        queue.metric_approximate_number_of_messages_visible(period=PERIOD),
        at_least=1,
        why=f"{why}: {RUNBOOK}",
    )
    return queue


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
