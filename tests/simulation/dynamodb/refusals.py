"""Refusals: DynamoDB's exceptions, as they are on the wire."""

from collections.abc import Mapping, Sequence
from typing import Any

SERVICE = "com.amazonaws.dynamodb.v20120810#"
VALIDATION = "com.amazon.coral.validate#ValidationException"


class Refusal(Exception):
    """An answer with status 400."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message

    def body(self) -> dict[str, Any]:
        return {"__type": SERVICE + self.kind, "message": self.message}


class Invalid(Refusal):
    """A ValidationException."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)

    def body(self) -> dict[str, Any]:
        return {"__type": VALIDATION, "message": self.message}


class InvalidItem(Invalid):
    """A ValidationException for what is in an item: one cancels the transaction that writes it."""

    def reason(self) -> dict[str, Any]:
        return {"Code": "ValidationError", "Message": self.message}


class ConditionFailed(Refusal):
    """A ConditionalCheckFailedException, with the item found if the request wants to see it."""

    def __init__(self, found: Mapping[str, Any] | None) -> None:
        super().__init__("ConditionalCheckFailedException", "The conditional request failed")
        self._shown = {"Item": found} if found else {}

    def body(self) -> dict[str, Any]:
        return super().body() | self._shown

    def reason(self) -> dict[str, Any]:
        return {"Code": "ConditionalCheckFailed", "Message": self.message, **self._shown}


class Canceled(Refusal):
    """A TransactionCanceledException; one reason for each write, `{"Code": "None"}` if innocent."""

    def __init__(self, reasons: Sequence[Mapping[str, Any]]) -> None:
        codes = ", ".join(reason["Code"] for reason in reasons)
        super().__init__(
            "TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons"
            f" [{codes}]",
        )
        self._reasons = reasons

    def body(self) -> dict[str, Any]:
        body = super().body()
        return {
            "__type": body["__type"],
            "Message": body["message"],
            "CancellationReasons": self._reasons,
        }


def no_such_table() -> Refusal:
    return Refusal("ResourceNotFoundException", "Requested resource not found")


def other_request() -> Refusal:
    """The token of a transaction came with another one."""
    return Refusal(
        "IdempotentParameterMismatchException",
        "The provided client token was used with other parameters",
    )
