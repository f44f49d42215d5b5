"""Puts the static files into their bucket, when CloudFormation says that a version is deployed.

None is ever removed: a page that was loaded before a deployment still finds its files after it.
"""

import json
from typing import TYPE_CHECKING, Any

from ticketing import aws, bucket
from ticketing.telemetry import logger
from web.answers import FOREVER
from web.assets import assets

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def lambda_handler(event: dict[str, Any], _context: "LambdaContext") -> None:
    """A custom resource: whatever happens CloudFormation is told, or it would wait in vain."""
    try:
        if event["RequestType"] != "Delete":
            upload(event["ResourceProperties"]["Bucket"])
    except Exception as error:
        logger.exception("upload failed")
        report(event, "FAILED", f"{type(error).__name__}: {error}")
        return
    report(event, "SUCCESS", "")


def upload(name: str) -> None:
    """Put every file of this version. Raises bucket.NotPut."""
    files = assets().served.values()
    for asset in files:
        headers = {"Cache-Control": FOREVER, "Content-Type": asset.content_type}
        bucket.put(name, asset.path, asset.text.encode(), headers)
    logger.info("uploaded", files=len(files))


def report(event: dict[str, Any], status: str, reason: str) -> None:
    """Tell CloudFormation, which signed the URL without a content type."""
    said = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": "static-files",
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    url, headers = event["ResponseURL"], {"Content-Type": ""}
    bucket.pool().request("PUT", url, body=json.dumps(said), headers=headers)


aws.init(bucket.account, assets, bucket.pool)
