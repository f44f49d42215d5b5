"""What was taken out of libraries while packing is missed by nobody."""

import subprocess
import sys
from pathlib import Path

import pytest

from layers.shorten import EDITS, StaleEdit, shorten_imports
from tests.packaging.artifact import ENVIRONMENT, unpack

SCHEMAS = """
import hashlib, json
from ticketing.events import CATALOG
for event in CATALOG.values():
    print(event.__name__, json.dumps(event.model_json_schema(), sort_keys=True))
"""

VALIDATION = """
from datetime import datetime
from typing import Annotated, Literal
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

class Price(BaseModel):
    kind: Literal["price"] = "price"
    amount: Annotated[int, Field(gt=0)]

class Free(BaseModel):
    kind: Literal["free"]

class Ticket(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", title="A ticket")
    price: Annotated[Price | Free, Field(discriminator="kind")]
    tags: dict[str, list[str]] = {}
    starts_at: datetime | None = None

good = '{"price": {"kind": "price", "amount": 5}, "starts_at": "2026-11-23T12:00:00Z"}'
print(Ticket.model_validate_json(good).model_dump_json())
try:
    Ticket.model_validate_json('{"price": {"kind": "price", "amount": 0}, "more": 1}')
except ValidationError as error:
    print(error.json())
print(create_model("Made", name=(str, ...)).model_json_schema())
"""


@pytest.mark.usefixtures("native")
@pytest.mark.parametrize("script", [SCHEMAS, VALIDATION], ids=["schemas", "validation"])
def test_models_behave_as_in_the_full_environment(script: str, tmp_path: Path) -> None:
    full = subprocess.run(
        [sys.executable, "-c", script],
        env=ENVIRONMENT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert full.stdout
    assert unpack("orders", tmp_path).run(script) == full.stdout


@pytest.mark.usefixtures("native")
def test_a_client_loads_no_generator_of_help_texts(tmp_path: Path) -> None:
    script = (
        "import sys; from ticketing import aws; client = aws.client('dynamodb')\n"
        "client.get_paginator('query'); client.get_waiter('table_exists')\n"
        "print(*sorted(name for name in sys.modules if name.startswith('botocore.docs.')))"
    )
    loaded = unpack("orders", tmp_path).run(script)
    assert loaded == "botocore.docs.docstring botocore.docs.utils\n"


def test_an_edit_that_no_longer_fits_stops_the_build(tmp_path: Path) -> None:
    file = tmp_path / EDITS[0].file
    file.parent.mkdir()
    file.write_text("another version\n")
    with pytest.raises(StaleEdit):
        shorten_imports(tmp_path)
