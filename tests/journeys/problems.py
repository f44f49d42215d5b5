"""Refusals as a client reads them."""

import httpx


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and slug of a refusal, after checking its form."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["status"] == answer.status_code
    assert body["requestId"] == answer.headers["x-request-id"]
    assert body["title"]
    assert all(error["message"] for error in body["errors"])
    return answer.status_code, body["type"]
