"""E-mail addresses, and how long wrong passwords lock a name."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.fields import normalized_email
from auth.models import Attempts
from tests.auth.builders import NOON

LONGEST_LOCAL = "l" * 64
LONGEST_DOMAIN = ".".join(["d" * 62, "d" * 62, "d" * 63])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ann@example.com", "ann@example.com"),
        (" \tAnn.Lee+gigs@Mail.Example.COM\n", "ann.lee+gigs@mail.example.com"),
        ("o'hara@example.co.uk", "o'hara@example.co.uk"),
        ("a@b.c", "a@b.c"),
        ("1@xn--bcher-kva.example", "1@xn--bcher-kva.example"),
        ("J\u00d6RG@B\u00dcCHER.example", "j\u00f6rg@b\u00fccher.example"),
        ("jo\u0308rg@example.com", "j\u00f6rg@example.com"),
        (
            "\u0909\u092a\u092f\u094b\u0917@\u0909\u0926\u093e\u0939\u0930\u0923.\u092d\u093e\u0930\u0924",
            "\u0909\u092a\u092f\u094b\u0917@\u0909\u0926\u093e\u0939\u0930\u0923.\u092d\u093e\u0930\u0924",
        ),
        ("\u212aim@example.com", "kim@example.com"),
        (f"{LONGEST_LOCAL}@{LONGEST_DOMAIN}", f"{LONGEST_LOCAL}@{LONGEST_DOMAIN}"),
    ],
)
def test_an_address_is_kept_trimmed_and_in_lower_case(typed: str, kept: str) -> None:
    assert normalized_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "@",
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "ann@@example.com",
        "ann@bob@example.com",
        "ann@.com",
        "ann@example.",
        "ann@example..com",
        "ann@-example.com",
        "ann@example-.com",
        "ann lee@example.com",
        "ann@exam ple.com",
        "ann\n@example.com",
        "ann@example.com\r\nBcc: bob@example.com",
        "ann\0@example.com",
        "ann\u200b@example.com",
        "\u202eann@example.com",
        "ann\ud800@example.com",
        '"ann"@example.com',
        "<ann@example.com>",
        "ann@[127.0.0.1]",
        "ann,bob@example.com",
        "mailto:ann@example.com",
        f"{'l' * 65}@example.com",
        f"{'\u00f6' * 33}@example.com",
        f"ann@{'d' * 64}.com",
        f"{LONGEST_LOCAL}@d.{LONGEST_DOMAIN}",
    ],
)
def test_an_implausible_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^Email must be an address, such as sam@example.com$"):
        normalized_email(typed)


@given(st.one_of(st.emails(), st.text(), st.from_regex(r"\S+@\S+\.\S+")))
def test_an_address_is_refused_or_has_one_form(typed: str) -> None:
    try:
        kept = normalized_email(typed)
    except ValueError:
        return
    assert normalized_email(kept) == kept
    assert len(kept.encode()) <= 254


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (10_000, 900)],
)
def test_each_failure_beyond_the_free_ones_doubles_the_lock(failures: int, seconds: int) -> None:
    attempts = Attempts(failures, NOON)
    assert attempts.lock == timedelta(seconds=seconds)
    assert attempts.wait(NOON) == seconds
    assert attempts.wait(NOON + timedelta(seconds=seconds)) == 0


def test_the_wait_is_rounded_up_to_whole_seconds() -> None:
    almost_over = NOON + timedelta(seconds=29, milliseconds=1)
    attempts = Attempts(5, NOON)
    assert attempts.wait(almost_over) == 1
    assert attempts.refusal(almost_over).headers == {"Retry-After": "1"}


def test_nobody_waits_who_never_failed() -> None:
    assert Attempts.of(None).wait(NOON) == 0
