"""DynamoDB in memory, as the wire shows it: what the service uses of it, and loud about the rest.

It keeps one item for each key, decides every condition as AWS does, and tells of each change in the
order of commits. What is not built raises AssertionError; only a page's end at 1 MB is left out.
"""

from tests.simulation.dynamodb.database import Answer, DynamoDB
from tests.simulation.dynamodb.tables import Change
from tests.simulation.dynamodb.values import Item

__all__ = ["Answer", "Change", "DynamoDB", "Item"]
