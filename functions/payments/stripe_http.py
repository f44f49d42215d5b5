"""Our connection, as Stripe's library wants one."""

from collections.abc import Mapping
from typing import Any

import stripe

from payments.connection import Connection, Unreachable


class Http(stripe.HTTPClient):
    """Our connection, for Stripe's library, which repeats a call as often as RETRIES says."""

    name = "urllib3"

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_options: Any,
    ) -> tuple[Any, int, Mapping[str, str]]:
        """Raises APIConnectionError."""
        try:
            return self._connection.request(method.upper(), url, headers or {}, post_data)
        except Unreachable as error:
            failure: Any = stripe.APIConnectionError  # Its constructor has no types.
            raise failure(str(error), should_retry=error.may_retry) from error
