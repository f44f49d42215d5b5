"""Starts everything in its order, and stops it whatever happens.

A process that must be there and ends takes the runtime with it; workers, and the process they are
forked from, come back by themselves.
"""

import asyncio
import json
import secrets
import time
from contextlib import AsyncExitStack
from pathlib import Path
from socket import socket
from typing import Any

from starlette.types import ASGIApp

from cdk.local.asgi import Server
from cdk.local.children import Child, Lifeline, free_port, listen, port_of
from cdk.local.deployment import Deployment, Order
from cdk.local.emulator import Emulator
from cdk.local.front_door import API_PATH, FrontDoor
from cdk.local.invocations import Invocations
from cdk.local.journal import Journal
from cdk.local.processes import Spawner
from cdk.local.redelivery import REDELIVERY
from cdk.local.settings import ACCESS_KEY, REGION, SECRET_KEY, Settings
from cdk.local.warm_host import WarmHost

DOUBLE_KEY, DOUBLE_PUBLISHABLE_KEY = "sk_test_local", "pk_test_local"

STRIPE_API = "https://api.stripe.com"


def say(text: str) -> None:
    """A line about the runtime itself."""
    print(text, flush=True)


class Runtime:
    """The service on this machine, from the first process to the last."""

    def __init__(self, settings: Settings, bound: socket) -> None:
        self._settings = settings
        self._bound = bound
        self.url = f"http://127.0.0.1:{port_of(bound)}"
        self._lifeline = Lifeline()
        self._secret = settings.stripe_webhook_secret or f"whsec_{secrets.token_hex(16)}"

    async def run(self) -> None:
        """Start, serve until cancelled, and stop. Raises a group of ChildEndedError."""
        self._settings.logs.mkdir(parents=True, exist_ok=True)
        for file in (self._settings.endpoints, *self._settings.logs.iterdir()):
            file.unlink(missing_ok=True)
        async with AsyncExitStack() as cleanup, asyncio.TaskGroup() as group:
            cleanup.callback(self._lifeline.close)
            cleanup.callback(self._settings.endpoints.unlink, missing_ok=True)
            await self._start(cleanup, group)

    async def _start(self, cleanup: AsyncExitStack, group: asyncio.TaskGroup) -> None:
        began = time.monotonic()
        say("Starting the emulator, synthesizing the templates ...")
        emulator = await Emulator.start(self._settings, self._lifeline)
        keep(emulator.child, cleanup, group)
        stripe = await self._start_stripe(cleanup, group)
        journal = Journal(self._settings.logs)
        host = await self._start_host(emulator, journal, cleanup, group)
        invocations = listen(0)
        serve(Invocations(host), invocations, group)
        deployment = await self._deploy(emulator, stripe, port_of(invocations), cleanup)
        for function in deployment.functions:
            host.add(function)
        door = FrontDoor(emulator.url, deployment.api_id, deployment.proof)
        cleanup.push_async_callback(door.close)
        serve(door, self._bound, group)
        self._publish(deployment, emulator, stripe, port_of(invocations))
        if self._settings.demo:
            journal.quiet = True
            await self._load_demo(cleanup)
            journal.quiet = False
        say(
            f"Started in {time.monotonic() - began:.1f} s; logs are in {shown(self._settings.logs)}"
        )
        say(f"Ticketing is ready: {self.url}")

    async def _start_stripe(self, cleanup: AsyncExitStack, group: asyncio.TaskGroup) -> str:
        """The URL of Stripe's API, or of the double that is started in its place."""
        if self._settings.stripe_key:
            say(f"Using Stripe itself: stripe listen --forward-to {self.url}{WEBHOOK}")
            return STRIPE_API
        port = str(free_port())
        double = await Child.start(
            "The Stripe double",
            self._lifeline.leash(
                *("cdk.local.stripe_double", "--port", port, "--api-key", DOUBLE_KEY),
                *("--webhook-url", f"{self.url}{WEBHOOK}", "--webhook-secret", self._secret),
            ),
            self._lifeline,
            self._settings.logs / "stripe.log",
        )
        keep(double, cleanup, group)
        return f"http://127.0.0.1:{port}"

    async def _start_host(
        self,
        emulator: Emulator,
        journal: Journal,
        cleanup: AsyncExitStack,
        group: asyncio.TaskGroup,
    ) -> WarmHost:
        spawner = Spawner(self._lifeline, self._settings.logs, emulator.url)
        host = WarmHost(spawner, journal)
        cleanup.push_async_callback(journal.close)
        cleanup.push_async_callback(spawner.stop)
        cleanup.callback(host.stop)
        host.add(REDELIVERY)
        await spawner.start()
        group.create_task(host.tidy())
        return host

    async def _deploy(
        self, emulator: Emulator, stripe: str, invoke_port: int, cleanup: AsyncExitStack
    ) -> Deployment:
        began, result = time.monotonic(), self._settings.state / "deployment.json"
        order = Order(
            emulator=emulator.url,
            invoke_url=f"http://127.0.0.1:{invoke_port}/",
            settings=self._stage_settings(emulator, stripe),
            stripe={
                "apiKey": self._settings.stripe_key or DOUBLE_KEY,
                "webhookSecrets": [self._secret],
            },
            enforce_iam=self._settings.enforce_iam,
            outdir=str(self._settings.state / "cdk.out"),
            result=str(result),
        )
        child = await Child.start(
            "The deployment",
            self._lifeline.leash("cdk.local.deploy", order.dump()),
            self._lifeline,
            self._settings.logs / "deployment.log",
        )
        cleanup.push_async_callback(child.stop)
        await child.finish()
        deployment = Deployment.read(result)
        say(f"Deployed {len(deployment.functions)} functions in {time.monotonic() - began:.1f} s")
        return deployment

    def _stage_settings(self, emulator: Emulator, stripe: str) -> dict[str, Any]:
        """What the `local` stage cannot know before it is started."""
        here = {
            "reservation_seconds": self._settings.reservation_seconds,
            "api_url": emulator.url + API_PATH,
            "site_url": self.url,
        }
        if self._settings.stripe_key:
            return here | {"stripe_publishable_key": self._settings.stripe_publishable_key}
        return here | {
            "stripe_api_base": stripe,
            "stripe_js_url": f"{stripe}/js/stripe.js",
            "stripe_publishable_key": DOUBLE_PUBLISHABLE_KEY,
        }

    def _publish(
        self, deployment: Deployment, emulator: Emulator, stripe: str, invoke_port: int
    ) -> None:
        """Write down what scripts need to look inside."""
        endpoints: dict[str, Any] = {
            "app": self.url,
            "api": emulator.url + API_PATH.format(id=deployment.api_id),
            "aws": emulator.url,
            "stripe": stripe,
            "webhookSecret": self._secret,
            "tables": deployment.tables,
            "bus": deployment.bus,
            "queues": deployment.queues,
            "stateMachine": deployment.state_machine,
            "processes": f"http://127.0.0.1:{invoke_port}/",
            "region": REGION,
            "accessKey": ACCESS_KEY,
            "secretKey": SECRET_KEY,
        }
        if not self._settings.stripe_key:
            endpoints["stripeKey"] = DOUBLE_KEY
        new = self._settings.endpoints.with_suffix(".new")
        new.write_text(json.dumps(endpoints, indent=2) + "\n")
        new.replace(self._settings.endpoints)

    async def _load_demo(self, cleanup: AsyncExitStack) -> None:
        """What the API is asked to make; it is no reason to stop if it cannot."""
        log = self._settings.logs / "demo.log"
        child = await Child.start(
            "Loading the demo data",
            self._lifeline.leash("cdk.local.demo", self.url),
            self._lifeline,
            log,
        )
        cleanup.push_async_callback(child.stop)
        failed = await child.process.wait()
        say(child.obituary() if failed else log.read_text().rstrip())


WEBHOOK = "/api/payments/webhook"


def keep(child: Child, cleanup: AsyncExitStack, group: asyncio.TaskGroup) -> None:
    """End with a child that ends, and end the child with us."""
    cleanup.push_async_callback(child.stop)
    group.create_task(child.watch())


def serve(app: ASGIApp, bound: socket, group: asyncio.TaskGroup) -> None:
    """Serve a port until the group is done."""
    group.create_task(Server(app).serve(sockets=[bound]))


def shown(path: Path) -> str:
    """A path as people write it here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
