"""HTTP for payments: find the order's payment, try the card if there is one, tell how it stands."""

import re
from http import HTTPStatus
from typing import Annotated, Self

from pydantic import AfterValidator, Field

from payments.intents import Intent, IntentStatus
from payments.models import Moved, Payment, PaymentStatus
from payments.refusals import PAY_REFUSALS, AuthenticationRequired, PaymentNotFound
from payments.settlement import settle
from payments.store import store
from payments.stripe_gateway import gateway
from ticketing import aws
from ticketing.clock import Timestamp
from ticketing.errors import Unavailable
from ticketing.http import HttpApi, Request, User
from ticketing.money import to_price
from ticketing.outbox import Cause
from ticketing.price import ShownPrice
from ticketing.schema import Id, Input, View

PATIENCE = 20.0
"""Seconds that Stripe may take for one request, in all; the gateway gives up after 29."""

api = HttpApi()


TOKEN = re.compile(r"(tok|pm)_[A-Za-z0-9_]{1,250}", re.ASCII)


def stripe_token(token: str) -> str:
    """Raises ValueError."""
    if not TOKEN.fullmatch(token):
        message = "Token must be a card token (tok_...) or payment method (pm_...) of Stripe"
        raise ValueError(message)
    return token


CardToken = Annotated[
    str,
    AfterValidator(stripe_token),
    Field(examples=["tok_visa"], json_schema_extra={"pattern": f"^{TOKEN.pattern}$"}),
]


class PayOrder(Input):
    """Which order to pay, and with which card."""

    order_id: Id
    token: CardToken | None = None
    """Confirms the payment at once; without it a browser does, with the client secret."""


class PaymentBegun(View):
    """What a buyer needs to go on; `clientSecret` is null once nothing is left to confirm."""

    id: str
    order_id: str
    status: PaymentStatus
    client_secret: str | None

    @classmethod
    def of(cls, payment: Payment, client_secret: str | None) -> Self:
        return cls(
            id=payment.id,
            order_id=payment.order_id,
            status=payment.status,
            client_secret=client_secret,
        )


class PaymentView(View):
    """A payment as its buyer sees it."""

    id: str
    order_id: str
    user_id: str
    status: PaymentStatus
    price: ShownPrice
    currency: str
    """ISO 4217, lower case."""
    created_at: Timestamp
    version: int

    @classmethod
    def of(cls, payment: Payment) -> Self:
        return cls(
            id=payment.id,
            order_id=payment.order_id,
            user_id=payment.user_id,
            status=payment.status,
            price=to_price(payment.amount, payment.currency),
            currency=payment.currency,
            created_at=payment.created_at,
            version=payment.version,
        )


@api.route("POST", "/api/payments", HTTPStatus.CREATED, refusals=PAY_REFUSALS)
def pay_order(caller: User, body: PayOrder, request: Request) -> PaymentBegun:
    """Pay an order.

    Without `token` a browser confirms the payment with Stripe's Payment Element and the
    `clientSecret`. With `token` it is confirmed at once, and `status` is `authorized`, or `pending`
    while the bank thinks about it. However often this is repeated, an order has one payment. After
    a decline another card may be tried until the order expires. An order is known here a moment
    after it was made: until then 404. How it ends, `GET /api/orders/{id}` tells.
    """
    gateway().within(PATIENCE)
    payment = store().payment(body.order_id).owned_by(caller.id)
    if refusal := payment.why_not_payable(request.cause.time):
        raise refusal
    if payment.status is PaymentStatus.AUTHORIZED:
        return PaymentBegun.of(payment, None)
    payment, intent = with_intent(payment, request.cause, body.token)
    payment = settle(payment, request.cause, intent)
    if refusal := payment.why_given_up():
        raise refusal
    if body.token and payment.status is PaymentStatus.PENDING:
        check_tried(intent)
    is_open = payment.status is PaymentStatus.PENDING
    return PaymentBegun.of(payment, intent.client_secret if is_open else None)


@api.route("GET", "/api/payments/{orderId}", refusals=[PaymentNotFound])
def show_payment(orderId: str, caller: User) -> PaymentView:  # noqa: N803 - as in the path
    """Show the payment of one of the caller's orders."""
    return PaymentView.of(store().payment(orderId).owned_by(caller.id))


def with_intent(payment: Payment, cause: Cause, token: str | None) -> tuple[Payment, Intent]:
    """The payment with its one intent, after trying the card if there is one."""
    intent = None
    if payment.intent_id is None:
        payment, intent = begin(payment, cause)
    intent_id = payment.intent_id or ""
    if token:
        return payment, gateway().confirm(intent_id, token)
    return payment, intent or gateway().retrieve(intent_id)


def begin(payment: Payment, cause: Cause) -> tuple[Payment, Intent]:
    """Make the payment's intent. Raises a refusal if the order was cancelled meanwhile.

    The payment names its intent before anybody can confirm it; an intent that comes too late for
    that is let go.
    """
    intent = gateway().create(payment)
    try:
        return store().begin(payment, intent.id, cause), intent
    except Moved as moved:
        if moved.payment.intent_id == intent.id:
            return moved.payment, intent
        gateway().cancel(intent.id, payment.order_id, again=False)
        raise moved.payment.why_not_payable(cause.time) or Unavailable() from None


def check_tried(intent: Intent) -> None:
    """Raises AuthenticationRequired, or Unavailable unless the bank is still thinking about it."""
    if intent.status == IntentStatus.REQUIRES_ACTION:
        raise AuthenticationRequired
    if intent.status != IntentStatus.PROCESSING:
        raise Unavailable


aws.init(store, gateway)
lambda_handler = api.lambda_handler
