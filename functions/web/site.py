"""HTML over HTTP: finds the handler, keeps strangers' forms out, and answers even a defect."""

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ticketing.errors import CrossSiteRequest, MethodNotAllowed, NotFound, Refusal
from ticketing.guard import Guard
from ticketing.request import SAFE_METHODS, Request
from ticketing.telemetry import logger
from web.answers import (
    FROM_SCRIPT,
    HTML,
    Answer,
    Html,
    Redirect,
    Text,
    as_gateway_answer,
    caching,
    redirect,
    text,
)
from web.backend import is_unavailable
from web.failures import failure_page
from web.protection import security_headers
from web.rendering import render
from web.routing import Match, Route, find
from web.settings import settings
from web.transport import Problem
from web.visit import FORM, Visit

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

GUARD = Guard(media_type=FORM)


class Site:
    """All pages."""

    def __init__(self, routes: list[Route]) -> None:
        self.routes = routes

    def handle(self, event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
        """Answer one request of the gateway; logs one line for it."""
        began = time.perf_counter()
        visit = Visit(Request(event))
        logger.set_correlation_id(visit.request.id)
        try:
            answer = self._say(visit, self._answer(visit))
        except Exception:
            logger.exception("defect")
            answer = self._say(visit, failure_page(HTTPStatus.INTERNAL_SERVER_ERROR))
        answer["headers"]["X-Request-Id"] = visit.request.id
        logger.info(
            "request",
            route=event.get("routeKey"),
            method=visit.request.method,
            status=answer["statusCode"],
            duration_ms=round((time.perf_counter() - began) * 1000, 1),
            api_calls=visit.api.calls,
            function_request_id=context.aws_request_id,
        )
        return answer

    def _answer(self, visit: Visit) -> Answer:
        """What the handler answers, or the page for what stopped it."""
        try:
            return self._serve(visit, self._find(visit))
        except Refusal as refusal:
            return failure_page(refusal.status, refusal.headers)

    def _find(self, visit: Visit) -> Match:
        """Raises NotFound, MethodNotAllowed, CrossSiteRequest, or what the guard raises."""
        request = visit.request
        GUARD.check(request)
        method = "GET" if request.method == "HEAD" else request.method
        served = find(self.routes, request.path)
        if not served:
            raise NotFound
        if method not in served:
            raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(served))})
        if method not in SAFE_METHODS and not request.is_own:
            raise CrossSiteRequest
        return served[method]

    def _serve(self, visit: Visit, match: Match) -> Answer:
        """The handler's answer, or the page for one of the API that it did not expect."""
        try:
            if match.route.personal:
                visit.resume()
            if match.route.private and visit.caller is None:
                return sign_in_first(visit, match)
            return match.answer(visit)
        except Problem as problem:
            return problem_page(match, problem)

    def _say(self, visit: Visit, answer: Answer) -> dict[str, Any]:
        """The answer in the gateway's format; HEAD gets no body."""
        if isinstance(answer, Redirect):
            answer = answer._replace(cookies=[*visit.cookies, *answer.cookies])
            return redirect(answer, to_script=FROM_SCRIPT in visit.request.headers)
        if isinstance(answer, Text):
            said = text(answer, visit.cookies)
        else:
            status, headers = status_of(visit, answer), headers_of(visit, answer)
            said = as_gateway_answer(status, headers, page(visit, answer), visit.cookies)
        if visit.request.method == "HEAD":
            said["body"] = ""
        return said


def status_of(visit: Visit, answer: Html) -> HTTPStatus:
    """A form that comes back is no failure to our own script, which a browser would report."""
    to_script = FROM_SCRIPT in visit.request.headers
    return HTTPStatus.OK if to_script and not answer.failed else answer.status


def headers_of(visit: Visit, answer: Html) -> dict[str, str]:
    return {
        "Content-Type": HTML,
        **security_headers(settings(), paying=answer.paying),
        **caching(answer, is_anonymous=not visit.had_session),
        **answer.headers,
    }


def page(visit: Visit, answer: Html) -> str:
    """The HTML: what the handler says, and what every page needs to know."""
    here = {
        "path": visit.request.path,
        "request_id": visit.request.id,
        "settings": settings(),
        "signed_in": visit.caller is not None,
    }
    return render(answer.template, here | dict(answer.context))


def sign_in_first(visit: Visit, match: Match) -> Answer:
    """Sign-in, and back to where the visitor was; they are told if their session ended."""
    if visit.had_session:
        return session_ended(match)
    return Redirect(f"/auth/signin?next={quote(match.back)}")


def session_ended(match: Match) -> Html:
    context = {"next": match.back, "email": "", "errors": None, "signed_in": False}
    return Html("session_ended.html", context, HTTPStatus.UNAUTHORIZED, failed=True)


def problem_page(match: Match, problem: Problem) -> Answer:
    """The page for an answer of the API that the handler did not expect."""
    logger.warning("problem", status=problem.status, slug=problem.slug)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        return session_ended(match)
    status, wait = problem.status, problem.retry_after
    if is_unavailable(problem):
        status, wait = HTTPStatus.SERVICE_UNAVAILABLE, wait or "5"
    return failure_page(status, {"Retry-After": wait} if wait else {})
