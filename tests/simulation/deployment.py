"""What is deployed, read from the synthesized templates: functions, rules, queues, streams.

The simulation invents none of it: a rule that is missing in the template is missing here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from cdk.local.assembly import Stack, stacks, synthesize
from cdk.tables import TABLES
from tests.simulation.patterns import matches

SERVICES = ("tickets", "orders", "payments")
"""Those that are simulated: what a purchase goes through."""


@dataclass(frozen=True, slots=True)
class Function:
    """A deployed function."""

    label: str
    """As `orders/subscriber`."""

    handler: str
    timeout: int
    """Seconds."""

    environment: Mapping[str, str]

    @property
    def service(self) -> str:
        return self.label.partition("/")[0]

    def load(self) -> Any:
        """The handler itself; its module reads the environment at the first call."""
        module, _, name = self.handler.rpartition(".")
        return getattr(import_module(module), name)


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue, who works it off, and how."""

    service: str
    consumer: str
    """The label of a function."""

    batch_size: int
    visibility_timeout: float
    max_receives: int
    reports_failures: bool
    """Whether what the consumer says of single messages counts."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on the bus; `target` is the service whose queue it fills, or EXPIRATION."""

    pattern: Mapping[str, Any]
    target: str


@dataclass(frozen=True, slots=True)
class Stream:
    """The mapping of a table's stream to its publisher."""

    service: str
    consumer: str
    batch_size: int
    filters: tuple[Mapping[str, Any], ...]
    """Patterns, one of which a record must match; all match if there are none."""

    reports_failures: bool
    bisects: bool
    """Whether a batch that its consumer died of comes again in halves."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """All that the simulated account runs."""

    functions: Mapping[str, Function]
    queues: Mapping[str, Queue]
    rules: tuple[Rule, ...]
    streams: Mapping[str, Stream]
    timer_grace: float
    """Seconds after an order's expiry at which its timer announces it."""

    reservation: float
    """Seconds."""

    _targets: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def targets(self, source: str, detail_type: str) -> tuple[str, ...]:
        """Where an event goes, by the rules that match it."""
        key = source, detail_type
        if key not in self._targets:
            event = {"source": source, "detail-type": detail_type}
            self._targets[key] = tuple(
                rule.target for rule in self.rules if matches(rule.pattern, event)
            )
        return self._targets[key]


EXPIRATION = "expiration"

NO: Mapping[str, Any] = {"Filters": ()}


def read_templates(folder: Path) -> Deployment:
    """The deployment that is synthesized in this folder."""
    found = stacks(folder)
    services = {name: found[name.capitalize()] for name in (*SERVICES, EXPIRATION)}
    functions = {
        function.label: function
        for name in SERVICES
        for function in _functions(name, services[name])
    }
    return Deployment(
        functions=functions,
        queues={name: _queue(name, services[name]) for name in SERVICES},
        rules=tuple(rule for name, stack in services.items() for rule in _rules(name, stack)),
        streams={name: _stream(name, services[name]) for name in SERVICES},
        timer_grace=_timer_grace(services[EXPIRATION]),
        reservation=float(functions["orders/api"].environment["RESERVATION_SECONDS"]),
    )


def synthesized(folder: Path) -> Deployment:
    """The deployment, synthesized into this folder first."""
    synthesize(folder, {})
    return read_templates(folder)


def _of_type(stack: Stack, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in stack.template["Resources"].items():
        if resource["Type"] == kind:
            yield logical_id, resource["Properties"]


def _target(reference: Mapping[str, Any]) -> str:
    """The logical id that a `Ref` or `Fn::GetAtt` names."""
    ((kind, value),) = reference.items()
    return str(value if kind == "Ref" else value[0])


def _functions(service: str, stack: Stack) -> Iterator[Function]:
    for _, properties in _of_type(stack, "AWS::Lambda::Function"):
        variables = properties["Environment"]["Variables"]
        yield Function(
            label=f"{service}/{properties['Handler'].split('.')[1]}",
            handler=properties["Handler"],
            timeout=properties["Timeout"],
            environment={
                name: value if isinstance(value, str) else _resolved(service, name)
                for name, value in variables.items()
            },
        )


def _resolved(service: str, variable: str) -> str:
    """What a reference in the environment stands for in this world."""
    names = {"TABLE_NAME": TABLES[service].service, "STRIPE_SECRET": "stripe"}
    return {**names, "FAILURES_BUCKET": "failures"}[variable]


def _label(service: str, stack: Stack, reference: Mapping[str, Any]) -> str:
    handler = stack.template["Resources"][_target(reference)]["Properties"]["Handler"]
    return f"{service}/{handler.split('.')[1]}"


def _mappings(stack: Stack) -> Iterator[tuple[str, dict[str, Any]]]:
    """The event source mappings, by the logical id of their source."""
    for _, properties in _of_type(stack, "AWS::Lambda::EventSourceMapping"):
        yield _target(properties["EventSourceArn"]), properties


def _queue(service: str, stack: Stack) -> Queue:
    queues = dict(_of_type(stack, "AWS::SQS::Queue"))
    ((source, mapping),) = ((key, value) for key, value in _mappings(stack) if key in queues)
    return Queue(
        service=service,
        consumer=_label(service, stack, mapping["FunctionName"]),
        batch_size=mapping["BatchSize"],
        visibility_timeout=float(queues[source]["VisibilityTimeout"]),
        max_receives=queues[source]["RedrivePolicy"]["maxReceiveCount"],
        reports_failures=_reports_failures(mapping),
    )


def _stream(service: str, stack: Stack) -> Stream:
    queues = dict(_of_type(stack, "AWS::SQS::Queue"))
    (mapping,) = (value for key, value in _mappings(stack) if key not in queues)
    return Stream(
        service=service,
        consumer=_label(service, stack, mapping["FunctionName"]),
        batch_size=mapping["BatchSize"],
        filters=tuple(
            json.loads(each["Pattern"]) for each in mapping.get("FilterCriteria", NO)["Filters"]
        ),
        reports_failures=_reports_failures(mapping),
        bisects=mapping.get("BisectBatchOnFunctionError", False),
    )


def _reports_failures(mapping: Mapping[str, Any]) -> bool:
    return "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", ())


def _rules(service: str, stack: Stack) -> Iterator[Rule]:
    for _, properties in _of_type(stack, "AWS::Events::Rule"):
        for _target_of_rule in properties["Targets"]:
            yield Rule(properties["EventPattern"], service)


def _timer_grace(stack: Stack) -> float:
    substitutions = _machine(stack)["DefinitionSubstitutions"]
    return float(substitutions["GraceMilliseconds"]) / 1000


def _machine(stack: Stack) -> dict[str, Any]:
    """The properties of the timer's state machine."""
    ((_, properties),) = _of_type(stack, "AWS::StepFunctions::StateMachine")
    return properties


def state_machine(folder: Path) -> dict[str, Any]:
    """The timer's state machine as these templates deploy it: its properties."""
    return _machine(stacks(folder)["Expiration"])
