"""The guard: each of its bounds lets pass what just fits, and refuses what does not."""

import base64
import json
from contextlib import suppress
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway import Gateway, http_event
from ticketing import guard
from ticketing.errors import (
    ContentTooLarge,
    HeadersTooLarge,
    Invalid,
    Refusal,
    UnsupportedMediaType,
    UriTooLong,
)
from ticketing.guard import MAX_BODY_BYTES, MAX_DEPTH, MAX_NUMBER, Guard, check_json
from ticketing.http import HttpApi
from ticketing.request import Request

FORM = "application/x-www-form-urlencoded"


def check(body: str | None = None, by: Guard = Guard(), **fields: Any) -> None:  # noqa: B008
    by.check(Request(http_event("POST", "/api/orders", body) | fields))


def refusal(body: str | None = None, by: Guard = Guard(), **fields: Any) -> Refusal:  # noqa: B008
    with pytest.raises(Refusal) as refused:
        check(body, by, **fields)
    return refused.value


def reason(body: str | None = None, **fields: Any) -> str:
    """The message of bad input."""
    refused = refusal(body, **fields)
    assert type(refused) is Invalid
    return refused.errors[0].message


class TestAddress:
    def test_a_path_has_a_bound(self) -> None:
        check(rawPath="/" + "a" * 511)
        assert type(refusal(rawPath="/" + "a" * 512)) is UriTooLong

    def test_a_query_has_a_bound(self) -> None:
        check(queryStringParameters={"cursor": "a" * 2042})
        for query in ({"cursor": "a" * 2043}, {"a" * 2048: "b"}):
            assert type(refusal(queryStringParameters=query)) is UriTooLong

    def test_a_query_has_few_parameters(self) -> None:
        check(queryStringParameters={str(number): "" for number in range(16)})
        query = {str(number): "" for number in range(17)}
        assert reason(queryStringParameters=query) == guard.TOO_MANY_PARAMETERS

    @pytest.mark.parametrize(
        "odd", ["\0", "\n", "\r\nSet-Cookie: a=b", "\x1b[2J", "\x7f", "\ud800"]
    )
    def test_a_query_is_text(self, odd: str) -> None:
        for query in ({"cursor": odd}, {odd: "1"}):
            assert reason(queryStringParameters=query) == guard.CONTROL_IN_QUERY


class TestHeaders:
    def test_there_are_not_too_many(self) -> None:
        check(headers={f"x-{number}": "" for number in range(100)})
        headers = {f"x-{number}": "" for number in range(101)}
        assert type(refusal(headers=headers)) is HeadersTooLarge

    def test_headers_have_a_bound_together(self) -> None:
        check(headers={"x-a": "a" * 4000, "x-b": "b" * 4186})
        for headers in ({"x-a": "a" * 4000, "x-b": "b" * 4187}, {"x" * 8193: ""}):
            assert type(refusal(headers=headers)) is HeadersTooLarge

    @pytest.mark.parametrize("name", ["", "x y", "x:y", "x\n", "x\0", "é", "\ud800", "x(y)", '"x"'])
    def test_a_name_is_one(self, name: str) -> None:
        assert reason(headers={name: "1"}) == guard.NO_HEADER

    def test_a_name_is_there_once(self) -> None:
        headers = {"Authorization": "Bearer a", "authorization": "Bearer b"}
        assert reason(headers=headers) == guard.NO_HEADER

    @pytest.mark.parametrize("value", ["\0", "a\r\nX-Admin: 1", "\n", "\x1b", "\x7f", "\udfff"])
    def test_a_value_is_text(self, value: str) -> None:
        assert reason(headers={"idempotency-key": value}) == guard.CONTROL_IN_HEADER

    @pytest.mark.parametrize("value", ["", " ", "\t", "a\tb", "Zoë", "日本", "a, b", "\xa0"])
    def test_a_value_may_be_any_text(self, value: str) -> None:
        check(headers={"user-agent": value, "sec-ch-ua": value})


class TestBody:
    def test_a_body_has_a_bound_in_bytes(self) -> None:
        check(json.dumps("a" * (MAX_BODY_BYTES - 2)))
        for body in ("a" * (MAX_BODY_BYTES + 1), "é" * (MAX_BODY_BYTES // 2 + 1)):
            assert type(refusal(body)) is ContentTooLarge

    def test_its_bound_is_the_apis(self) -> None:
        large = json.dumps("a" * MAX_BODY_BYTES)
        check(large, Guard(max_body_bytes=2 * MAX_BODY_BYTES))
        assert type(refusal(large)) is ContentTooLarge

    @pytest.mark.parametrize(
        "media_type", ["application/json", "APPLICATION/JSON", "application/json ; charset=utf-8"]
    )
    def test_it_may_be_called_json(self, media_type: str) -> None:
        check("{}", headers={"content-type": media_type})

    @pytest.mark.parametrize(
        "media_type",
        [
            "",
            "text/plain",
            "application/jsonp",
            "application/x-json;json",
            "application/json, text/plain",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            FORM,
        ],
    )
    def test_it_may_be_called_nothing_else(self, media_type: str) -> None:
        assert type(refusal("{}", headers={"content-type": media_type})) is UnsupportedMediaType

    def test_its_type_is_the_apis(self) -> None:
        check("a=[[", Guard(FORM), headers={"content-type": FORM})
        refused = refusal("{}", Guard(FORM), headers={"content-type": "application/json"})
        assert type(refused) is UnsupportedMediaType

    def test_none_needs_no_type(self) -> None:
        check(None, headers={})
        check("", headers={"content-type": "multipart/form-data"})

    def test_it_is_not_compressed(self) -> None:
        headers = {"content-type": "application/json"}
        check("{}", headers=headers | {"content-encoding": "identity"})
        for coding in ("gzip", "br", "deflate, gzip", "IDENTITY, gzip"):
            refused = refusal("{}", headers=headers | {"content-encoding": coding})
            assert (type(refused), str(refused)) == (UnsupportedMediaType, guard.COMPRESSED)

    @pytest.mark.parametrize(
        "body", [b'{"title": "\xff"}', b"\xc3", '{"a": 1}'.encode("utf-16"), b"\xed\xa0\x80"]
    )
    def test_it_is_utf_8(self, body: bytes) -> None:
        encoded = base64.b64encode(body).decode()
        assert reason(encoded, isBase64Encoded=True) == guard.NO_TEXT
        # The gateway itself decodes what is called JSON.
        assert reason(body.decode(errors="replace")) == guard.NO_TEXT


class TestJson:
    def test_json_is_not_nested_too_deep(self) -> None:
        for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
            check_json(opened * MAX_DEPTH + b"1" + closed * MAX_DEPTH)
            with pytest.raises(Invalid, match="not valid") as refused:
                check_json(opened * (MAX_DEPTH + 1))
            assert refused.value.errors[0].message == guard.TOO_DEEP

    def test_it_may_be_long_and_flat(self) -> None:
        check_json(json.dumps([{"a": [index, {"b": "]["}]} for index in range(1000)]).encode())

    @pytest.mark.parametrize("number", ["9" * 64, "-" + "9" * 63, "1." + "0" * 62, "1e" + "9" * 62])
    def test_a_number_has_a_bound(self, number: str) -> None:
        check_json(f'{{"price": {number}, "title": "{number}0"}}'.encode())
        with pytest.raises(Invalid) as refused:
            check_json(f'{{"price": {number}0}}'.encode())
        assert refused.value.errors[0].message == guard.TOO_LONG_A_NUMBER
        assert len(number) == MAX_NUMBER

    @pytest.mark.parametrize(
        "body",
        [
            '{"a": 1, "a": 1}',
            '{"a" : 1, "b": {"a": 2}, "a"\n: 3}',
            r'{"a": 1, "\u0061": 2}',
            r'{"\"": 1, "\u0022": 2}',
            r'{"é": 1, "\u00e9": 2}',
            r'{"\ud83c\udfb8": 1, "🎸": 2}',
            '[{"a": [{"b": 1, "b": 2}]}]',
            '{"": 1, "": 2}',
        ],
    )
    def test_a_field_is_there_once(self, body: str) -> None:
        with pytest.raises(Invalid) as refused:
            check_json(body.encode())
        assert refused.value.errors[0].message == guard.FIELD_TWICE

    @pytest.mark.parametrize(
        "body",
        [
            '{"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]}',
            '{"a": "a", "b": "a", "A": "a"}',
            r'{"a": "{\"a\": 1, \"a\": 2}"}',
            r'{"a\\": 1, "a\"": 2}',
            '["a", "a", "a"]',
        ],
    )
    def test_fields_of_other_objects_may_have_the_same_name(self, body: str) -> None:
        check_json(body.encode())

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(10**60), 10**60) | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_what_is_plain_passes(self, value: object) -> None:
        for ensure_ascii in (True, False):
            check_json(json.dumps(value, ensure_ascii=ensure_ascii, indent=1).encode())

    @given(st.binary() | st.text('"\\[]{}:,1-e \nu').map(str.encode))
    def test_what_is_no_json_does_no_harm(self, body: bytes) -> None:
        with suppress(Invalid):
            check_json(body)

    @pytest.mark.parametrize(
        "part", ['"', '\\"', '"\\', '" ', '"":', "1 ", "-", "{", '"a" : ', "}", '"\\u0061":1,']
    )
    def test_no_body_takes_long(self, part: str) -> None:
        """Tens of milliseconds; were a byte looked at again for each other one, it were seconds."""
        body = (part * MAX_BODY_BYTES).encode()[:MAX_BODY_BYTES]
        began = process_time()
        with suppress(Invalid):
            check_json(b"{" + body)
        assert process_time() - began < 1


def test_an_api_is_guarded_before_it_looks_for_an_operation() -> None:
    gateway = Gateway(HttpApi(Guard(max_body_bytes=10)).lambda_handler)
    answers = [
        gateway("GET", "/api/" + "a" * 1000),
        gateway("POST", "/api/nothing", "[" * 11),
        gateway("POST", "/api/nothing", {}, headers={"Content-Type": "text/plain"}),
        gateway("GET", "/api/nothing", headers={"x-a": "a" * 9000}),
        gateway("GET", "/api/nothing"),
    ]
    assert [answer.status for answer in answers] == [414, 413, 415, 431, 404]
