"""Puts the static files into their bucket, when CloudFormation says that a version is deployed.

None is ever removed: a page that was loaded before a deployment still finds its files after it.
"""

import json
import os
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from urllib3 import PoolManager, Retry, Timeout

from ticketing import aws
from ticketing.telemetry import logger
from web.answers import FOREVER
from web.assets import Asset, assets

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

TIMEOUT = Timeout(connect=2.0, read=8.0)
RETRY = Retry(
    total=3, allowed_methods={"PUT"}, backoff_factor=0.2, status_forcelist={500, 502, 503, 504}
)
"""To put a file twice is to put it once."""


class UploadFailed(Exception):
    """The bucket did not take a file."""


class Account(NamedTuple):
    """Who uploads, and where its buckets are."""

    credentials: Credentials
    region: str


@cache
def account() -> Account:
    """The function's own role, as Lambda names it."""
    credentials = Credentials(
        os.environ["AWS_ACCESS_KEY_ID"],
        os.environ["AWS_SECRET_ACCESS_KEY"],
        os.environ.get("AWS_SESSION_TOKEN"),
    )
    return Account(credentials, os.environ["AWS_REGION"])


@cache
def pool() -> PoolManager:
    return PoolManager(timeout=TIMEOUT, retries=RETRY)


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


def upload(bucket: str) -> None:
    """Put every file of this version. Raises UploadFailed."""
    files = assets().served.values()
    for asset in files:
        put(bucket, asset)
    logger.info("uploaded", files=len(files))


def put(bucket: str, asset: Asset) -> None:
    """Signed by hand: a client of S3 costs a package more than all the rest of its data."""
    url = f"https://{bucket}.s3.{account().region}.amazonaws.com{quote(asset.path)}"
    headers = {"Cache-Control": FOREVER, "Content-Type": asset.content_type}
    request = AWSRequest("PUT", url, headers=headers, data=asset.text.encode())
    S3SigV4Auth(account().credentials, "s3", account().region).add_auth(request)
    signed = request.prepare()
    answer = pool().request("PUT", url, body=request.data, headers=dict(signed.headers))
    if answer.status != HTTPStatus.OK:
        message = f"{asset.name}: {answer.status}"
        raise UploadFailed(message)


def report(event: dict[str, Any], status: str, reason: str) -> None:
    """Tell CloudFormation, which signed the URL without a content type."""
    said = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": "static-files",
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    pool().request("PUT", event["ResponseURL"], body=json.dumps(said), headers={"Content-Type": ""})


aws.init(account, assets, pool)
