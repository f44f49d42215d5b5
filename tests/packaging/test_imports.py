"""Every function starts from its own package, and loads nothing heavy that it does not need."""

from pathlib import Path

import pytest

from tests.packaging.artifact import handlers, unpack

HEAVY = {
    "argon2",
    "aws_xray_sdk",
    "boto3",
    "cryptography",
    "httpx",
    "jinja2",
    "jwt",
    "requests",
    "stripe",
}

NEEDED = {
    "auth.api": {"argon2", "jwt"},
    "auth.authorizer": {"jwt"},
    "payments": {"stripe"},
    "web": {"jinja2"},
}
"""By function or, for all of its functions, by service."""

IMPORT = "import importlib, sys; importlib.import_module({handler!r}); print(*sys.modules)"


@pytest.mark.usefixtures("native")
@pytest.mark.parametrize("handler", handlers())
def test_a_function_loads_only_what_it_needs(handler: str, tmp_path: Path) -> None:
    service, _, _ = handler.partition(".")
    package = unpack(service, tmp_path)
    loaded = set(package.run(IMPORT.format(handler=handler)).split())
    assert loaded & HEAVY <= NEEDED.get(handler, NEEDED.get(service, set()))


@pytest.mark.usefixtures("native")
def test_passwords_are_hashed_without_a_c_compiler(tmp_path: Path) -> None:
    package = unpack("auth", tmp_path)
    script = "import argon2; print(argon2.PasswordHasher().hash('secret')[:10])"
    assert package.run(script) == "$argon2id$\n"


@pytest.mark.usefixtures("native")
def test_tokens_are_signed_without_a_cryptography_library(tmp_path: Path) -> None:
    package = unpack("auth", tmp_path)
    script = "import jwt, sys; print(bool(jwt.encode({}, 'k' * 32)), 'cryptography' in sys.modules)"
    assert package.run(script) == "True False\n"
