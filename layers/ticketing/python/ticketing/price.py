"""Prices on the wire: a JSON number or a numeric string of major units, read exactly."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator, StringConstraints, WithJsonSchema

from ticketing.money import MAX_PRICE, NUMERIC, check_bounds, exponent

POSITIVE = r"^(0{0,6}[1-9][0-9]{0,5}(\.[0-9]{1,12})?|0{1,6}\.0{0,5}[1-9][0-9]{0,5})$"
"""Those numeric strings that are a price."""


def _read(value: object) -> Decimal:
    if isinstance(value, str) and NUMERIC.fullmatch(value):
        price = Decimal(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        # A float's shortest text is the number that was written.
        price = Decimal(value) if isinstance(value, int) else Decimal(repr(value))
    else:
        price = Decimal("nan")
    if price.is_nan():
        msg = "Price must be a number"
        raise ValueError(msg)
    check_bounds(price)
    return price


Price = Annotated[
    Decimal,
    PlainValidator(_read),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": float(MAX_PRICE)},
                {"type": "string", "pattern": POSITIVE},
            ],
            "description": "Major units, with at most the currency's own decimals",
            "examples": [20, 20.5, "20.50"],
        }
    ),
]
"""A positive price in major units; `ticketing.money.to_amount` checks it against its currency."""


def _chargeable(currency: str) -> str:
    exponent(currency)
    return currency


Currency = Annotated[
    str,
    StringConstraints(to_lower=True),
    AfterValidator(_chargeable),
    Field(examples=["usd"], json_schema_extra={"pattern": "^[A-Za-z]{3}$"}),
]
"""An ISO 4217 code in any case, of a currency that can be charged."""

ShownPrice = Annotated[
    int | float, WithJsonSchema({"type": "number", "description": "Major units of the currency"})
]
"""A price in an answer, from `ticketing.money.to_price`: 20, not 20.0."""
