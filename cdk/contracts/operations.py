"""One operation of the API as OpenAPI describes it, from its declaration and its handler."""

import inspect
from http import HTTPStatus
from itertools import pairwise
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from cdk.contracts.components import reference
from cdk.contracts.headers import (
    ANSWERED_WITH,
    COOKIE,
    CREDENTIALS,
    IMPLIED,
    REQUEST_HEADERS,
    SIGNATURE,
    answer_headers,
)
from cdk.contracts.links import links
from cdk.contracts.problems import problem_answers, refusals
from cdk.contracts.stripe import EVENT
from ticketing import ids
from ticketing.guard import JSON
from ticketing.http import Operation, Page, Reply, User
from ticketing.paging import DEFAULT_LIMIT, MAX_LIMIT
from ticketing.schema import Input

type Alternatives = list[dict[str, list[str]]]

SESSION: Alternatives = [{"bearer": []}, {"cookie": []}]
BY_HEADER: dict[str, Alternatives] = {CREDENTIALS: SESSION, COOKIE: [{"refreshCookie": []}]}
"""What a handler takes that reads a header of credentials itself; it also answers without any."""

PAGE_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "limit",
        "in": "query",
        "description": "How many at most.",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_LIMIT,
        },
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "Where to go on: from the `Link` header of the page before.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,1024}$"},
    },
]


def describe(operation: Operation, tag: str) -> dict[str, Any]:
    """An Operation Object."""
    summary, _, description = (inspect.getdoc(operation.handler) or "").partition("\n\n")
    body = request_body(operation)
    described = {
        "operationId": operation_id(operation),
        "tags": [tag],
        "summary": summary.removesuffix("."),
        "description": description,
        "security": security(operation),
        "parameters": parameters(operation),
        "requestBody": body,
        "responses": success_answers(operation) | problem_answers(refusals(operation)),
    }
    return {key: value for key, value in described.items() if value or key == "security"}


def operation_id(operation: Operation) -> str:
    """The handler's name, in camelCase."""
    return to_camel(operation.handler.__name__)


def models(operation: Operation) -> list[type[BaseModel]]:
    """The models of the operation's bodies."""
    found = [kind for kind in _kinds(operation) if isinstance(kind, type)]
    inputs: list[type[BaseModel]] = [kind for kind in found if issubclass(kind, Input)]
    answer = _answer_item(operation)
    return [*inputs, answer] if answer else inputs


def security(operation: Operation) -> Alternatives:
    """Who may call; none of it is needed where an empty alternative stands."""
    if SIGNATURE in operation.headers:
        return [{"signature": []}]
    if User in _kinds(operation):
        return SESSION
    taken = [each for header in operation.headers for each in BY_HEADER.get(header, ())]
    return [{}, *taken] if taken else []


def parameters(operation: Operation) -> list[dict[str, Any]]:
    paging = PAGE_PARAMETERS if Page in _kinds(operation) else []
    headers = [
        {"name": name, "in": "header", **REQUEST_HEADERS[name]}
        for name in operation.headers
        if name not in (SIGNATURE, *BY_HEADER)
    ]
    return [*_path_parameters(operation.path), *paging, *headers]


def request_body(operation: Operation) -> dict[str, Any] | None:
    if SIGNATURE in operation.headers:
        return {"required": True, "content": {JSON: {"schema": EVENT}}}
    for kind in _kinds(operation):
        if isinstance(kind, type) and issubclass(kind, Input):
            required = any(field.is_required() for field in kind.model_fields.values())
            return {"required": required, "content": {JSON: {"schema": reference(kind)}}}
    return None


def success_answers(operation: Operation) -> dict[str, Any]:
    """The answers to a request that was granted, by status."""
    item = _answer_item(operation)
    schema: dict[str, Any] = reference(item) if item else {"type": "object"}
    if _is_list(operation):
        schema = {"type": "array", "items": schema}
    names = ["Link"] if Page in _kinds(operation) else []
    names += [name for asked in operation.headers for name in IMPLIED.get(asked, ())]
    headers = answer_headers(*names, *ANSWERED_WITH.get(operation_id(operation), ()))
    answers = {}
    for status in sorted((operation.status, *operation.also)):
        said = {"description": _said(status), "headers": headers}
        answers[str(status.value)] = said | links(operation_id(operation), status)
        if status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            answers[str(status.value)]["content"] = {JSON: {"schema": schema}}
    return answers


def _kinds(operation: Operation) -> list[Any]:
    """The types of the handler's arguments."""
    annotations = operation.handler.__annotations__
    return [kind for name, kind in annotations.items() if name != "return"]


def _answer(operation: Operation) -> Any:
    """The type of the answer's body."""
    answer: Any = operation.handler.__annotations__["return"]
    is_reply = get_origin(answer) == Reply
    return get_args(answer)[0] if is_reply else answer


def _is_list(operation: Operation) -> bool:
    return get_origin(_answer(operation)) is list


def _answer_item(operation: Operation) -> type[BaseModel] | None:
    """The model of the answer, or of each item of the list that it is."""
    answer = _answer(operation)
    item = get_args(answer)[0] if _is_list(operation) else answer
    return item if isinstance(item, type) and issubclass(item, BaseModel) else None


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        _path_parameter(segment[1:-1], collection=before)
        for before, segment in pairwise(path.split("/"))
        if segment.startswith("{")
    ]


def _path_parameter(name: str, *, collection: str) -> dict[str, Any]:
    """`{id}` is of what is before it in the path; `{orderId}` says itself whose it is."""
    thing = collection.removesuffix("s") if name == "id" else name.removesuffix("Id")
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": f"The id of the {thing}.",
        "schema": {"type": "string", "pattern": f"^{ids.FORM.pattern}$"},
    }


def _said(status: HTTPStatus) -> str:
    return {
        HTTPStatus.OK: "Here it is.",
        HTTPStatus.CREATED: "Made.",
        HTTPStatus.NO_CONTENT: "Done.",
        HTTPStatus.NOT_MODIFIED: "The caller has the current one.",
    }[status]
