"""The sweeper: expires, once a minute, the orders that their timer forgot."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from orders.models import Order
from orders.refusals import AlreadyDone, OrderPaid
from orders.store import store
from ticketing import aws
from ticketing.clock import now
from ticketing.outbox import Cause
from ticketing.telemetry import count, logger

PATIENCE = timedelta(seconds=30)
"""How long after an order's time the sweeper leaves it to its timer."""


def lambda_handler(_event: dict[str, Any], context: LambdaContext) -> None:
    """Expire overdue orders; one that fails does not keep the others."""
    for order in store().overdue(now() - PATIENCE):
        logger.set_correlation_id(order.correlation_id)
        try:
            sweep(order, f"sweep:{context.aws_request_id}")
        except Exception:
            logger.exception("order not swept", order_id=order.id)


def sweep(order: Order, causation_id: str) -> None:
    """Expire one order, unless it has moved on."""
    with suppress(AlreadyDone, OrderPaid):
        store().expire(order, Cause(order.correlation_id, causation_id, now()))
        logger.info("order swept", order_id=order.id)
        count("OrdersExpired")


aws.init(store)
