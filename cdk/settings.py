"""The settings of each stage: one frozen value that the whole app is built from."""

from dataclasses import dataclass, replace
from typing import Any, Literal, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one stage."""

    stage: str
    prefix: str
    """Starts the name of every stack and function, and is the name of the bus."""

    protect_data: bool
    """Tables are deletion-protected; data, keys, logs and the bus outlive their stack."""

    log_retention: Literal["ONE_WEEK", "TWO_WEEKS", "ONE_MONTH", "THREE_MONTHS", "ONE_YEAR"]
    """Some of the times that CloudWatch can keep logs for."""

    archive_retention_days: int
    """How long published events can be replayed."""

    log_level: str = "INFO"
    cookie_secure: bool = True
    failures_per_network: int = 50
    """Failed sign-ins from one network in 15 minutes, after which nobody signs in from there."""

    sign_ups_per_network: int = 50
    """In an hour. Everybody behind the address of an office or a phone company shares these."""

    reservation_seconds: int = 900
    sale_partitions: int = 1
    """Over how many index partitions the tickets on sale are spread. Never lower it: a ticket stays
    where it is, and would not be listed."""

    default_currency: str = "usd"
    stripe_api_base: str | None = None
    """Another endpoint than Stripe's own, for a double of it."""

    stripe_js_url: str = "https://js.stripe.com/endive/stripe.js"
    """Stripe's script for browsers: the release that belongs to the API version in use."""

    stripe_publishable_key: str = ""
    """Names the Stripe account in browsers (`pk_...`); no secret, but nobody can pay without it."""

    api_url: str = "https://{host}"
    """Where the web client reaches the API: `{host}` is the gateway's, `{id}` the API's id."""

    site_url: str | None = None
    """Another address of the site than that of its distribution."""

    domain: str | None = None
    """A domain name of one's own for the site; `certificate_arn` is of its certificate."""

    certificate_arn: str | None = None
    """In us-east-1, where CloudFront looks for it."""

    origin_key: str = "k1"
    """Which value of the origin secret CloudFront shows to the API; a rotation names the next."""

    firewall: bool = False
    """A web ACL stands in front of the site: $9 a month, and $0.60 for a million requests."""

    alarms: bool = False
    """CloudWatch tells when a person is needed: $0.10 a month for each alarm, ten are free."""

    alarm_email: str | None = None
    """Who is told; without it alarms are in the console only."""

    address_rate: int = 2000
    """Requests that the firewall admits from one address in five minutes."""

    guarded_rate: int = 100
    """The same where a password, an account or a card can be guessed."""

    price_class: Literal["PRICE_CLASS_100", "PRICE_CLASS_200", "PRICE_CLASS_ALL"] = (
        "PRICE_CLASS_ALL"
    )
    """From where in the world CloudFront answers."""

    api_memory_mb: int = 1024
    """More memory is more CPU: it shortens the cold start a person waits for."""

    worker_memory_mb: int = 512
    snap_start: bool = False
    """Serve HTTP from snapshots; billed for caching and restoring."""

    throttle_rate: int = 500
    """Requests a second that the API admits, over all its routes."""

    throttle_burst: int = 1000
    reserve_concurrency: bool = False
    """Keep parts of the account's concurrency for single functions (`cdk/concurrency.py`).

    A new account may have less than the 1,000 that this needs, and then refuses the deployment.
    """

    queue_concurrency: int = 10
    """At how many batches a queue's consumer works at once, at most (2 or more), if no part of the
    concurrency is kept for it."""

    allowed_origins: tuple[str, ...] = ()
    """Foreign origins whose pages may call the API with a bearer token: cookies are for our own.

    None by default: then no browser lets a foreign page read an answer.
    """

    def __post_init__(self) -> None:
        """Raise ValueError for a value that would deploy and then misbehave."""
        if self.reservation_seconds < 1:
            msg = "reservation_seconds must be at least 1"
            raise ValueError(msg)
        if self.sale_partitions < 1:
            msg = "sale_partitions must be at least 1"
            raise ValueError(msg)
        if bool(self.domain) != bool(self.certificate_arn):
            msg = "domain and certificate_arn must be set together"
            raise ValueError(msg)

    @property
    def bus_name(self) -> str:
        """The event bus of the stage."""
        return self.prefix

    def replace(self, **changes: Any) -> Self:
        """The same settings but for `changes`."""
        return replace(self, **changes)


PROD = Settings(
    stage="prod",
    prefix="ticketing",
    protect_data=True,
    log_retention="THREE_MONTHS",
    archive_retention_days=90,
    firewall=True,
    alarms=True,
    reserve_concurrency=True,
)

DEV = Settings(
    stage="dev",
    prefix="ticketing-dev",
    protect_data=False,
    log_retention="TWO_WEEKS",
    archive_retention_days=7,
    throttle_rate=50,
    throttle_burst=100,
    price_class="PRICE_CLASS_100",
)

LOCAL = Settings(
    stage="local",
    prefix="ticketing-local",
    protect_data=False,
    log_retention="ONE_WEEK",
    archive_retention_days=1,
    cookie_secure=False,
    failures_per_network=10_000,
    sign_ups_per_network=10_000,
    throttle_rate=10_000,
    throttle_burst=5_000,
)

STAGES = {settings.stage: settings for settings in (PROD, DEV, LOCAL)}


def for_stage(name: str) -> Settings:
    """The settings of a stage; raises ValueError for one that does not exist."""
    if name not in STAGES:
        msg = f"unknown stage {name!r}: choose one of {', '.join(STAGES)}"
        raise ValueError(msg)
    return STAGES[name]
