"""Import-time work of libraries that no function needs, taken out while packing.

Each edit must find its text exactly once in the pinned version; otherwise the build fails, so an
upgrade cannot quietly change what an edit means. What they save is in `make bench`'s cold start.
"""

from pathlib import Path
from typing import NamedTuple


class Edit(NamedTuple):
    """Replaces `old`, which must occur exactly once in `file`."""

    file: str
    old: str
    new: str


class StaleEdit(Exception):
    """A library no longer contains what an edit replaces."""


PLAIN_DICTS = '''
    class TypedDict(dict):
        """Types for a type checker: at run time each of them only ever makes a dict."""

        def __init_subclass__(cls, total=True):
            pass

        def __new__(cls, *args, **kwargs):
            return dict(*args, **kwargs)
'''

EDITS = (
    # Resolving the annotations of 76 typed dictionaries is 7 % of a cold start.
    Edit("pydantic_core/core_schema.py", "    from typing import TypedDict\n", PLAIN_DICTS),
    # The generator of the text that `help(client.method)` prints is 3 % of a cold start.
    Edit("botocore/docs/__init__.py", "from botocore.docs.service import ServiceDocumenter\n", ""),
    *(
        Edit("botocore/docs/docstring.py", f"from botocore.docs.{module} import {name}\n", "")
        for module, name in (
            ("bcdoc.restdoc", "DocumentStructure"),
            ("method", "document_model_driven_method"),
            ("paginator", "document_paginate_method"),
            ("waiter", "document_wait_method"),
        )
    ),
)


def shorten_imports(tree: Path) -> None:
    """Apply the edits to the libraries that `tree` holds. Raises StaleEdit."""
    for edit in EDITS:
        library, _, _ = edit.file.partition("/")
        if (tree / library).is_dir():
            replace_once(tree / edit.file, edit.old, edit.new)


def replace_once(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    if text.count(old) != 1:
        message = f"{file} has {text.count(old)} times, not once: {old.strip()}"
        raise StaleEdit(message)
    file.write_text(text.replace(old, new), encoding="utf-8")
