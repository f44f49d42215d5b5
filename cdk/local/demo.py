"""Demo data: two accounts and a dozen concerts, made through the public API as any client would.

`python -m cdk.local.demo URL` loads it into any running service and prints who can sign in.
"""

import sys
from datetime import UTC, date, datetime, timedelta
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
    offset: str
    """Of the clock there in winter."""


CONCERTS = (
    Concert("The Velvet Foxes", "Paradiso, Amsterdam", "34.50", 9, "+01:00"),
    Concert("Clara Nightingale, solo piano", "Wigmore Hall, London", "28", 12, "+00:00"),
    Concert("Desert Radio", "Fillmore, San Francisco", "42", 16, "-08:00"),
    Concert(
        "Orchestra of the Harbour: Mahler 5", "Elbphilharmonie, Hamburg", "86.40", 21, "+01:00"
    ),
    Concert("Kumo & the Rain", "Liquidroom, Tokyo", "39.90", 25, "+09:00"),
    Concert("Los Domingos", "Sala Apolo, Barcelona", "24", 30, "+01:00"),
    Concert("Northern Choir: Nordic Light", "Harpa, Reykjavik", "31.50", 37, "+00:00"),
    Concert("Brass in the Park", "Prospect Park, Brooklyn", "15", 44, "-05:00"),
    Concert("Ada Okafor Quintet", "Village Vanguard, New York", "45", 51, "-05:00"),
    Concert("The Late Trains", "Olympia, Paris", "52.80", 60, "+01:00"),
    Concert("String Theory Festival, day one", "Tempelhof, Berlin", "79", 75, "+01:00"),
    Concert("String Theory Festival, day two", "Tempelhof, Berlin", "79", 76, "+01:00"),
)


def sign_up(api: httpx.Client, email: str) -> None:
    """Make an account, or sign in to the one that is there; the client keeps the session."""
    account = {"email": email, "password": PASSWORD}
    if api.post("/users/signup", json=account).status_code != httpx.codes.CREATED:
        api.post("/users/signin", json=account).raise_for_status()


def list_concerts(api: httpx.Client, today: date) -> None:
    """Offer every concert, the nearest last: lists begin with what is newest."""
    for concert in reversed(CONCERTS):
        day = today + timedelta(days=concert.in_days)
        ticket = {
            "title": concert.title,
            "venue": concert.venue,
            "price": concert.price,
            "startsAt": f"{day}T19:30:00{concert.offset}",
        }
        api.post("/tickets", json=ticket).raise_for_status()


def load(url: str, today: date) -> None:
    """Raises httpx.HTTPError if the service is not there or will not have it."""
    for email in (BUYER, SELLER):
        with httpx.Client(base_url=f"{url}/api", timeout=20, headers={"Origin": url}) as api:
            sign_up(api, email)
            if email == SELLER:
                list_concerts(api, today)


def main() -> int:
    """Exit status 1 and a line of why if it cannot be loaded."""
    try:
        load(sys.argv[1], datetime.now(UTC).date())
    except httpx.HTTPError as error:
        why = error.response.text if isinstance(error, httpx.HTTPStatusError) else repr(error)
        print(f"{error.request.method} {error.request.url}: {why}")
        return 1
    print(f"{len(CONCERTS)} concerts are on sale. Sign in as either, password {PASSWORD!r}:")
    print(f"  {SELLER}  sells them\n  {BUYER}   buys")
    return 0


if __name__ == "__main__":
    sys.exit(main())
