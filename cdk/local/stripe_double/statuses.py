"""The words of a payment intent's life, as Stripe spells them."""

from enum import StrEnum


class Status(StrEnum):
    """Where a payment intent is."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    CANCELED = "canceled"
    SUCCEEDED = "succeeded"


class CaptureMethod(StrEnum):
    """When the money is taken; Stripe's default takes it at once."""

    AUTOMATIC = "automatic"
    AUTOMATIC_ASYNC = "automatic_async"
    MANUAL = "manual"


OPEN = (Status.REQUIRES_PAYMENT_METHOD, Status.REQUIRES_CONFIRMATION, Status.REQUIRES_ACTION)
CANCELABLE = (*OPEN, Status.REQUIRES_CAPTURE)
LAPSED = "automatic"
"""The reason Stripe itself gives when an authorization was not captured in time."""
