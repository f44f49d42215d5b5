"""What a storm came to, for the terminal."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from tests.storm.aftermath import Aftermath
from tests.storm.storm import Storm

SHOWN = 20
"""Violations that are printed."""


def print_summary(storm: Storm, aftermath: Aftermath, violations: Sequence[str]) -> None:
    """Requests by kind and status, faults by kind, orders by status, and what did not hold."""
    requests: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (kind, status), number in sorted(storm.tally.requests.items()):
        requests[kind][status] = number
    print(f"\n{sum(storm.tally.requests.values()):,} requests")
    for kind, statuses in requests.items():
        print(f"  {kind:<20} {counted(statuses)}")
    print(f"\n{storm.faults.happened.total():,} faults")
    for fault, number in storm.faults.happened.most_common():
        print(f"  {number:>5}  {fault}")
    orders = aftermath.remains.orders.values() if aftermath.remains else ()
    ends = Counter(order.get("cancel_reason", order["status"]) for order in orders)
    print(f"\n{len(orders):,} orders: {counted(ends)}")
    print(f"quiet after {aftermath.seconds:.0f} s, {aftermath.redriven} dead letters sent back")
    print(f"\nviolations: {len(violations)}")
    for violation in violations[:SHOWN]:
        print(f"  {violation}")


def counted(counts: Counter[str]) -> str:
    return ", ".join(f"{what} {number:,}" for what, number in counts.items())
