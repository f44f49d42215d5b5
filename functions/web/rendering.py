"""Templates: compiled once in a container's life; everything in them is escaped."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web import views
from web.assets import assets

FOLDER = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The templates, with the words of `views` as filters."""
    found = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        auto_reload=False,
        cache_size=-1,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "clock_time": views.clock_time,
        "day": views.day,
        "iso": views.iso,
        "order_state": views.order_state,
        "reservation_seconds": views.reservation_seconds,
        "ticket_state": views.ticket_state,
        "tone": views.tone,
        "why_cancelled": views.why_cancelled,
    }
    found.globals |= {
        "asset": lambda source: assets()[source].path,
        "money": views.money,
        "schema_org": views.schema_org,
    }
    return found


def render(template: str, context: Mapping[str, object]) -> str:
    return environment().get_template(template).render(context)


def prepare() -> None:
    """Compile every template, while Lambda still gives a starting function a full processor."""
    for name in environment().list_templates():
        environment().get_template(name)
