"""The form encoding of Stripe's API: `card[token]=tok_visa`, `types[]=card`, `types[0]=card`."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from cdk.local.stripe_double.errors import InvalidRequest

type Form = dict[str, Any]
"""Text, or a nested form; a list is a nested form with the keys "0", "1", ..."""

MAX_FIELDS = 1_000
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def decode(encoded: str) -> Form:
    """The form that a query string or a body holds; raises InvalidRequest if it is malformed."""
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        msg = "Invalid request: too many parameters"
        raise InvalidRequest(msg) from error
    root: Form = {}
    for name, value in pairs:
        _place(root, name, value)
    return root


def _place(root: Form, name: str, value: str) -> None:
    *path, last = _path(name)
    form = root
    for key in path:
        form = form.setdefault(_key(form, key), {})
        if not isinstance(form, dict):
            raise _malformed(name)
    last = _key(form, last)
    if isinstance(form.get(last), dict):
        raise _malformed(name)
    form[last] = value


@lru_cache
def _path(name: str) -> tuple[str, ...]:
    """`metadata`, `order_id` for `metadata[order_id]`; raises InvalidRequest."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise _malformed(name)
    return match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])


def _key(form: Form, key: str) -> str:
    return key or str(len(form))


def _malformed(name: str) -> InvalidRequest:
    return InvalidRequest(f"Invalid parameter name: {name}", param=name)
