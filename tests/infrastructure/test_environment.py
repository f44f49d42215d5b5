"""Each function starts with what its template gives it: no variable that it needs is missing."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.infrastructure.templates import Resource, Templates

LAMBDA = {
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
}
"""What Lambda itself sets; with the first of them, a module makes its clients when imported."""


def start(function: Resource) -> str:
    """What goes wrong when the function's module is imported as Lambda does it."""
    module = function.properties["Handler"].rpartition(".")[0]
    variables = function.properties["Environment"]["Variables"]
    given = {name: one if isinstance(one, str) else "ref" for name, one in variables.items()}
    answer = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        env={"PATH": os.environ["PATH"], **LAMBDA, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stderr


def test_every_function_starts_with_the_environment_of_its_template(prod: Templates) -> None:
    functions = prod.functions()
    with ThreadPoolExecutor(max_workers=2) as pool:
        failures = dict(zip(functions, pool.map(start, functions.values()), strict=True))
    assert {name: failure for name, failure in failures.items() if failure} == {}
