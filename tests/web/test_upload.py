"""Uploading: every file of the version, signed, and an answer to CloudFormation in any case."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.gateway import LambdaContext
from ticketing import bucket
from web import upload
from web.assets import assets

BUCKET = "static-bucket"
FOLDER = f"https://{BUCKET}.s3.eu-west-1.amazonaws.com"
ANSWER_URL = "https://cloudformation.example/answer?signature=1"
CONTEXT: Any = LambdaContext()


class Answer:
    """What an HTTP server says."""

    def __init__(self, status: int) -> None:
        self.status = status


class Network:
    """Takes every request, and keeps it."""

    def __init__(self) -> None:
        self.sent: dict[str, dict[str, Any]] = {}
        self.status = 200

    def request(self, method: str, url: str, **rest: Any) -> Answer:
        assert method == "PUT"
        self.sent[url] = rest
        return Answer(self.status)

    @property
    def told(self) -> dict[str, str]:
        """What CloudFormation heard."""
        return dict(json.loads(self.sent[ANSWER_URL]["body"]))

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        return {url: sent for url, sent in self.sent.items() if url != ANSWER_URL}


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session-token")
    bucket.account.cache_clear()
    found = Network()
    monkeypatch.setattr(bucket, "pool", lambda: found)
    yield found
    bucket.account.cache_clear()


def an_event(kind: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": ANSWER_URL,
        "StackId": "stack-1",
        "RequestId": "request-1",
        "LogicalResourceId": "Files",
        "ResourceProperties": {"Bucket": BUCKET},
    }


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_every_file_is_put_under_the_name_that_pages_use(network: Network, kind: str) -> None:
    upload.lambda_handler(an_event(kind), CONTEXT)
    expected = {f"{FOLDER}{one.path}": one for one in assets().served.values()}
    assert network.files.keys() == expected.keys()
    for url, sent in network.files.items():
        assert sent["body"] == expected[url].text.encode()
        assert sent["headers"]["Content-Type"] == expected[url].content_type
        assert "immutable" in sent["headers"]["Cache-Control"]


def test_each_request_is_signed_as_the_function_and_for_its_content(network: Network) -> None:
    upload.lambda_handler(an_event("Create"), CONTEXT)
    for sent in network.files.values():
        assert "Credential=testing/" in sent["headers"]["Authorization"]
        assert "/eu-west-1/s3/aws4_request" in sent["headers"]["Authorization"]
        assert "x-amz-content-sha256" in sent["headers"]["Authorization"]
        assert sent["headers"]["X-Amz-Security-Token"] == "session-token"


def test_cloudformation_hears_of_success(network: Network) -> None:
    upload.lambda_handler(an_event("Create"), CONTEXT)
    assert network.told == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": "static-files",
        "StackId": "stack-1",
        "RequestId": "request-1",
        "LogicalResourceId": "Files",
    }
    assert network.sent[ANSWER_URL]["headers"] == {"Content-Type": ""}


def test_cloudformation_hears_why_it_failed(network: Network) -> None:
    network.status = 403
    upload.lambda_handler(an_event("Update"), CONTEXT)
    assert network.told["Status"] == "FAILED"
    assert network.told["Reason"].startswith("NotPut: ")
    assert network.told["Reason"].endswith(": 403")


def test_files_of_a_deleted_stack_stay_for_pages_that_are_still_open(network: Network) -> None:
    upload.lambda_handler(an_event("Delete"), CONTEXT)
    assert network.told["Status"] == "SUCCESS"
    assert network.files == {}


def test_connections_are_kept_and_a_put_is_tried_again() -> None:
    found = bucket.pool()
    assert found is bucket.pool()
    assert found.connection_pool_kw["retries"].total == 3
