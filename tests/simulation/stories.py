"""Stories: a failing tape made as short as it can be, and told in words.

Shrinking leaves choices out, then makes them simpler, as long as the same invariant breaks.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.simulation.deployment import SERVICES
from tests.simulation.runs import Outcome
from tests.simulation.world import Entry, World

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|pi_[0-9a-f]{24}")
READS = ("GetItem", "BatchGetItem", "Query", "GET ", "GetSecretValue")

MAX_ATTEMPTS = 3000
"""Runs that shrinking may take."""

type Choices = Mapping[int, int]
type Replay = Callable[[Choices], Outcome]


def kind_of(violation: str) -> str:
    """Which invariant broke: what stands before the colon, or the sentence without its ids."""
    head = violation.partition(":")[0]
    return head if re.fullmatch(r"[\d, ]+", head) else ID.sub("", violation)[:40]


def shrink(choices: Choices, violation: str, replay: Replay) -> Outcome:
    """The outcome of the simplest tape found that breaks the same invariant."""
    kind, attempts = kind_of(violation), 0
    best = replay(choices)

    def fails(candidate: Choices) -> bool:
        nonlocal best, attempts
        attempts += 1
        outcome = replay(candidate)
        if outcome.violation is None or kind_of(outcome.violation) != kind:
            return False
        if weight(outcome.choices) >= weight(best.choices):
            return False
        best = outcome
        return True

    size = max(1, len(best.choices) // 2)
    while attempts < MAX_ATTEMPTS:
        improved = any(fails(candidate) for candidate in simpler(best.choices, size))
        if improved:
            size = min(size, max(1, len(best.choices) // 2))
        elif size > 1:
            size //= 2
        else:
            break
    return best


def weight(choices: Choices) -> tuple[int, int]:
    """Of two tapes the lighter one is simpler."""
    return len(choices), sum(choices.values())


def simpler(choices: Choices, size: int) -> Iterator[Choices]:
    """Tapes with `size` choices fewer and, at the end, with one choice lower."""
    places = sorted(choices)
    for start in range(0, len(places), size):
        left_out = set(places[start : start + size])
        yield {place: value for place, value in choices.items() if place not in left_out}
    if size == 1:
        for place, value in choices.items():
            for lower in {1, value // 2, value - 1} - {0, value}:
                yield {**choices, place: lower}


def tell(outcome: Outcome) -> str:
    """The story, a line for each thing that changed something or went wrong."""
    names: dict[str, str] = {}
    lines = [line(entry, outcome.world) for entry in outcome.world.log if is_told(entry)]
    lines.append(f"  => {outcome.violation}")
    return "\n".join(ID.sub(lambda found: name(found[0], names), each) for each in lines)


def transcript(outcome: Outcome) -> str:
    """All of it, and ids as they are: what two runs of one tape must have in common."""
    told = [line(entry, outcome.world) for entry in outcome.world.log]
    tables = outcome.world.dynamodb
    items = [
        f"  {table} {key} {json.dumps(item, sort_keys=True)}"
        for table in SERVICES
        for key, item in sorted(tables.items(table).items())
    ]
    return "\n".join([*told, f"  => {outcome.violation}", *items])


def is_told(entry: Entry) -> bool:
    return bool(entry.fault) or not entry.what.startswith(READS)


def line(entry: Entry, world: World) -> str:
    seconds = entry.time - world.began
    fault = f"  ** {entry.fault} **" if entry.fault else ""
    about = subject(entry.what, entry.about)
    return f"  {seconds:9.3f}  {entry.who:<28} {entry.what} {about}{fault}"


def subject(what: str, about: Any) -> str:
    """What a call is about."""
    if what in SUBJECTS:
        return SUBJECTS[what](about)
    if isinstance(about, tuple):  # A call to Stripe: its body, and its headers.
        return "&".join(str(about[0] or "").split("&")[:2])
    return "" if about is None else str(about)


def batch_told(request: Mapping[str, Any]) -> str:
    parts = request["RequestItems"].values()
    return ", ".join(key["pk"]["S"] for part in parts for key in part["Keys"])


def transaction_told(request: Mapping[str, Any]) -> str:
    writes = [
        subject(f"{kind}Item", write)
        for each in request["TransactItems"]
        for kind, write in each.items()
    ]
    return " + ".join(writes)


def item_told(table: str, item: Mapping[str, Any]) -> str:
    status = item.get("status", {}).get("S", "")
    return f"{table} {item['pk']['S']} {status}".strip()


def change_told(update: Mapping[str, Any]) -> str:
    values = update.get("ExpressionAttributeValues", {})
    shown = {
        name.removeprefix(":set_"): value.get("S", "nothing")
        for name, value in values.items()
        if name in (":set_status", ":set_order_id", ":set_order_status", ":set_intent_id")
    }
    told = ", ".join(f"{name} = {value}" for name, value in shown.items())
    return f"{update['TableName']} {update['Key']['pk']['S']} {told}".strip()


def event_told(entry: Mapping[str, Any]) -> str:
    data = json.loads(entry["Detail"])["data"]
    about = data.get("orderId") or data["id"]
    return f"{entry['DetailType']} of {about} v{data.get('version', '')}"


SUBJECTS: Mapping[str, Callable[[Any], str]] = {
    "PutItem": lambda about: item_told(about["TableName"], about["Item"]),
    "UpdateItem": change_told,
    "GetItem": lambda about: f"{about['TableName']} {about['Key']['pk']['S']}",
    "BatchGetItem": batch_told,
    "Query": lambda about: f"{about['TableName']} {about['IndexName']}",
    "TransactWriteItems": transaction_told,
    "PutEvents": lambda about: ", ".join(event_told(entry) for entry in about["Entries"]),
    "SendMessage": lambda about: (
        f"{json.loads(about['MessageBody'])['detail-type']} in {about['DelaySeconds']} s"
    ),
    "ChangeMessageVisibility": lambda about: (
        f"{about['ReceiptHandle']} in {about['VisibilityTimeout']} s"
    ),
}


def name(found: str, names: dict[str, str]) -> str:
    """A short name for an id, by the order in which they come."""
    kind = "intent" if found.startswith("pi_") else "id"
    return names.setdefault(found, f"{kind}-{len(names) + 1}")
