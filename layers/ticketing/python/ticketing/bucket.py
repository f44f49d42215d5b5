"""Objects for a bucket, signed by hand: a client of S3 costs a package more than all its data."""

import os
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from urllib3 import PoolManager, Retry, Timeout

TIMEOUT = Timeout(connect=1.0, read=2.0)
RETRY = Retry(
    total=3, allowed_methods={"PUT"}, backoff_factor=0.2, status_forcelist={500, 502, 503, 504}
)
"""To put an object twice is to put it once."""


class NotPut(Exception):
    """The bucket did not take an object."""


class Account(NamedTuple):
    """Who puts objects, and where its buckets are."""

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


def put(bucket: str, path: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Put one object. Raises NotPut, or urllib3's errors without an answer."""
    url = f"https://{bucket}.s3.{account().region}.amazonaws.com{quote(path)}"
    request = AWSRequest("PUT", url, headers={**headers}, data=body)
    S3SigV4Auth(account().credentials, "s3", account().region).add_auth(request)
    signed = request.prepare()
    answer = pool().request("PUT", url, body=body, headers=dict(signed.headers))
    if answer.status != HTTPStatus.OK:
        message = f"{path}: {answer.status}"
        raise NotPut(message)
