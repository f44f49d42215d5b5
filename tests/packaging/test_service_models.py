"""The trimmed botocore data answers as the whole does, for the services in use."""

from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.session import Session

from layers.trim import SERVICES, without_documentation

REGEX_ONLY = ("eu-central-9", "us-gov-north-7")
"""Regions that do not exist yet: a partition claims them by its pattern."""


def loader(data: Path | None = None) -> Loader:
    if data is None:
        return Loader()
    return Loader(extra_search_paths=[str(data)], include_default_search_paths=False)


@pytest.fixture(scope="session")
def trimmed(lambda_layers: Path) -> Loader:
    return loader(lambda_layers / "base" / "python" / "botocore" / "data")


def regions() -> list[str]:
    partitions = Loader().load_data("endpoints")["partitions"]
    return [region for partition in partitions for region in partition["regions"]]


def endpoints(models: Loader, service: str) -> dict[str, str]:
    """The address of a client in each region."""
    session = Session()
    session.register_component("data_loader", models)
    return {
        region: session.create_client(service, region).meta.endpoint_url
        for region in [*regions(), *REGEX_ONLY]
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_region_has_the_endpoint_it_has_with_all_data(trimmed: Loader, service: str) -> None:
    assert endpoints(trimmed, service) == endpoints(Loader(), service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_model_loses_its_prose_and_nothing_else(trimmed: Loader, service: str) -> None:
    def shortened(models: Loader, kind: str) -> Any:
        return without_documentation(models.load_service_model(service, kind))

    for kind in ("service-2", "endpoint-rule-set-1", "paginators-1"):
        assert trimmed.load_service_model(service, kind) == shortened(Loader(), kind)


def test_only_the_services_in_use_are_there(trimmed: Loader) -> None:
    assert trimmed.list_available_services("service-2") == [*SERVICES]


def test_a_member_called_documentation_is_not_prose() -> None:
    shape = {"members": {"documentation": {"shape": "Text", "documentation": "What it is."}}}
    assert without_documentation(shape) == {"members": {"documentation": {"shape": "Text"}}}
