"""The OpenAPI document: well-formed, whole, and true to what the operations do."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import orders.api
from cdk.contracts.components import AmbiguousName, component_schemas
from cdk.contracts.files import ROOT
from cdk.contracts.headers import ANSWER_HEADERS, ANSWERED_WITH, REQUEST_HEADERS
from cdk.contracts.openapi import EDGES, TAGS, declared
from payments.intents import Event
from tests.infrastructure.test_routes import PROTECTED, PUBLIC
from ticketing.http import PROBLEM_JSON, Operation, User
from ticketing.schema import View

DOCUMENT: dict[str, Any] = json.loads((ROOT / "functions/reference/openapi.json").read_bytes())
OPERATIONS = {
    (method.upper(), path): described
    for path, methods in DOCUMENT["paths"].items()
    for method, described in methods.items()
}
DECLARED = [operation for _, operation in declared()]


def each_value(value: Any, key: str) -> Iterator[Any]:
    """Every value under this key, however deep."""
    if isinstance(value, dict):
        yield from (value[key] for _ in range(1) if key in value)
        for inner in value.values():
            yield from each_value(inner, key)
    if isinstance(value, list):
        for inner in value:
            yield from each_value(inner, key)


def resolve(reference: str) -> Any:
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def answer_of(described: dict[str, Any], status: str) -> dict[str, Any]:
    answer: dict[str, Any] = described["responses"][status]
    return resolve(answer["$ref"]) if "$ref" in answer else answer


def name_of(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def described(operation: Operation) -> dict[str, Any]:
    return OPERATIONS[operation.method, operation.path]


def test_it_is_openapi_3_1_with_what_that_requires() -> None:
    assert re.fullmatch(r"3\.1\.\d", DOCUMENT["openapi"])
    assert {"title", "version"} <= set(DOCUMENT["info"])
    for one in OPERATIONS.values():
        assert one["responses"]
        for answer in one["responses"].values():
            assert "$ref" in answer or answer["description"]


def test_every_reference_leads_somewhere() -> None:
    references = set(each_value(DOCUMENT, "$ref"))
    assert len(references) > 20
    assert all(resolve(reference) for reference in references)


def test_every_component_is_used() -> None:
    used = set(each_value(DOCUMENT, "$ref"))
    for kind in ("schemas", "responses", "headers"):
        for name in DOCUMENT["components"][kind]:
            assert f"#/components/{kind}/{name}" in used, name


def test_no_operation_id_is_used_twice() -> None:
    ids = [one["operationId"] for one in OPERATIONS.values()]
    assert len(ids) == len(set(ids)) == len(DECLARED)
    assert all(re.fullmatch("[a-z]+([A-Z][a-z]+)*", one) for one in ids)


def test_every_schema_is_one() -> None:
    for schema in [*DOCUMENT["components"]["schemas"].values(), *each_value(DOCUMENT, "schema")]:
        Draft202012Validator.check_schema(schema)


def test_every_parameter_of_a_path_is_described_and_required() -> None:
    for (_, path), one in OPERATIONS.items():
        in_path = [each for each in one.get("parameters", []) if each["in"] == "path"]
        assert [each["name"] for each in in_path] == re.findall(r"\{(\w+)\}", path)
        assert all(each["required"] for each in in_path)


def test_it_describes_exactly_the_routes_of_the_gateway() -> None:
    assert {f"{method} {path}" for method, path in OPERATIONS} == PROTECTED | PUBLIC


def test_who_needs_a_session_is_refused_without_one_and_nobody_else() -> None:
    needing = {name_of(one) for one in DECLARED if User in one.handler.__annotations__.values()}
    assert needing == PROTECTED
    for one in DECLARED:
        assert ("401" in described(one)["responses"]) >= (name_of(one) in PROTECTED)


@pytest.mark.parametrize("operation", DECLARED, ids=name_of)
def test_an_operation_says_what_it_is_for(operation: Operation) -> None:
    one = described(operation)
    assert re.fullmatch(r"[A-Z].{3,79}[^.]", one["summary"])
    assert one["tags"][0] in TAGS
    assert "`" not in one["summary"] or one["summary"].count("`") % 2 == 0


@pytest.mark.parametrize("operation", DECLARED, ids=name_of)
def test_every_refusal_that_is_declared_is_described(operation: Operation) -> None:
    one = described(operation)
    for refusal in operation.refusals:
        answer = answer_of(one, str(refusal.status.value))
        assert refusal.slug in set().union(*each_value(answer, "enum"))


@pytest.mark.parametrize("operation", DECLARED, ids=name_of)
def test_every_failure_is_a_problem_that_names_its_request(operation: Operation) -> None:
    one = described(operation)
    failures = [status for status in one["responses"] if status >= "400"]
    assert "503" in failures
    assert "500" not in failures
    for status in failures:
        answer = answer_of(one, status)
        assert set(answer["content"]) == {PROBLEM_JSON}
        assert "X-Request-Id" in answer["headers"]
        assert ("Retry-After" in answer["headers"]) == (status in ("429", "503"))
        for example in answer["content"][PROBLEM_JSON]["examples"].values():
            Draft202012Validator(resolve("#/components/schemas/Problem")).validate(example["value"])
            assert example["value"]["status"] == int(status)


@pytest.mark.parametrize("operation", DECLARED, ids=name_of)
def test_every_status_of_success_is_described(operation: Operation) -> None:
    one = described(operation)
    granted = {status for status in one["responses"] if status < "400"}
    assert granted == {str(status.value) for status in (operation.status, *operation.also)}
    for status in granted:
        assert "X-Request-Id" in one["responses"][status]["headers"]
        assert ("content" in one["responses"][status]) == (status not in ("204", "304"))


def test_a_page_can_be_limited_and_continued() -> None:
    for path in ("/api/tickets", "/api/tickets/mine", "/api/orders"):
        one = OPERATIONS["GET", path]
        assert [each["name"] for each in one["parameters"]] == ["limit", "cursor"]
        assert "Link" in one["responses"]["200"]["headers"]
        assert "400" in one["responses"]


def test_a_body_is_required_for_a_required_field_and_nothing_undeclared_may_be_in_it() -> None:
    for one in OPERATIONS.values():
        body = one.get("requestBody")
        if body is None:
            continue
        assert {"400", "413", "415"} <= set(one["responses"])
        schema = body["content"]["application/json"]["schema"]
        if "$ref" in schema:
            model = resolve(schema["$ref"])
            assert model["additionalProperties"] is False
            assert body["required"] == bool(model.get("required"))


def test_a_price_is_a_number_or_a_numeric_text_in_and_a_number_out() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    price = Draft202012Validator(schemas["TicketInput"]["properties"]["price"])
    assert all(map(price.is_valid, (20, 20.5, "20.50")))
    assert not any(map(price.is_valid, (0, "free", "-1", None, 1_000_000)))
    assert schemas["Ticket"]["properties"]["price"]["type"] == "number"


def test_a_title_is_measured_when_it_is_trimmed() -> None:
    title = Draft202012Validator(
        DOCUMENT["components"]["schemas"]["TicketInput"]["properties"]["title"]
    )
    assert all(map(title.is_valid, ("x", "x" * 200, f"  {'x' * 200}\u2003")))
    assert not any(map(title.is_valid, ("", " \u2003", "x" * 201, "two\nlines")))


def test_a_status_that_stripe_may_invent_is_received() -> None:
    body = OPERATIONS["POST", "/api/payments/webhook"]["requestBody"]["content"]
    intent = {"id": "pi_1", "object": "payment_intent", "status": "frozen", "currency": "usd"}
    event = {"id": "evt_1", "type": "frozen", "created": 1, "data": {"object": intent}}
    Draft202012Validator(body["application/json"]["schema"]).validate(event)
    assert Event.read(event).intent is not None


def test_a_time_is_a_date_time() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    times = [*each_value(schemas, "createdAt"), *each_value(schemas, "expiresAt")]
    assert times
    assert all(time["format"] == "date-time" for time in times)


def test_reserving_documents_its_headers_and_both_of_its_successes() -> None:
    one = OPERATIONS["POST", "/api/orders"]
    assert [each["name"] for each in one["parameters"]] == ["Idempotency-Key"]
    assert "Idempotent-Replayed" in one["responses"]["201"]["headers"]
    assert {"200", "201", "422"} <= set(one["responses"])


def test_listing_documents_its_key() -> None:
    one = OPERATIONS["POST", "/api/tickets"]
    assert [each["name"] for each in one["parameters"]] == ["Idempotency-Key"]
    assert "Idempotent-Replayed" in one["responses"]["201"]["headers"]
    assert {"201", "422"} <= set(one["responses"])


def test_security_is_a_session_a_signature_or_nothing() -> None:
    schemes = DOCUMENT["components"]["securitySchemes"]
    used = {name for one in OPERATIONS.values() for each in one["security"] for name in each}
    assert used == set(schemes)
    assert OPERATIONS["POST", "/api/payments/webhook"]["security"] == [{"signature": []}]
    assert {} in OPERATIONS["GET", "/api/users/currentuser"]["security"]


def test_what_is_known_of_headers_is_about_operations_that_exist() -> None:
    ids = {one["operationId"] for one in OPERATIONS.values()}
    assert set(ANSWERED_WITH) <= ids
    assert {name for names in ANSWERED_WITH.values() for name in names} <= set(ANSWER_HEADERS)
    read = {name for one in DECLARED for name in one.headers}
    assert set(REQUEST_HEADERS) <= read


@pytest.mark.parametrize("module", EDGES.values())
def test_every_header_that_a_service_reads_is_declared(module: str) -> None:
    source = (ROOT / "functions" / f"{module.replace('.', '/')}.py").read_text()
    read = set(re.findall(r'headers\.get\("([\w-]+)"', source))
    operations = [one for _, one in declared() if one.handler.__module__ == module]
    assert read <= {name.lower() for one in operations for name in one.headers}


@pytest.mark.parametrize("module", EDGES.values())
def test_every_header_that_a_service_answers_with_is_described(module: str) -> None:
    source = (ROOT / "functions" / f"{module.replace('.', '/')}.py").read_text()
    set_by_it = set(re.findall(r'"([A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*)":', source))
    answered = {
        name
        for one in DECLARED
        if one.handler.__module__ == module
        for answer in described(one)["responses"].values()
        for name in answer.get("headers", {})
    }
    assert set_by_it <= answered


class OrderView(View):
    """Another order than that of the orders service."""

    id: str


def test_two_models_of_one_name_are_not_mixed_up() -> None:
    with pytest.raises(AmbiguousName):
        component_schemas([OrderView, orders.api.OrderView])
