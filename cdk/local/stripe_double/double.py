"""The double as a whole: the account, and what surrounds every call to it."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from cdk.local.stripe_double.account import Account
from cdk.local.stripe_double.deliveries import Post, Webhooks
from cdk.local.stripe_double.faults import Faults
from cdk.local.stripe_double.idempotency import Keys


class Double:
    """One test account behind one secret key; every publishable test key belongs to it."""

    def __init__(
        self,
        api_key: str,
        post: Post,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.api_key = api_key
        self.webhooks = Webhooks(post, clock, sleep)
        self.faults = Faults()
        self._clock = clock
        self._empty()

    async def reset(self) -> None:
        """Forget everything but the webhook endpoints."""
        self.faults.clear()
        await self.webhooks.discard()
        self.webhooks.clear()
        self._empty()

    def _empty(self) -> None:
        self.account = Account(self._clock, self.webhooks.publish)
        self.keys = Keys(self._clock)
