"""What a request sent, checked as it is read: a parameter that nothing read is unknown."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from cdk.local.stripe_double.errors import InvalidRequest
from cdk.local.stripe_double.form import Form

MAX_TEXT, MAX_METADATA_KEYS, MAX_METADATA_KEY, MAX_METADATA_VALUE = 5_000, 50, 40, 500


class Params:
    """The parameters of one request, or of one of its nested sections.

    Each reader gives None for what was not sent, or sent empty, and raises InvalidRequest for
    what has the wrong form. `close` refuses what no reader asked for.
    """

    def __init__(self, form: Form, prefix: str = "") -> None:
        self._form = form
        self._prefix = prefix
        self._asked: set[str] = set()
        self._sections: list[Params] = []

    def text(self, name: str) -> str | None:
        """A text of at most 5,000 characters."""
        value = self._read(name)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            raise self._invalid(name, "string")
        return value or None

    def required(self, name: str) -> str:
        """A text that must be there."""
        return self.given(name, self.text(name))

    def integer(self, name: str) -> int | None:
        """A whole number of at least 1."""
        value = self.text(name)
        if value is None:
            return None
        if not value.isascii() or not value.removeprefix("-").isdigit() or len(value) > 20:  # noqa: PLR2004
            raise self._invalid(name, "integer", code="parameter_invalid_integer")
        if int(value) < 1:
            msg = "This value must be greater than or equal to 1."
            raise InvalidRequest(msg, code="parameter_invalid_integer", param=self._path(name))
        return int(value)

    def flag(self, name: str) -> bool | None:
        """`true` or `false`."""
        value = self.text(name)
        if value is None:
            return None
        if value not in {"true", "false"}:
            raise self._invalid(name, "boolean")
        return value == "true"

    def choice[E: StrEnum](self, name: str, options: type[E]) -> E | None:
        """One of the options."""
        value = self.text(name)
        if value is None:
            return None
        try:
            return options(value)
        except ValueError as error:
            names = ", ".join(options)
            msg = f"Invalid {self._path(name)}: must be one of {names}"
            raise InvalidRequest(msg, param=self._path(name)) from error

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty when not sent."""
        value = self._read(name)
        if value is None or value == "":
            return ()
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self._invalid(name, "array")
        return tuple(value.values())

    def section(self, name: str) -> "Params | None":
        """A nested section."""
        value = self._read(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise self._invalid(name, "object")
        section = Params(value, self._path(name))
        self._sections.append(section)
        return section

    def metadata(self) -> dict[str, str]:
        """Texts by name; one that is empty is none."""
        value = self._read("metadata") or {}
        if not isinstance(value, dict) or len(value) > MAX_METADATA_KEYS:
            raise self._invalid(name="metadata", kind="hash")
        for key, text in value.items():
            long = len(key) > MAX_METADATA_KEY
            if long or not isinstance(text, str) or len(text) > MAX_METADATA_VALUE:
                msg = f"Invalid metadata: {key}"
                raise InvalidRequest(msg, param=self._path(f"metadata[{key}]"))
        return {key: text for key, text in value.items() if text}

    def ignore(self, *names: str) -> None:
        """Accept parameters that change nothing here."""
        self._asked.update(names)

    def given[V](self, name: str, value: V | None) -> V:
        """The value read; raises InvalidRequest if the parameter was not sent."""
        if value is None:
            path = self._path(name)
            msg = f"Missing required param: {path}."
            raise InvalidRequest(msg, code="parameter_missing", param=path)
        return value

    def close(self) -> None:
        """Raise InvalidRequest if something was sent that no reader asked for."""
        unknown = list(self._unknown())
        if unknown:
            plural = "s" if len(unknown) > 1 else ""
            msg = f"Received unknown parameter{plural}: {', '.join(unknown)}"
            raise InvalidRequest(msg, code="parameter_unknown", param=unknown[0])

    def _unknown(self) -> Iterator[str]:
        if not self._form.keys() <= self._asked:
            yield from (self._path(name) for name in self._form if name not in self._asked)
        for section in self._sections:
            yield from section._unknown()  # noqa: SLF001 - its own kind

    def _read(self, name: str) -> Any:
        self._asked.add(name)
        return self._form.get(name)

    def _path(self, name: str) -> str:
        return f"{self._prefix}[{name}]" if self._prefix else name

    def _invalid(self, name: str, kind: str, code: str | None = None) -> InvalidRequest:
        return InvalidRequest(
            f"Invalid {kind}: {self._form.get(name)}", code=code, param=self._path(name)
        )
