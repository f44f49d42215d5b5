"""Demo data: two accounts and a dozen concerts, made through the public API as any client would.

`python -m cdk.local.demo URL` loads it into any running service and prints who can sign in.
"""

import sys
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import httpx

SELLER, BUYER = "seller@example.com", "buyer@example.com"
PASSWORD = "demo password"  # noqa: S105 - printed for whoever wants to look around


class Concert(NamedTuple):
    """A ticket for sale."""

    title: str
    venue: str
    price: str
    in_days: int


CONCERTS = (
    Concert("The Velvet Foxes", "Paradiso, Amsterdam", "34.50", 9),
    Concert("Clara Nightingale, solo piano", "Wigmore Hall, London", "28", 12),
    Concert("Desert Radio", "Fillmore, San Francisco", "42", 16),
    Concert("Orchestra of the Harbour: Mahler 5", "Elbphilharmonie, Hamburg", "86.40", 21),
    Concert("Kumo & the Rain", "Liquidroom, Tokyo", "39.90", 25),
    Concert("Los Domingos", "Sala Apolo, Barcelona", "24", 30),
    Concert("Northern Choir: Nordic Light", "Harpa, Reykjavik", "31.50", 37),
    Concert("Brass in the Park", "Prospect Park, Brooklyn", "15", 44),
    Concert("Ada Okafor Quintet", "Village Vanguard, New York", "45", 51),
    Concert("The Late Trains", "Olympia, Paris", "52.80", 60),
    Concert("String Theory Festival, day one", "Tempelhof, Berlin", "79", 75),
    Concert("String Theory Festival, day two", "Tempelhof, Berlin", "79", 76),
)


def sign_up(api: httpx.Client, email: str) -> None:
    """Make an account, or sign in to the one that is there; the client keeps the session."""
    account = {"email": email, "password": PASSWORD}
    if api.post("/users/signup", json=account).status_code != httpx.codes.CREATED:
        api.post("/users/signin", json=account).raise_for_status()


def list_concerts(api: httpx.Client, now: datetime) -> None:
    """Offer every concert, the nearest last: lists begin with what is newest."""
    evening = now.replace(hour=19, minute=30, second=0, microsecond=0)
    for concert in reversed(CONCERTS):
        starts_at = evening + timedelta(days=concert.in_days)
        ticket = {
            "title": concert.title,
            "venue": concert.venue,
            "price": concert.price,
            "startsAt": starts_at.isoformat().replace("+00:00", "Z"),
        }
        api.post("/tickets", json=ticket).raise_for_status()


def load(url: str, now: datetime) -> None:
    """Raises httpx.HTTPStatusError if the service will not have it."""
    for email in (BUYER, SELLER):
        with httpx.Client(base_url=f"{url}/api", timeout=20, headers={"Origin": url}) as api:
            sign_up(api, email)
            if email == SELLER:
                list_concerts(api, now)


def main() -> int:
    """Exit status 1 and a line of why if it cannot be loaded."""
    try:
        load(sys.argv[1], datetime.now(UTC))
    except httpx.HTTPStatusError as error:
        print(f"{error.request.method} {error.request.url}: {error.response.text}")
        return 1
    print(f"{len(CONCERTS)} concerts are on sale. Sign in as either, password {PASSWORD!r}:")
    print(f"  {SELLER}  sells them\n  {BUYER}   buys")
    return 0


if __name__ == "__main__":
    sys.exit(main())
