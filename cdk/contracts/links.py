"""Links: what an answer is good for, as OpenAPI says it; an id that it gives is an input elsewhere.

Each goes from the answer that makes a thing to the operations on it.
"""

from http import HTTPStatus
from typing import Any

ID, ORDER_ID = "$response.body#/id", "$response.body#/orderId"

OF_TICKET: dict[str, dict[str, Any]] = {
    "showTicket": {"parameters": {"id": ID}},
    "editTicket": {"parameters": {"id": ID}},
    "withdrawTicket": {"parameters": {"id": ID}},
    "reserveTicket": {"requestBody": {"ticketId": ID}},
}
OF_ORDER: dict[str, dict[str, Any]] = {
    "showOrder": {"parameters": {"id": ID}},
    "cancelOrder": {"parameters": {"id": ID}},
    "payOrder": {"requestBody": {"orderId": ID}},
    "showPayment": {"parameters": {"orderId": ID}},
}
OF_PAYMENT: dict[str, dict[str, Any]] = {
    "showPayment": {"parameters": {"orderId": ORDER_ID}},
    "showOrder": {"parameters": {"id": ORDER_ID}},
}
OF_SESSION: dict[str, dict[str, Any]] = {
    "refresh": {"requestBody": {"refreshToken": "$response.body#/refreshToken"}},
    "signOut": {"requestBody": {"refreshToken": "$response.body#/refreshToken"}},
}
OF_ACCOUNT: dict[str, dict[str, Any]] = {
    **OF_SESSION,
    "signIn": {
        "requestBody": {
            "email": "$request.body#/email",
            "password": "$request.body#/password",
        }
    },
}

LINKS: dict[tuple[str, HTTPStatus], dict[str, dict[str, Any]]] = {
    ("signUp", HTTPStatus.CREATED): OF_ACCOUNT,
    ("signIn", HTTPStatus.OK): OF_SESSION,
    ("refresh", HTTPStatus.OK): OF_SESSION,
    ("createTicket", HTTPStatus.CREATED): OF_TICKET,
    ("editTicket", HTTPStatus.OK): OF_TICKET,
    ("reserveTicket", HTTPStatus.CREATED): OF_ORDER,
    ("reserveTicket", HTTPStatus.OK): OF_ORDER,
    ("payOrder", HTTPStatus.CREATED): OF_PAYMENT,
}
"""By operation and status, the operations that its answer leads to."""


def links(operation_id: str, status: HTTPStatus) -> dict[str, Any]:
    """The links of an answer, if it has any."""
    found = LINKS.get((operation_id, status), {})
    described = {name: {"operationId": name, **given} for name, given in found.items()}
    return {"links": described} if described else {}
