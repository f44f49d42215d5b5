"""What machines ask for: robots, the sitemap, the icon and the static files."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.web.api import Api
from tests.web.browser import SITE, get
from tests.web.builders import a_ticket
from web.assets import Assets, assets


def test_a_search_engine_is_kept_out_of_what_is_private() -> None:
    page = get("/robots.txt")
    assert page.headers["content-type"].startswith("text/plain")
    assert "Disallow: /orders" in page.html
    assert f"Sitemap: {SITE}/sitemap.xml" in page.html


def test_the_sitemap_lists_tickets_on_sale(api: Api) -> None:
    api.says("GET /api/tickets", [a_ticket(), a_ticket(id="ticket-2")])
    found = [each.text for each in ET.fromstring(get("/sitemap.xml").html).iter() if each.text]  # noqa: S314 - ours
    urls = [text for text in found if text.strip()]
    assert urls == [f"{SITE}/", f"{SITE}/tickets/ticket-1", f"{SITE}/tickets/ticket-2"]
    assert len(api.asked) == 1


def test_a_browser_finds_the_icon() -> None:
    icon = get(get("/favicon.ico").location)
    assert icon.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("name", sorted(assets().served))
def test_a_static_file_may_be_kept_for_good(name: str) -> None:
    page = get(f"/static/{name}")
    assert page.status == 200
    assert page.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["app.0000000000.css", "app.css", "..%2Fpages.py"])
def test_another_static_file_is_not_found(name: str) -> None:
    assert get(f"/static/{name}").status == 404


def test_every_file_that_a_page_names_is_there(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket())
    page = get("/tickets/ticket-1")
    named = [each["href"] for each in page.elements("link") if each["rel"] != "canonical"]
    named += [each["src"] for each in page.elements("script") if each.get("src")]
    assert len(named) == 4
    assert all(get(str(path)).status == 200 for path in named)


def test_a_file_gets_another_name_when_one_that_it_mentions_changes(tmp_path: Path) -> None:
    folder = tmp_path
    (folder / "one.js").write_text('import "./two.js";')
    (folder / "two.js").write_text("1")
    before = Assets(folder)
    assert before["one.js"].text == f'import "./{before["two.js"].name}";'
    (folder / "two.js").write_text("2")
    assert Assets(folder)["one.js"].name != before["one.js"].name


def test_a_mention_of_a_missing_file_is_a_defect(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text('import "./two.js";')
    with pytest.raises(FileNotFoundError):
        Assets(tmp_path)
