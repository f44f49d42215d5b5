"""A client that was made the short way behaves as one that botocore makes."""

import pytest
from botocore.client import BaseClient
from botocore.session import Session

from layers.trim import SERVICES
from ticketing import aws

STEPS = (
    "before-parameter-build",
    "before-endpoint-resolution",
    "before-call",
    "request-created",
    "choose-signer",
    "before-sign",
    "before-send",
    "needs-retry",
    "before-parse",
    "after-call",
)


def handlers(client: BaseClient) -> dict[str, list[str]]:
    """What runs at each step of each operation, in order.

    Without what Powertools, once imported, adds to the user agent of each client at another place.
    """
    registered = client.meta.events._emitter._handlers
    events = [
        f"{step}.{client.meta.service_model.service_id.hyphenize()}.{operation}"
        for step in STEPS
        for operation in client.meta.service_model.operation_names
    ]
    return {
        event: [
            name
            for name in map(name_of, registered.prefix_search(event))
            if not name.endswith("add_powertools_feature")
        ]
        for event in events
    }


def name_of(handler: object) -> str:
    return getattr(handler, "__qualname__", type(handler).__qualname__)


@pytest.mark.parametrize("service", SERVICES)
def test_every_call_passes_the_handlers_that_botocore_gives_it(account: None, service: str) -> None:
    ours = aws.client(service)  # type: ignore[call-overload]
    theirs = Session().create_client(service, config=aws.CONFIG)
    theirs.meta.events.register("request-created", aws.check_time)
    assert handlers(ours) == handlers(theirs)
    assert any(handlers(ours).values())
    assert {*dir(ours)} == {*dir(theirs)}
