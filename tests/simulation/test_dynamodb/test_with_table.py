"""The tests of `ticketing.dynamo.Table`, with this DynamoDB under it."""

from tests.ticketing.test_dynamo import *  # noqa: F403
