"""The tests of the store of payments, with this DynamoDB under it."""

from tests.payments.conftest import *  # noqa: F403
from tests.payments.test_store import *  # noqa: F403
