"""Ids: opaque, unguessable, sortable by creation."""

import hashlib
import os
import re
import time
from uuid import UUID

FORM = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
"""What can be an id of ours; anything else is none without asking a table."""


def new_id() -> str:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return str(_versioned(value, 7))


def derived_id(*parts: str) -> str:
    """The one id for these parts: a UUIDv8 (RFC 9562) of their SHA-256."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return str(_versioned(int.from_bytes(digest[:16]), 8))


def _versioned(value: int, version: int) -> UUID:
    value = value & ~(0xF << 76) | (version << 76)
    return UUID(int=value & ~(0x3 << 62) | (0x2 << 62))
