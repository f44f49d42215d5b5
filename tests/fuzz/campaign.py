"""A campaign: phases of requests to one service, what came back, and what should not have."""

import tomllib
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import schemathesis
from hypothesis import strategies as st
from schemathesis import AuthContext, BaseSchema, Case, HookContext, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from tests.fuzz.cast import Cast
from tests.fuzz.excuses import is_failure

STEPS = 12
"""Requests of one chain, at most."""

SETTINGS = Path(__file__).with_name("schemathesis.toml")

TEXT = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=40
).map(str.strip)
"""What a header can carry."""

NOISE = st.dictionaries(
    st.sampled_from(
        [
            "Accept",
            "Accept-Language",
            "Cookie",
            "Origin",
            "Range",
            "Sec-Fetch-Site",
            "User-Agent",
            "X-Site",
            "X-HTTP-Method-Override",
            "X-Request-Id",
        ]
    ),
    TEXT,
    max_size=3,
)
"""Headers that no operation reads. By them differ examples of one that has no parameters."""


class Plan(NamedTuple):
    """How much is sent, beside what the document's examples and bounds ask for."""

    seed: int
    examples: int
    """Requests to each operation, at most: a half of them valid."""
    chains: int
    """Of requests that follow each other by links."""


@dataclass(frozen=True)
class Finding:
    """What a check says of an answer: of many alike the first."""

    operation: str
    check: str
    message: str
    curl: str


@dataclass
class Report:
    """What a campaign did and found."""

    examples: Counter[str] = field(default_factory=Counter)
    """Requests by operation."""
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Answers by operation and status."""
    findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    """What kept a phase from being run."""

    @property
    def unreached(self) -> set[str]:
        """Operations that granted nothing."""
        return {name for name in self.examples if not self.granted(name)}

    def granted(self, operation: str) -> int:
        return sum(
            n for (name, status), n in self.answers.items() if name == operation and status < 400
        )

    def add(self, recorder: ScenarioRecorder) -> None:
        for case_id, node in recorder.cases.items():
            operation = node.value.operation.label
            self.examples[operation] += 1
            interaction = recorder.interactions.get(case_id)
            if interaction and interaction.response:
                self.answers[operation, interaction.response.status_code] += 1
        for checks in recorder.checks.values():
            for check in checks:
                if check.failure_info:
                    self._find(
                        check.name, check.failure_info.failure, check.failure_info.code_sample
                    )

    def _find(self, check: str, failure: Failure, curl: str) -> None:
        operation = failure.operation or ""
        key = (operation, check, failure.title)
        self.findings.setdefault(
            key, Finding(operation, check, f"{failure.title}: {failure.message}", curl)
        )


def run(
    url: str,
    webhook_secret: str,
    plan: Plan,
    tell: Callable[[str], None] = lambda _line: None,
) -> Report:
    """Carry out a plan against the service at `url`."""
    report = Report()
    with closing(Cast(url, webhook_secret)) as cast:
        cast.rehearse()
        config = SchemathesisConfig.from_dict(settings(plan) | {"base-url": url})
        document = httpx.get(f"{url}/api/openapi.json").json()
        schema = schemathesis.openapi.from_dict(document, config=config)
        report.examples.update({each.ok().label: 0 for each in schema.get_all_operations()})
        direct(schema, cast)
        for event in from_schema(schema).execute():
            match event:
                case events.ScenarioFinished():
                    report.add(event.recorder)
                case events.PhaseFinished():
                    tell(f"{event.phase.name.value}: {report.examples.total():,} requests so far")
                case events.NonFatalError() | events.FatalError():
                    report.errors.append(str(getattr(event, "value", event)))
    return report


def settings(plan: Plan) -> dict[str, Any]:
    phases = {
        "fuzzing": {"generation": {"max-examples": plan.examples}},
        "stateful": {"generation": {"max-examples": plan.chains}, "max-steps": STEPS},
    }
    return {**tomllib.loads(SETTINGS.read_text()), "seed": plan.seed, "phases": phases}


def direct(schema: BaseSchema, cast: Cast) -> None:
    """Tell schemathesis who sends what, and what is no failure."""

    @schema.auth(refresh_interval=None)
    class Credentials:
        def get(self, case: Case, _context: AuthContext) -> dict[str, str]:
            return cast.credential(case)

        def set(self, case: Case, data: dict[str, str], _context: AuthContext) -> None:
            case.headers.update(data)

    @schema.hook
    def before_generate_case(
        context: HookContext, strategy: st.SearchStrategy[Case]
    ) -> st.SearchStrategy[Case]:
        return st.builds(with_noise, strategy, NOISE)

    @schema.hook
    def map_body(context: HookContext, body: Any) -> Any:
        is_event = context.operation.path.endswith("/webhook")
        return cast.about_a_known_order(body) if is_event else body

    @schema.hook
    def map_case(context: HookContext, case: Case) -> Case:
        return cast.with_something_open(case)

    @schema.hook
    def filter_failure(
        context: HookContext, failure: Failure, case: Case, response: Response
    ) -> bool:
        return is_failure(failure, case, response)


def with_noise(case: Case, noise: dict[str, str]) -> Case:
    for name, value in noise.items():
        case.headers.setdefault(name, value)
    return case
