"""The tests of the store of tickets, with this DynamoDB under it."""

from tests.tickets.conftest import *  # noqa: F403
from tests.tickets.test_store import *  # noqa: F403
