"""What an answer means is decided by its body."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.errors import UnexpectedAnswerError
from ac_notebook.remote.answers import LONGEST_WAIT, Answer, Received, classify, mask_addresses, retry_after
from ac_notebook.remote.imports import queued
from ac_notebook.remote.meaning import error_for

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
        (404, b"", "missing"),
        (404, b"<html>", "foreign"),
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


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_page_of_a_firewall_says_nothing_of_key_or_list(status: int) -> None:
    """A web page with such a status is not ActiveCampaign's word: neither is the key called bad, nor a list gone."""
    page = b"<!DOCTYPE html><html><title>Attention Required!</title>"
    error = error_for(classify(Received(status=status, content=page), now=NOW), "lists/3", "acme.api-us1.com")
    assert isinstance(error, UnexpectedAnswerError)
    assert error.message.endswith("What happened: a web page came instead of data")
    assert "firewall" in error.hint
    plain = error_for(classify(Received(status=status), now=NOW), "lists/3", "acme.api-us1.com")
    assert not isinstance(plain, UnexpectedAnswerError)


def test_a_page_that_refuses_is_said_to_be_one() -> None:
    """Where a page refuses a request, the reason is in our words and not called the service's."""
    error = error_for(classify(Received(status=400, content=b"<html>"), now=NOW), "import/bulk_import", "a.example.org")
    assert "What happened: a web page came instead of data" in error.message


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
        ("  7 ", 7.0), ("1.5", 1.5), ("-0", 0.0), ("+3", 3.0), ("inf", None), ("1_0", None), ("1e3", None),
        ("30s", None), ("9" * 5000, None), ("٣", None), ("2026-03-02T09:00:30Z", None),
        ("99 Foo 2026 09:00 GMT", None),
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


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ({"success": 1, "batchId": "b"}, "b"), ({"Success": 5, "BATCHID": "b"}, "b"),
        ({"success": "1", "batchId": "b"}, "b"),
        ({"success": True, "batchId": "b"}, "b"), ({"success": 0, "batchId": "b"}, None), ({"batchId": "b"}, None),
        ({"success": None, "batchId": "b"}, None), ({"success": [], "batchId": "b"}, None),
        ({"success": ["1"], "batchId": "b"}, None), ({"success": "no", "batchId": "b"}, None),
        ({"success": -1, "batchId": "b"}, None), ({"success": 1}, None), ({"success": 1, "batchId": ""}, None),
        ({"success": 1, "batchId": 7}, None), ({"success": 1, "batchId": ["b"]}, None),
        ({"success": 1, "batchId": None}, None),
        ({"success": 1, "batchId": "a b"}, None), ({"success": 1, "batchId": "b" * 201}, None),
        ({"success": 1, "batchId": "b", "BatchId": "c"}, None), ({"success": 1, "Success": 0, "batchId": "b"}, None),
        ({"success": 1, "batchId": "b", "BatchId": "b"}, "b"), ({"success": 1, "batchId": "b\u0000"}, None),
    ],
)  # fmt: skip
def test_a_batch_is_queued_only_beyond_doubt(body: dict[str, object], number: str | None) -> None:
    """Success and a number of the batch that is a text, in any letters; anything else is not taken for a batch."""
    told = queued(Answer(meaning="ok", body=body), contacts=3)
    assert (told.number if told else None) == number


@pytest.mark.parametrize(
    ("count", "is_whole"), [(3, True), ("3", True), (2, False), (4, False), (None, False), (True, False), ([], False)]
)
def test_a_batch_that_was_not_queued_whole_is_known(count: object, is_whole: object) -> None:
    """Only the number of contacts that were sent is that of a whole batch; who does not say it is believed."""
    body = {"success": 1, "batchId": "b", "queued_contacts": count}
    told = queued(Answer(meaning="ok", body=body), contacts=3)
    assert told is not None
    assert told.is_whole is is_whole
    alone = queued(Answer(meaning="ok", body={"success": 1, "batchId": "b"}), contacts=3)
    assert alone is not None
    assert alone.is_whole


@pytest.mark.parametrize(
    ("content", "meaning"),
    [
        (b'{"success":0,"message":"The import was not queued for processing."}', "refused"),
        (b'{"success":0,"failureReasons":["Invalid or unparsable json"]}', "refused"),
        (b'{"success":0,"message":"It did not pass validation","failureReasons":[{"contact":1}]}', "named-rows"),
        (b'{"success":0,"message":"Something failed"}', "fault"), (b'{"success":0}', "fault"),
        (b'{"success":false,"failureReasons":[{"contact":1,"failureReason":"x"}]}', "fault"),
        (b'{"success":0,"message":"was not queued","batchId":"b"}', "ok"),
        (b'{"success":0,"message":"Contact limit exceeded"}', "fault"),
        (b'{"status":"completed","success":[],"failure":[]}', "ok"),
    ],
)  # fmt: skip
def test_a_success_that_says_no(content: bytes, meaning: str) -> None:
    """A 200 that says it failed is a refusal only where it says that nothing was taken; else nobody knows."""
    assert classify(Received(status=200, content=content), now=NOW).meaning == meaning


def test_a_message_without_an_end_is_read_in_no_time() -> None:
    """Four million letters without an address: linear, as are four million that are nearly one."""
    for text in ("a" * 2**22, "@" * 2**22, "a@" * 2**21, "a%40" * 2**20):
        content = b'{"message":"' + text.encode() + b'"}'
        assert len(classify(Received(status=400, content=content), now=NOW).message) <= 300


def test_messages_hold_nothing_that_a_terminal_obeys() -> None:
    """Control characters and those that turn the direction of text become blanks."""
    content = b'{"message":"bad \\u001b[31m\\u202e\\u0000 row"}'
    assert classify(Received(status=400, content=content), now=NOW).message == "bad  [31m   row"
