"""The double as a whole: the API, the webhooks it sends, and how it fails."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from cdk.local.stripe_double.account import Account
from cdk.local.stripe_double.api import Api
from cdk.local.stripe_double.deliveries import Post, Webhooks
from cdk.local.stripe_double.faults import Faults


class Double:
    """One test account behind one secret key."""

    def __init__(
        self, api_key: str, post: Post, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self.webhooks = Webhooks(post, time.time, sleep)
        self.faults = Faults()
        self._api_key = api_key
        self.api = self._new_api()

    async def reset(self) -> None:
        """Forget everything but the webhook endpoints."""
        self.faults.clear()
        await self.webhooks.discard()
        self.webhooks.clear()
        self.api = self._new_api()

    @property
    def account(self) -> Account:
        """What the API acts on."""
        return self.api.account

    def _new_api(self) -> Api:
        return Api(self._api_key, time.time, self.webhooks.publish)
