"""The description as it was packed, and 404 in the shape of every problem."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from reference import api
from tests.gateway import Gateway

gateway = Gateway(api.lambda_handler)

URL = "/api/openapi.json"
TEXT = '{"openapi": "3.1.0", "info": {"title": "Café"}}'
TAG = f'"{hashlib.sha256(TEXT.encode()).hexdigest()[:16]}"'


@pytest.fixture(autouse=True)
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The document that is packed with the function."""
    path = tmp_path / "openapi.json"
    path.write_text(TEXT, "utf-8")
    monkeypatch.setattr(api, "PATH", path)
    api.document.cache_clear()
    yield path
    api.document.cache_clear()


def test_the_description_is_served_as_it_was_packed() -> None:
    answer = gateway("GET", URL)
    assert (answer.status, answer.body) == (200, TEXT)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert (answer.headers["etag"], answer.headers["x-request-id"]) == (TAG, "request-1")


def test_the_description_is_read_once(packed: Path) -> None:
    gateway("GET", URL)
    packed.unlink()
    assert gateway("GET", URL).status == 200


@pytest.mark.parametrize("known", [TAG, f"W/{TAG}", f'"other", {TAG}', "*"])
def test_a_client_that_has_the_description_is_not_sent_it_again(known: str) -> None:
    answer = gateway("GET", URL, headers={"If-None-Match": known})
    assert (answer.status, answer.body) == (304, "")
    assert answer.headers["etag"] == TAG


def test_a_client_that_has_another_description_is_sent_this_one() -> None:
    assert gateway("GET", URL, headers={"If-None-Match": '"other"'}).body == TEXT


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/nothing", "/api/openapi.json/", "/favicon.ico"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_no_service_answers_is_not_found(method: str, path: str) -> None:
    answer = gateway(method, path)
    assert (answer.status, answer.slug) == (404, "not-found")
    assert answer.headers["x-request-id"] == answer.json["requestId"] == "request-1"


def test_the_description_cannot_be_changed() -> None:
    answer = gateway("PUT", URL, {})
    assert (answer.status, answer.headers["allow"]) == (405, "GET")
