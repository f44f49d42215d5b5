"""The tests of `ticketing.dynamo.Table`, with this DynamoDB under it."""

from tests.simulation.dynamodb.fixtures import make_table  # noqa: F401
from tests.ticketing.test_dynamo import *  # noqa: F403
