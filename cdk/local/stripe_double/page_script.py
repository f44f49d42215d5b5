"""What stands in for Stripe.js: served by the double that it calls."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

SCRIPT = Path(__file__).parent / "page" / "stripe.js"


def routes() -> list[Route]:
    """One script, never cached: it changes with the checkout."""
    return [Route("/js/stripe.js", show)]


async def show(_request: Request) -> FileResponse:
    """A page of any origin may load it."""
    headers = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "cross-origin"}
    return FileResponse(SCRIPT, media_type="text/javascript", headers=headers)
