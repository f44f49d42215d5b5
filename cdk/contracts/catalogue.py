"""The catalogue of events as a page: who announces what to whom, when, and by which rules."""

from cdk.catalogue import CONSUMERS
from cdk.contracts.schemas import file_name
from ticketing.events import CATALOG, AnyEvent

PAGE = """\
# Domain events

The whole of what services know of each other. Events travel on the EventBridge bus with the source
`ticketing.<producer>` and one of these detail-types:

| detail-type | producer | consumers | when | contract |
|---|---|---|---|---|
{rows}

`make contracts` writes this folder from the classes in `ticketing.events` and the
consumers in `cdk/catalogue.py`; a test fails when it is stale.

## What an event is

```json
{{"metadata": {{"id": "...", "time": "...", "schemaVersion": 1,
              "correlationId": "...", "causationId": "..."}},
 "data": {{"id": "...", "version": 3, "status": "..."}}}}
```

- `metadata.id` is the same however often the event is delivered.
- `metadata.correlationId` is the id of the request or timer that began the whole chain, and is in
  every log line on the way; `causationId` is the request or event that directly caused this one.
- `data` is the full state of the aggregate after the change, never a difference. Money is an
  integer of minor units, times are RFC 3339 in UTC.

## What a consumer relies on

- **At least once.** An event is written in the same atomic write as the change it announces, and
  published until the bus has it. It can arrive twice, late, and after its successors.
- **Order comes from the data.** `data.version` counts the changes of one aggregate: apply an event
  only if its version is higher than what you hold. What has none happens once. Of two orders for
  one ticket, the one with the higher `data.hold` is the later one: the events of a ticket's holds
  sort by (`hold`, `version`).
- **Unknown fields are ignored.** Fields are only ever added, and an added field is optional to a
  reader. Anything else is an event of another detail-type, sent beside the old one until nobody
  reads that.
- **Old events stay readable.** They lie in queues, dead-letter queues and the bus's archive.
  `<producer>/history/` keeps every sample there ever was, and a test reads them all with today's
  classes.
- **Nothing is lost.** A message that fails five times lies in its consumer's dead-letter queue.
"""


def catalogue() -> str:
    """The text of `events/README.md`."""
    rows = [_row(CATALOG[name], consumers) for name, consumers in CONSUMERS.items()]
    return PAGE.format(rows="\n".join(rows))


def _row(event: type[AnyEvent], consumers: tuple[str, ...]) -> str:
    when = (event.__doc__ or "").split("\n")[0].rstrip(".")
    file = f"{event.producer}/{file_name(event)}"
    contract = f"[schema]({file}.schema.json), [sample]({file}.sample.json)"
    who = f"{event.producer} | {', '.join(consumers)}"
    return f"| `{event.detail_type}` | {who} | {when} | {contract} |"
