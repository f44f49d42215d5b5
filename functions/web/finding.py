"""What search engines and browsers ask for by themselves, and the static files."""

from ticketing.errors import NotFound
from web.answers import FOREVER, Redirect, Text
from web.assets import assets
from web.backend import MOST
from web.rendering import render
from web.routing import Routes
from web.settings import settings
from web.visit import Visit

HOUR = "public, max-age=3600"
ROBOTS = """User-agent: *
Disallow: /account
Disallow: /api/
Disallow: /auth/
Disallow: /my/
Disallow: /orders
Disallow: /tickets/new
Sitemap: {site}/sitemap.xml
"""

routes = Routes(personal=False)


@routes.get("/static/{file}")
def show_asset(_visit: Visit, file: str) -> Text:
    """A static file, where nothing in front of the function keeps them."""
    asset = assets().served.get(file)
    if asset is None:
        raise NotFound
    return Text(asset.text, asset.content_type, FOREVER)


@routes.get("/favicon.ico")
def show_icon(_visit: Visit) -> Redirect:
    """Where the icon is, for a browser that did not look into the page."""
    return Redirect(assets()["favicon.svg"].path)


@routes.get("/robots.txt")
def show_robots(_visit: Visit) -> Text:
    """What is of no use in a search."""
    return Text(ROBOTS.format(site=settings().site_url), "text/plain; charset=utf-8", HOUR)


@routes.get("/sitemap.xml")
def show_sitemap(visit: Visit) -> Text:
    """The newest tickets on sale."""
    listing = visit.api.tickets(limit=MOST)
    context = {"tickets": listing.items, "site_url": settings().site_url}
    return Text(render("sitemap.xml", context), "application/xml; charset=utf-8", HOUR)
