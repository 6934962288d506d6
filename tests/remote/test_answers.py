"""What an answer means is decided by its body."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.remote.answers import LONGEST_WAIT, Received, classify, mask_addresses, retry_after

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

LIMIT = (
    b'{"success":0,"message":"Rate limit exceeded.",'
    b'"failureReasons":["Up to 100 imports may be requested per minute.Please batch contacts"]}'
)
NAMED = b'{"success":0,"message":"did not pass validation.","failureReasons":[{"contact":3,"failureReason":"bad"}]}'


@pytest.mark.parametrize(
    ("status", "content", "meaning"),
    [
        (200, b'{"success":1,"batchId":"x"}', "ok"),
        (200, b"<!DOCTYPE html><html>log in</html>", "foreign"),
        (200, b'{"success":1,"batc', "fault"),
        (200, b"", "fault"),
        (200, b"[]", "fault"),
        (301, b"", "moved"),
        (302, b"", "moved"),
        (307, b"", "moved"),
        (400, LIMIT, "wait"),
        (400, NAMED, "named-rows"),
        (400, b'{"failureReasons":["Invalid or unparsable json"]}', "refused"),
        (400, b"", "refused"),
        (402, b"", "lapsed"),
        (403, b"", "unauthorized"),
        (404, b'{"message":"No Result found for Tag with id 64"}', "missing"),
        (408, b"", "fault"),
        (413, b"", "too-large"),
        (422, b'{"errors":[{"title":"x"}]}', "refused"),
        (429, b"", "wait"),
        (500, b"", "fault"),
        (503, b"<html>", "fault"),
        (524, b"", "fault"),
        (418, b"", "fault"),
    ],
)
def test_meaning_of_answers(status: int, content: bytes, meaning: str) -> None:
    """Each answer of the contract has its meaning; an unknown one is never success."""
    assert classify(Received(status=status, content=content), now=NOW).meaning == meaning


@given(status=st.integers(100, 599), content=st.binary(max_size=200))
def test_rubbish_is_never_success(status: int, content: bytes) -> None:
    """Bytes that are no JSON object are not taken for success, and classifying never fails."""
    answer = classify(Received(status=status, content=content), now=NOW)
    if answer.meaning == "ok":
        assert content.lstrip().startswith(b"{")
        assert 200 <= status < 300


def test_the_spelling_of_keys_does_not_matter() -> None:
    """The documentation has ``Success`` where recordings have ``success``."""
    received = Received(status=200, content=b'{"Success":1,"batchId":"x"}')
    answer = classify(received, now=NOW)
    assert answer.meaning == "ok"
    assert answer.get("success") == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0), ("0", 0.0), ("-5", 0.0), ("1000000000", LONGEST_WAIT), ("soon", None), ("", None), ("nan", None),
        ("  7 ", 7.0), ("1.5", 1.5), ("-0", 0.0), ("+3", 3.0), ("inf", None), ("1_0", None), ("1e3", None), ("30s", None),
        ("9" * 5000, None), ("٣", None), ("2026-03-02T09:00:30Z", None), ("99 Foo 2026 09:00 GMT", None),
        ("Mon, 02 Mar 9999 09:00:30 GMT", LONGEST_WAIT), ("Monday, 02-Mar-26 09:00:30 GMT", 30.0),
        ("Mon Mar  2 09:00:30 2026", 30.0), ("Mon, 02 Mar 2026 10:00:30 +0100", 30.0),
        ("Mon, 02 Mar 2026 09:00:30 GMT", 30.0), ("Mon, 02 Mar 2020 09:00:30 GMT", 0.0), (None, None),
    ],
)  # fmt: skip
def test_retry_after_in_all_its_forms(value: str | None, seconds: float | None) -> None:
    """Seconds and dates are obeyed within a quarter of an hour; rubbish counts as absent."""
    assert retry_after([] if value is None else [value], now=NOW) == seconds


def test_messages_are_word_for_word_but_for_addresses() -> None:
    """What the service says is kept, in each of its shapes, without addresses."""
    shapes = [
        b'{"message":"bad ann@example.org here"}', b'{"errors":"bad ann@example.org here"}',
        b'{"errors":[{"title":"bad","detail":"ann@example.org here"}]}',
        b'{"failureReasons":["bad ann@example.org here"]}',
    ]  # fmt: skip
    for content in shapes:
        assert classify(Received(status=422, content=content), now=NOW).message == "bad …@… here"
    assert mask_addresses("x <Ann.Å@sub.example.org>,b@c") == "x <…@…>,…@…"
