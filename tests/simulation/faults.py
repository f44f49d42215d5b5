"""Faults: what can happen to a call, in the words of a story."""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Fault(StrEnum):
    """What happens to one call to AWS or Stripe, or to one delivery."""

    CRASH_BEFORE = "the function dies before it"
    CRASH_AFTER = "it is done, then the function dies"
    THROTTLED = "it is throttled"
    UNREACHED = "it never arrives"
    REPLY_LOST = "it is done, and the reply is lost"
    SERVER_ERROR = "it fails with a server error"
    ERROR_AFTER = "it is done, and answered with a server error"
    CONFLICT = "another transaction is at the same item"
    UNPROCESSED = "it is left unprocessed"
    STALE = "the index does not know the latest changes yet"
    PARTLY = "only some entries arrive"
    STORED_ERROR = "it fails, and Stripe keeps the failure under its key"
    DUPLICATE = "it comes twice"
    DELAYED = "it comes late"
    NEVER = "it never comes"
    EARLY = "it comes too early"
    POISON = "garbage comes with it"
    SKEWED = "its clock is wrong"


class Crash(BaseException):
    """The function's sandbox is gone; no handler can catch that."""


CALL = (
    Fault.CRASH_BEFORE,
    Fault.CRASH_AFTER,
    Fault.REPLY_LOST,
    Fault.UNREACHED,
    Fault.THROTTLED,
    Fault.SERVER_ERROR,
)
"""What can happen to any call to AWS."""

OF_OPERATION: dict[str, tuple[Fault, ...]] = {
    "PutItem": (*CALL, Fault.CONFLICT),
    "UpdateItem": (*CALL, Fault.CONFLICT),
    "TransactWriteItems": (*CALL, Fault.CONFLICT),
    "BatchGetItem": (*CALL, Fault.UNPROCESSED),
    "Query": (*CALL, Fault.STALE),
    "PutEvents": (*CALL, Fault.PARTLY),
}

OF_WRITING = (*CALL, Fault.STORED_ERROR, Fault.ERROR_AFTER)

OF_EVENT = (Fault.DUPLICATE, Fault.DELAYED, Fault.POISON)
"""What can happen to an event on its way from the bus to a queue."""

OF_WEBHOOK = (Fault.DUPLICATE, Fault.DELAYED, Fault.NEVER)
OF_TIMER = (Fault.DUPLICATE, Fault.DELAYED, Fault.NEVER, Fault.EARLY)


def of_call(operation: str) -> tuple[tuple[Fault, ...], float]:
    """What can happen to a call of this operation, and how often."""
    if service_of(operation) == READING:
        return CALL, STRIKING
    if service_of(operation) == WRITING:
        return OF_WRITING, STRIKING
    return OF_OPERATION.get(operation, CALL), SELDOM.get(operation, STRIKING)


LASTING: Mapping[Fault, Sequence[float]] = {
    Fault.UNREACHED: (0.0, 2.0, 30.0, 300.0),
    Fault.THROTTLED: (0.0, 2.0, 10.0),
    Fault.SERVER_ERROR: (0.0, 2.0, 10.0),
    Fault.STORED_ERROR: (0.0, 2.0, 10.0),
    Fault.CONFLICT: (0.0, 1.0),
}
"""Seconds for which every such call to a service fails in the same way, once one has."""

STRIKING, ON_ITS_WAY = 0.06, 0.1
"""How often a fault strikes a call, and how often what is on its way."""

SELDOM = {"Query": 0.15, "SendMessage": 0.3, "GetSecretValue": 0.3}
"""How often one strikes a call that is made so seldom that it would hardly ever be met."""

READING, WRITING = "Stripe, reading", "Stripe, writing"
"""One may fail while the other works."""

SERVICES = {
    "PutEvents": "EventBridge",
    "SendMessage": "SQS",
    "ChangeMessageVisibility": "SQS",
    "GetSecretValue": "Secrets Manager",
}


def service_of(operation: str) -> str:
    """Whose operation it is. One of Stripe's is a method and a path."""
    if " " in operation:
        return READING if operation.startswith("GET ") else WRITING
    return SERVICES.get(operation, "DynamoDB")
