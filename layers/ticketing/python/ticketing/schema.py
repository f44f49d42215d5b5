"""The JSON shapes: snake_case in Python, camelCase on the wire; nothing undeclared or coerced."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ticketing import ids

Id = Annotated[str, Field(pattern=f"^{ids.FORM.pattern}$")]
"""An id in a request's body."""


class Input(BaseModel):
    """A request body: strict, and unknown fields are refused."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )


class View(BaseModel):
    """A response body, written with camelCase names."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, hide_input_in_errors=True
    )
