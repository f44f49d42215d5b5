"""A function of the runtime's own: brings failed messages of a queue back after a few seconds.

It runs as the others do, so that only workers need botocore. After half a minute of failures a
message is dead: time enough to mend the handler one is working on.
"""

from typing import TYPE_CHECKING, Any, cast

from botocore.session import Session

from cdk.local.functions import Function

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

REDELIVERY = Function(
    name="local-redelivery",
    handler="cdk.local.redelivery.lambda_handler",
    timeout=10,
    memory_mb=128,
    environment={"POWERTOOLS_SERVICE_NAME": "local"},
)


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Set the visibility of the failed records of a batch."""
    records = event["Records"]
    client = cast("SQSClient", Session().create_client("sqs"))
    queue_name = records[0]["eventSourceARN"].rsplit(":", 1)[1]
    client.change_message_visibility_batch(
        QueueUrl=client.get_queue_url(QueueName=queue_name)["QueueUrl"],
        Entries=[
            {
                "Id": str(number),
                "ReceiptHandle": record["receiptHandle"],
                "VisibilityTimeout": seconds_until_next(record),
            }
            for number, record in enumerate(records)
        ],
    )


def seconds_until_next(record: dict[str, Any]) -> int:
    """2, 4, 8, 8, 8 seconds after the first, second, ... receive."""
    return int(min(8, 2 ** int(record["attributes"]["ApproximateReceiveCount"])))
