"""Signing up, in and out; one's own account: to see, take along, protect and erase."""

import json
from collections.abc import Callable

from web.answers import PRIVATE, Answer, Html, Redirect, Text
from web.backend import Cookies
from web.forms import Errors, form_page
from web.protection import inside
from web.routing import Routes
from web.transport import Problem
from web.visit import Visit

routes = Routes()


@routes.get("/auth/signin")
def show_sign_in(visit: Visit) -> Html:
    return credentials_page("signin.html", next_of(visit))


@routes.get("/auth/signup")
def show_sign_up(visit: Visit) -> Html:
    return credentials_page("signup.html", next_of(visit))


@routes.post("/auth/signin")
def sign_in(visit: Visit) -> Answer:
    """Begin a session."""
    return begin_session(visit, visit.api.sign_in, "signin.html")


@routes.post("/auth/signup")
def sign_up(visit: Visit) -> Answer:
    """Make an account and begin its first session."""
    return begin_session(visit, visit.api.sign_up, "signup.html")


@routes.post("/auth/signout", back="/")
def sign_out(visit: Visit) -> Redirect:
    """End the session of this browser."""
    return Redirect("/", visit.api.sign_out())


@routes.get("/account", private=True)
def show_account(visit: Visit) -> Html:
    """What is known of the visitor, and what they can do about it."""
    return own_page(visit)


@routes.get("/account/export", private=True, back="/account")
def export(visit: Visit) -> Text:
    """All of it in one file."""
    found = json.dumps(visit.api.export(), ensure_ascii=False, indent=2, default=float)
    headers = {"Content-Disposition": 'attachment; filename="ticketing.json"'}
    return Text(found + "\n", "application/json", PRIVATE, headers)


@routes.post("/account/password", private=True, back="/account")
def change_password(visit: Visit) -> Answer:
    """Change the password; the browsers that are signed in elsewhere are signed out."""
    current, new = visit.typed("currentPassword"), visit.typed("newPassword")
    try:
        cookies = visit.api.change_password(current, new)
    except Problem as problem:
        return own_page(visit, Errors.of(problem))
    return Redirect("/account?done=password", cookies)


@routes.post("/account/signout", private=True, back="/account")
def sign_out_everywhere(visit: Visit) -> Redirect:
    """End every session of the account."""
    return Redirect("/", visit.api.sign_out(everywhere=True))


@routes.get("/account/erase", private=True)
def ask_to_erase(visit: Visit) -> Html:
    """The question before the account is gone for good."""
    return erase_page(visit)


@routes.post("/account/erase", private=True)
def erase(visit: Visit) -> Answer:
    """Erase the account."""
    try:
        cookies = visit.api.erase(visit.typed("password"))
    except Problem as problem:
        return erase_page(visit, Errors.of(problem))
    return Redirect("/account/erased", cookies)


@routes.get("/account/erased")
def show_erased(_visit: Visit) -> Html:
    """The last page that somebody sees of their account."""
    return Html("erased.html", {})


def begin_session(visit: Visit, call: Callable[[str, str], Cookies], template: str) -> Answer:
    """Go where the visitor wanted to, with the cookies of the call; or show the form again."""
    email, target = visit.typed("email"), inside(visit.typed("next"))
    try:
        cookies = call(email, visit.typed("password"))
    except Problem as problem:
        return credentials_page(template, target, email, Errors.of(problem))
    return Redirect(target, cookies)


def own_page(visit: Visit, errors: Errors | None = None) -> Html:
    """The page of one's own account, with what is wrong with the form for a password if anything.

    A password is never sent back.
    """
    context = {
        "email": visit.api.email(),
        "password_changed": visit.request.query.get("done") == "password",
    }
    return form_page("account.html", context, errors)


def erase_page(visit: Visit, errors: Errors | None = None) -> Html:
    """The question, and what is wrong with the password if anything."""
    return form_page("erase.html", {"email": visit.api.email()}, errors)


def next_of(visit: Visit) -> str:
    """Where to go afterwards, as the link that led here says."""
    return inside(visit.request.query.get("next", "/"))


def credentials_page(
    template: str, target: str, email: str = "", errors: Errors | None = None
) -> Html:
    """A form for email and password; a password is never sent back."""
    return form_page(template, {"next": target, "email": email}, errors)
