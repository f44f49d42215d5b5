"""The fields of an account as a person may type them."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

MAX_ADDRESS_BYTES, MAX_LOCAL_BYTES = 254, 64
"""RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3: octets."""

LABEL = r"(?!-)[^@.]{1,63}(?<!-)"
ADDRESS = re.compile(rf"[^@]+@({LABEL}\.)+{LABEL}")
NEVER_UNQUOTED = frozenset(' "(),:;<>[\\]')


def normalized_email(typed: str) -> str:
    """The address as it is compared, kept and shown: trimmed, lower-case, in Unicode's NFC.

    Raises ValueError unless it is plausible: one `@`, a domain with a dot, nothing invisible and
    nothing that RFC 5322 wants quoted. Whether it exists, only a message to it can tell.
    """
    address = unicodedata.normalize("NFC", typed.strip().lower())
    if not _is_plausible(address):
        message = "Email must be an address, such as sam@example.com"
        raise ValueError(message)
    return address


def _is_plausible(address: str) -> bool:
    return (
        address.isprintable()
        and NEVER_UNQUOTED.isdisjoint(address)
        and len(address.encode()) <= MAX_ADDRESS_BYTES
        and ADDRESS.fullmatch(address) is not None
        and len(address.partition("@")[0].encode()) <= MAX_LOCAL_BYTES
    )


Email = Annotated[
    str,
    AfterValidator(normalized_email),
    Field(
        description="Surrounding space and case do not matter",
        examples=["sam@example.com"],
        json_schema_extra={"format": "email", "maxLength": MAX_ADDRESS_BYTES},
    ),
]
"""An address in the one form that is kept."""

NewPassword = Annotated[
    str,
    Field(
        min_length=8,
        max_length=128,
        description="Any characters; compared exactly as typed",
        examples=["correct horse battery"],
    ),
]
"""A password that somebody chooses."""
