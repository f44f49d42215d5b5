"""The tests of the store of auth, with this DynamoDB under it."""

from tests.auth.conftest import *  # noqa: F403
from tests.auth.test_store import *  # noqa: F403
