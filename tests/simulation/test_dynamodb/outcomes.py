"""Outcomes: what a call through botocore came to, in a form in which equal ones are `==`."""

import re
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation.dynamodb.values import FORMS, canonical

WORDS_AND_MEASURES = ("ConsumedCapacity", "ItemCollectionMetrics", "Message", "ResponseMetadata")


def outcome(client: Any, operation: str, request: dict[str, Any]) -> Any:
    """The answer, or the exception with everything but its words."""
    try:
        if operation == "Query":
            return pages(client, request)
        method = getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower())
        return normal(method(**request))
    except ClientError as error:
        code, reasons = error.response["Error"]["Code"], error.response.get("CancellationReasons")
        return code, normal(error.response.get("Item")), normal(reasons)


def pages(client: Any, request: dict[str, Any]) -> Any:
    """Every page to the last; that one is empty or not, as a double may see it."""
    found = []
    while True:
        page = client.query(**request)
        found.append(normal(page["Items"]))
        if "LastEvaluatedKey" not in page:
            return [items for items in found if items]
        request = {**request, "ExclusiveStartKey": page["LastEvaluatedKey"]}


def normal(answer: Any) -> Any:
    """Without words, measures and the order of sets."""
    match answer:
        case dict() if len(answer) == 1 and answer.keys() <= FORMS.keys():
            return canonical(answer)
        case dict():
            names = [name for name in answer if name not in WORDS_AND_MEASURES]
            return {name: normal(answer[name]) for name in names}
        case list():
            return [normal(each) for each in answer]
    return answer


def stored(client: Any, table: str) -> list[Any]:
    items = client.scan(TableName=table, ConsistentRead=True)["Items"]
    return sorted(normal(items), key=primary_key)


def primary_key(item: Any) -> str:
    return str(item["pk"]["S"])
