"""Only the edges of the system look at the clock, at chance and at the environment."""

import ast
import os
import subprocess
import sys

import pytest

from tests.architecture.code import EDGES, FUNCTION_MODULES, ROOT, SHARED_MODULES, Module

MODULES = [*FUNCTION_MODULES, *SHARED_MODULES]

CLOCKS = {
    "payments.connection",  # how long Stripe may take
    "ticketing.aws",  # how much time is left for calls
    "ticketing.clock",
    "ticketing.dynamo",  # the pause before another attempt
    "ticketing.http",  # how long a request took
    "ticketing.ids",
    "ticketing.secrets",  # how old a secret is
    "web.backend",  # how much time is left for calls
    "web.site",  # how long a request took
    "web.transport",  # how long a connection was idle
}
"""The modules that may use `time`."""

CHANCE = {"auth.refresh_tokens", "ticketing.dynamo", "ticketing.ids"}
"""The modules that may use `random` or `os.urandom`."""

READERS_OF_NOW = {"ticketing.clock", "ticketing.request", "ticketing.subscriber", "web.backend"}
"""The modules beside the edges that may ask for the present moment."""

STARTUP = {
    "ticketing": "",  # whether this is Lambda at all, before anything else is imported
    "ticketing.aws": "init",
    "ticketing.telemetry": "_emit",
    "web.pages": "",
}
"""What reads the environment without keeping what it read, by module and function."""


def environment_readers(module: Module) -> list[ast.stmt | None]:
    """The functions that read the environment; None is the module's top level."""
    return [
        statement if isinstance(statement, ast.FunctionDef) else None
        for statement in module.tree.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv")
    ]


def is_cached_factory(function: ast.stmt | None) -> bool:
    return isinstance(function, ast.FunctionDef) and "cache" in [
        ast.unparse(decorator) for decorator in function.decorator_list
    ]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_the_environment_is_read_in_cached_factories_only(module: Module) -> None:
    for function in environment_readers(module):
        name = function.name if isinstance(function, ast.FunctionDef) else ""
        at_startup = STARTUP.get(module.name.removesuffix(".__init__")) == name
        assert at_startup or is_cached_factory(function)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_the_clock_and_chance_are_looked_at_by_few(module: Module) -> None:
    packages = {one.package for one in module.imports}
    assert "time" not in packages or module.name in CLOCKS
    assert not packages & {"random", "secrets"} or module.name in CHANCE
    assert "urandom" not in module.path.read_text() or module.name in CHANCE


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_now_is_asked_for_at_the_edges(module: Module) -> None:
    imported = {f"{one.module}.{one.name}" for one in module.imports}
    called = {
        ast.unparse(node.func) for node in ast.walk(module.tree) if isinstance(node, ast.Call)
    }
    of_python = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
    if not module.is_edge and module.name not in READERS_OF_NOW:
        assert "ticketing.clock.now" not in imported
        assert not called & of_python


@pytest.mark.parametrize("module", EDGES, ids=str)
def test_an_edge_turns_garbage_collection_on_again(module: Module) -> None:
    """`ticketing` turned it off; `aws.init` makes the clients and ends that."""
    called = {
        ast.unparse(node.func) for node in ast.walk(module.tree) if isinstance(node, ast.Call)
    }
    assert called & {"aws.init", "gc.enable"}


def test_every_module_can_be_imported_without_an_environment() -> None:
    names = [module.name.removesuffix(".__init__") for module in MODULES]
    nothing = {name: value for name, value in os.environ.items() if name == "SYSTEMROOT"}
    subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import {', '.join(names)}"],
        cwd=ROOT,
        env=nothing,
        check=True,
    )
