"""What a deployment is asked to make, and what it has made: as JSON between two processes."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from cdk.local.assembly import TABLE
from cdk.local.functions import Function

if TYPE_CHECKING:
    from cdk.local.account import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be deployed, and where."""

    emulator: str
    invoke_url: str
    settings: dict[str, Any]
    """What differs from those of the `local` stage."""

    stripe: dict[str, Any]
    """The value of payments' secret."""

    enforce_iam: bool
    outdir: str
    result: str
    """The file for the deployment."""

    def dump(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The ids of what the stacks have made."""

    api_id: str
    proof: dict[str, str]
    """The headers that the distribution shows to the API."""

    bus: str
    state_machine: str
    """ARN of the timer."""

    tables: dict[str, str]
    """Names, by service."""

    queues: dict[str, str]
    """URLs, by service; those of dead-letter queues by `<service>-dead-letters`."""

    functions: list[Function]

    @classmethod
    def of(
        cls,
        resources: Iterable["Resource"],
        functions: Iterable[Function],
        proof: dict[str, str],
    ) -> Self:
        """Sort out what the stacks have made."""
        by_type: dict[str, list[Resource]] = {}
        for resource in resources:
            by_type.setdefault(resource.type, []).append(resource)
        return cls(
            api_id=by_type["AWS::ApiGatewayV2::Api"][0].id,
            bus=by_type["AWS::Events::EventBus"][0].id,
            state_machine=by_type["AWS::StepFunctions::StateMachine"][0].id,
            tables={table.service: table.id for table in by_type[TABLE]},
            queues={queue_key(queue): queue.id for queue in by_type["AWS::SQS::Queue"]},
            functions=[*functions],
            proof=proof,
        )

    def dump(self) -> str:
        """As JSON; it holds the credentials of the functions' roles and the edge's proof."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, path: Path) -> Self:
        """As a deployment wrote it."""
        made = json.loads(path.read_text())
        made["functions"] = [Function(**each) for each in made["functions"]]
        return cls(**made)


def queue_key(queue: "Resource") -> str:
    """`orders`, or `orders-dead-letters`."""
    return queue.service + ("-dead-letters" if "DeadLetters" in queue.logical_id else "")
