"""Signing up, in and out, and back to where the visitor was."""

from http import HTTPStatus

from web.answers import Answer, Html, Redirect
from web.forms import Errors
from web.protection import inside
from web.routing import Routes
from web.transport import Problem
from web.visit import Visit

routes = Routes()


@routes.get("/auth/signin")
def show_sign_in(visit: Visit) -> Html:
    return account_page("signin.html", next_of(visit))


@routes.get("/auth/signup")
def show_sign_up(visit: Visit) -> Html:
    return account_page("signup.html", next_of(visit))


@routes.post("/auth/signin")
def sign_in(visit: Visit) -> Answer:
    """Begin a session."""
    email, target = visit.typed("email"), inside(visit.typed("next"))
    try:
        session = visit.api.sign_in(email, visit.typed("password"))
    except Problem as problem:
        return account_page("signin.html", target, email, Errors.of(problem))
    return Redirect(target, session.cookies)


@routes.post("/auth/signup")
def sign_up(visit: Visit) -> Answer:
    """Make an account and begin its first session."""
    email, target = visit.typed("email"), inside(visit.typed("next"))
    try:
        session = visit.api.sign_up(email, visit.typed("password"))
    except Problem as problem:
        return account_page("signup.html", target, email, Errors.of(problem))
    return Redirect(target, session.cookies)


@routes.post("/auth/signout")
def sign_out(visit: Visit) -> Redirect:
    """End the session of this browser."""
    return Redirect("/", visit.api.sign_out().cookies)


def next_of(visit: Visit) -> str:
    """Where to go afterwards, as the link that led here says."""
    return inside(visit.request.query.get("next", "/"))


def account_page(template: str, target: str, email: str = "", errors: Errors | None = None) -> Html:
    """A form for e-mail and password; a password is never sent back."""
    context = {"next": target, "email": email, "errors": errors}
    return Html(template, context, errors.status if errors else HTTPStatus.OK)
