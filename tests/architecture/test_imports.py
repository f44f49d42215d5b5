"""Imports point one way: from edges to rooms with I/O, to rooms that decide, to the layer."""

from collections.abc import Iterator

import pytest

from tests.architecture.code import (
    EDGES,
    FUNCTION_MODULES,
    PURE,
    SERVICES,
    SHARED_MODULES,
    Import,
    Module,
)

MODULES = [*FUNCTION_MODULES, *SHARED_MODULES]
BY_NAME = {module.name: module for module in MODULES}

OWNERS = {
    "argon2": {"auth.passwords"},
    "aws_cdk": set[str](),
    "boto3": set[str](),
    "botocore": {"ticketing.aws", "ticketing.bucket", "ticketing.dynamo"},
    "cryptography": set[str](),
    "jinja2": {"web.rendering"},
    "jwt": {"auth.access_tokens"},
    "requests": set[str](),
    "stripe": {"payments.stripe_gateway", "payments.stripe_http"},
    "urllib3": {"payments.connection", "ticketing.bucket", "web.transport"},
}
"""The only modules that may import a library that costs, or that reaches out."""

PURE_LIBRARY = frozenset(
    """
    collections.abc contextlib dataclasses datetime decimal enum functools ipaddress itertools
    json math operator pydantic re typing unicodedata
    """.split()  # noqa: SIM905 - a list of quoted names takes a page
)
"""What a room that decides may import of others."""

PURE_SHARED = frozenset(
    f"ticketing.{room}"
    for room in (
        "attributes",
        "clock",
        "errors",
        "events",
        "idempotency",
        "ids",
        "money",
        "outbox",
        "price",
    )
)
IMPURE_NAMES = {("ticketing.clock", "now"), ("ticketing.ids", "new_id")}
"""They look at the clock, or at chance."""


def own_imports(module: Module) -> set[Module]:
    """The modules of the same service that a module imports, also for types only."""
    found = {f"{one.module}.{one.name}" for one in module.imports} | {
        one.module for one in module.imports
    }
    return {BY_NAME[name] for name in found if name in BY_NAME and is_sibling(module, name)}


def is_sibling(module: Module, name: str) -> bool:
    return name.startswith(f"{module.service}.") and name != module.name


def loaded(module: Module) -> Iterator[Import]:
    """Everything that importing a module imports, also by way of others."""
    waiting, seen = [module], {module}
    while waiting:
        for found in waiting.pop().runtime_imports:
            yield found
            for name in (found.module, f"{found.module}.{found.name}"):
                below = BY_NAME.get(name)
                if below and below not in seen:
                    seen.add(below)
                    waiting.append(below)


@pytest.mark.parametrize("module", FUNCTION_MODULES, ids=str)
def test_a_service_imports_no_other_service(module: Module) -> None:
    foreign = {*SERVICES, "cdk", "tests", "layers"} - {module.service}
    assert not {one.package for one in module.imports} & foreign


@pytest.mark.parametrize("module", SHARED_MODULES, ids=str)
def test_the_shared_layer_imports_no_service(module: Module) -> None:
    assert not {one.package for one in module.imports} & {*SERVICES, "cdk", "tests", "layers"}


@pytest.mark.parametrize("module", FUNCTION_MODULES, ids=str)
def test_nothing_imports_an_edge(module: Module) -> None:
    assert not own_imports(module) & set(EDGES)


@pytest.mark.parametrize("module", [one for one in FUNCTION_MODULES if one.is_pure], ids=str)
def test_a_room_that_decides_imports_only_such_rooms(module: Module) -> None:
    assert {one.room for one in own_imports(module)} <= PURE


@pytest.mark.parametrize("module", FUNCTION_MODULES, ids=str)
def test_no_rooms_import_each_other_in_a_circle(module: Module) -> None:
    waiting, seen = [*own_imports(module)], set[Module]()
    while waiting:
        below = waiting.pop()
        if below not in seen:
            seen.add(below)
            waiting += own_imports(below)
    assert module not in seen


@pytest.mark.parametrize("module", [one for one in FUNCTION_MODULES if one.is_pure], ids=str)
def test_a_room_that_decides_does_no_io(module: Module) -> None:
    others = {one.module for one in module.imports if one.package != module.service}
    assert others <= PURE_LIBRARY | PURE_SHARED
    assert not {(one.module, one.name) for one in module.imports} & IMPURE_NAMES


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_library_that_costs_is_imported_by_its_owner_only(module: Module) -> None:
    packages = {one.package for one in module.runtime_imports}
    assert {name for name in packages & set(OWNERS) if module.name not in OWNERS[name]} == set()


def test_every_owner_of_a_library_imports_it() -> None:
    owned = {(name, owner) for name, owners in OWNERS.items() for owner in owners}
    for name, owner in owned:
        if owner in BY_NAME:
            assert name in {one.package for one in BY_NAME[owner].imports}, owner


@pytest.mark.parametrize("module", [one for one in EDGES if one.room == "api"], ids=str)
def test_an_api_loads_no_classes_of_events(module: Module) -> None:
    """Each pydantic model costs every cold start; an API only names its events."""
    assert "ticketing.events" not in {one.module for one in loaded(module)}


@pytest.mark.parametrize("module", [one for one in EDGES if one.room == "subscriber"], ids=str)
def test_a_subscriber_loads_no_http(module: Module) -> None:
    assert "ticketing.http" not in {one.module for one in loaded(module)}
