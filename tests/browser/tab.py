"""A tab as somebody uses it, who also reads the console: whatever went wrong is a complaint."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect

from tests.journeys.people import PASSWORD

SAID_BY_RESPONSE = "Failed to load resource: the server responded with a status of"
ABORTED = "net::ERR_ABORTED"
"""A request whose page was left before it was answered."""

EARLY = r"404 POST /api/payments"
"""The contract: payments hears of a new order a moment later, and the page asks again."""


class Tab:
    """One page, and what its reader would complain about."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.context = context
        self.page: Page = context.new_page()
        self._complaints: list[str] = []
        self._expected = [EARLY]
        self.page.on("console", self._hear_console)
        self.page.on("pageerror", lambda error: self._complaints.append(f"error: {error}"))
        self.page.on("requestfailed", self._hear_failure)
        self.page.on("response", self._hear_response)

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and SAID_BY_RESPONSE not in message.text:
            self._complaints.append(f"console: {message.text}")

    def _hear_failure(self, request: Request) -> None:
        if request.failure != ABORTED:
            self._complaints.append(f"failed: {request.url} {request.failure}")

    def _hear_response(self, response: Response) -> None:
        if response.status >= 400:
            path = "/" + response.url.split("/", 3)[3]
            self._complaints.append(f"{response.status} {response.request.method} {path}")

    def expects(self, pattern: str) -> None:
        """An answer that belongs to what is done next, as `409 POST /tickets/.*`."""
        self._expected.append(pattern)

    @property
    def complaints(self) -> list[str]:
        """What nobody expected."""
        return [
            one for one in self._complaints if not any(re.fullmatch(p, one) for p in self._expected)
        ]

    def outlives_its_access_token(self) -> None:
        """The cookie of an expired one is still there, but nobody takes it for somebody."""
        self.context.add_cookies([{"name": "session", "value": "expired", "url": self.url}])

    def goes_to(self, path: str) -> "Tab":
        self.page.goto(self.url + path)
        return self

    def follows(self, link: str) -> None:
        self.page.get_by_role("link", name=link, exact=True).click()

    def presses(self, button: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=button).click()

    def types(self, **fields: str) -> None:
        """Fill fields by the start of their labels: `types(Title="…")`."""
        for label, value in fields.items():
            self.page.get_by_label(re.compile(f"^{label}")).fill(value)

    def sees(self, text: str | re.Pattern[str], within: float = 10) -> None:
        """Somewhere on the page, now or soon."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=within * 1000)

    def reads(self, heading: str | re.Pattern[str], within: float = 10) -> None:
        """As the page's heading, now or soon."""
        found = self.page.get_by_role("heading", level=1)
        expect(found).to_have_text(heading, timeout=within * 1000)

    def reads_part(self, heading: str) -> None:
        """As the heading of a part of the page."""
        expect(self.page.get_by_role("heading", level=2, name=heading)).to_be_visible()

    def is_at(self, path: str | re.Pattern[str]) -> None:
        expect(self.page).to_have_url(
            re.compile(
                re.escape(self.url)
                + (path.pattern if isinstance(path, re.Pattern) else re.escape(path))
                + "$"
            )
        )

    @property
    def focused(self) -> str:
        """The text of what has the focus."""
        script = "() => document.activeElement.innerText || document.activeElement.name"
        return str(self.page.evaluate(script))

    def signs_up(self, email: str) -> None:
        """From the form that is shown."""
        self.types(Email=email, Password=PASSWORD)
        self.presses("Create account")


type OpenTab = Callable[..., Tab]
