"""`python -m tests.storm`: a minute of people and faults at a service that really runs.

SECONDS is how long they go on, and SEED what they draw from, though threads see to it that no two
storms are the same. Exit status 1 if something does not hold that must.
"""

import os
import shutil
import sys
import time
from pathlib import Path

from tests.running_service import running
from tests.storm.aftermath import Aftermath
from tests.storm.log import failures_in
from tests.storm.service import Service
from tests.storm.storm import Storm
from tests.storm.summary import print_summary

STATE = Path(".local/storm")

RESERVATION_SECONDS = "8"


def main() -> int:
    """0 if everything held, 1 with what did not."""
    seconds, seed = setting("SECONDS", 60), setting("SEED", int(time.time()))
    shutil.rmtree(STATE, ignore_errors=True)
    STATE.mkdir(parents=True)
    print(f"A storm of {seconds} s at a service of its own, SEED={seed}", flush=True)
    with running(STATE, RESERVATION_SECONDS=RESERVATION_SECONDS, DEMO="0") as endpoints:
        service = Service(endpoints)
        storm = Storm(service, seed)
        storm.rage(seconds)
        aftermath = Aftermath(service)
        violations = [*storm.tally.complaints, *aftermath.wait()]
    violations += failures_in((STATE / "output.log").read_text())
    print_summary(storm, aftermath, violations)
    return 1 if violations else 0


def setting(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


if __name__ == "__main__":
    sys.exit(main())
