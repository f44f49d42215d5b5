"""The tests of the store of orders, with this DynamoDB under it."""

from tests.orders.conftest import *  # noqa: F403
from tests.orders.test_store import *  # noqa: F403
