"""What can go wrong on the wire, and what the client must take it for (hazards F1-F18)."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.remote.wire.calls import Call
    from tests.remote.wire.hostile import Talk

    Act = Callable[[Talk, Call, int], None]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that a server does.

    Parameters
    ----------
    name
        What.
    act
        ``act(talk, call, position)`` does it.
    meanings
        What it may be taken for.
    places
        Gives the positions at which it can be done to a call.
    is_endless
        Whether only the call's deadline ends it.
    """

    name: str
    act: Act
    meanings: frozenset[str]
    places: Callable[[Call], Sequence[int]] = lambda _: (0,)
    is_endless: bool = False


def whole(body: bytes, *, status: str = "200 OK", more: str = "", close: bool = False) -> bytes:
    """Return an answer as it should be."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [more] if more else []
    lines += ["Connection: close"] if close else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def chunked(body: bytes, *, size: int = 7) -> bytes:
    """Return an answer in chunks."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    text = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + text + b"0\r\n\r\n"


def after_request(answer: Callable[[Call], bytes]) -> Act:
    """Return a server that reads the request and answers."""

    def act(talk: Talk, call: Call, _: int) -> None:
        talk.request()
        talk.say(answer(call))

    return act


def answers(name: str, meaning: str, answer: Callable[[Call], bytes]) -> Fault:
    """Return a fault that is nothing but an answer, closed afterwards."""
    return Fault(name=name, act=after_request(answer), meanings=frozenset([meaning]))


def of_status(status: str, meaning: str, *, body: bytes = b"", more: str = "") -> Fault:
    """Return an answer with a status."""
    name = f"{status} {more} {body[:40].decode('latin-1')}".strip()
    return answers(name, meaning, lambda _: whole(body, status=status, more=more))


def of_body(name: str, meaning: str, body: bytes, more: str = "") -> Fault:
    """Return a 200 with a body."""
    return answers(name, meaning, lambda _: whole(body, more=more))


# -- connections that break ---------------------------------------------------------------------------------------


def _uploaded(call: Call) -> Sequence[int]:
    length = len(call.body or b"")
    return [kilobytes * 1_000 for kilobytes in range(0, length // 1_000, 16)] or [0]


def _of_answer(call: Call) -> Sequence[int]:
    return range(len(whole(call.answer)))


def _of_chunks(call: Call) -> Sequence[int]:
    return range(len(chunked(call.answer)))


def _reset_at_once(talk: Talk, _: Call, __: int) -> None:
    talk.reset()


def _reset_in_head(talk: Talk, _: Call, __: int) -> None:
    talk.take(20)
    talk.reset()


def _reset_in_body(talk: Talk, _: Call, position: int) -> None:
    talk.head()
    talk.take(position)
    talk.reset()


def _reset_after(talk: Talk, _: Call, __: int) -> None:
    talk.request()
    talk.reset()


def _close_after(talk: Talk, _: Call, __: int) -> None:
    talk.request()


def _hang(talk: Talk, _: Call, __: int) -> None:
    talk.request()
    talk.hang()


def _hang_unread(talk: Talk, _: Call, __: int) -> None:
    talk.hang()


def _cut(talk: Talk, call: Call, position: int) -> None:
    talk.request()
    talk.say(whole(call.answer)[:position])


def _cut_and_reset(talk: Talk, call: Call, position: int) -> None:
    talk.request()
    talk.say(whole(call.answer)[:position])
    talk.reset()


def _cut_and_hang(talk: Talk, call: Call, position: int) -> None:
    talk.request()
    talk.say(whole(call.answer)[:position])
    talk.hang()


def _cut_chunks(talk: Talk, call: Call, position: int) -> None:
    talk.request()
    talk.say(chunked(call.answer)[:position])


def _drip(talk: Talk, call: Call, position: int) -> None:
    talk.request()
    content = whole(call.answer)
    talk.say(content[:position])
    talk.drip(content[position:] + b" " * 400, pause=0.02)


def _early_answer(talk: Talk, call: Call, _: int) -> None:
    talk.head()
    talk.say(whole(call.answer, close=True))
    talk.hang()


def _early_answer_and_reset(talk: Talk, call: Call, _: int) -> None:
    talk.head()
    talk.say(whole(call.answer, close=True))  # closed with bytes unread, which resets the connection


def _endless(start: bytes, piece: bytes, most: int) -> Act:
    def act(talk: Talk, _: Call, __: int) -> None:
        talk.request()
        talk.say(start)
        talk.flood(piece, most=most)
        talk.hang()

    return act


LOST = frozenset(["lost"])

BREAKS: Sequence[Fault] = (
    # The reset may come before the first byte is written, or after it.
    Fault(name="reset at once", act=_reset_at_once, meanings=frozenset(["lost", "not-sent"])),
    Fault(name="reset within the head of the request", act=_reset_in_head, meanings=LOST),
    Fault(name="reset within the upload", act=_reset_in_body, meanings=LOST, places=_uploaded),
    Fault(name="reset after the request", act=_reset_after, meanings=LOST),
    Fault(name="closed after the request", act=_close_after, meanings=LOST),
    Fault(name="answer cut off", act=_cut, meanings=LOST, places=_of_answer),
    Fault(name="answer cut off by a reset", act=_cut_and_reset, meanings=LOST, places=_of_answer),
    Fault(name="chunks cut off", act=_cut_chunks, meanings=LOST, places=_of_chunks),
    answers("length too great", "lost", lambda call: _with_length(call, 5)),
    answers("length too small", "fault", lambda call: _with_length(call, -5)),
    answers("two lengths", "lost", lambda call: whole(call.answer, more="Content-Length: 3")),
    answers("chunk of no length", "lost", lambda call: chunked(call.answer).replace(b"7\r\n", b"zz\r\n", 1)),
    answers("chunk of negative length", "lost", lambda call: chunked(call.answer).replace(b"7\r\n", b"-7\r\n", 1)),
)
"""Connections that break at every place."""


def _with_length(call: Call, more: int) -> bytes:
    length = len(call.answer)
    return whole(call.answer).replace(f"Length: {length}".encode(), f"Length: {length + more}".encode())


ENDLESS: Sequence[Fault] = (
    Fault(name="no answer", act=_hang, meanings=LOST, is_endless=True),
    Fault(name="request not read, no answer", act=_hang_unread, meanings=LOST, is_endless=True),
    Fault(
        name="answer stops", act=_cut_and_hang, meanings=LOST, is_endless=True,
        places=lambda call: (5, 30, len(whole(call.answer)) - 1),
    ),
    Fault(
        name="answer drips", act=_drip, meanings=LOST, is_endless=True,
        places=lambda call: (0, 20, len(whole(call.answer)) - 40),
    ),
    Fault(name="endless headers", act=_endless(b"HTTP/1.1 200 OK\r\n", b"X-More: y\r\n", 10**7), meanings=LOST),
    Fault(name="endless status line", act=_endless(b"HTTP/1.1 200 ", b"O" * 1_000, 10**7), meanings=LOST),
    Fault(
        name="endless interim answers", act=_endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 40, 10**8), meanings=LOST,
        is_endless=True,
    ),
    Fault(
        name="endless body", act=_endless(b"HTTP/1.1 200 OK\r\n\r\n", b'{"a":[' + b"1," * 9_000, 10**8), meanings=LOST,
    ),
    Fault(
        name="endless chunks", meanings=LOST, is_endless=True,
        act=_endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 900, 10**8),
    ),
    Fault(
        name="endless extension of a chunk", meanings=LOST,
        act=_endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"e" * 9_000, 10**8),
    ),
    Fault(
        name="endless trailers", meanings=LOST,
        act=_endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-More: y\r\n" * 90, 10**8),
    ),
)  # fmt: skip
"""Answers without an end, which a cap or the deadline gives one."""

EARLY = (
    Fault(name="success before the request was sent whole", act=_early_answer, meanings=LOST, is_endless=True),
    Fault(name="success and a reset before that", act=_early_answer_and_reset, meanings=LOST),
)
"""Only for a request that is larger than what the system takes in advance."""

# -- statuses -------------------------------------------------------------------------------------------------------

_PLACES = (
    "https://acme.api-us1.com.evil.example/api/3/", "http://127.0.0.1:9/api/3/users/me", "//evil.example/x", "/login",
    "https://acme.api-us1.com:8443/", "https://acme.activehosted.com/admin", "javascript:alert(1)", "", "http://[::1",
    "https://u:p@evil.example/", "\\\\evil.example\\x", "api/3/users/me",
)  # fmt: skip

_LIMIT = b'"Up to 100 imports may be requested per minute.Please batch contacts into larger requests."'


def _after(interim: str) -> Fault:
    before = f"HTTP/1.1 {interim}\r\nLink: </x>\r\n\r\n".encode()
    return answers(f"{interim} first", "ok", lambda call: before + whole(call.answer))


STATUSES: Sequence[Fault] = (
    *(of_status(status, "moved", more=f"Location: {place}") for status in ("301 M", "302 F", "303 S", "307 T", "308 P")
      for place in _PLACES),
    *(of_status(status, "moved") for status in ("300 Multiple", "302 Found", "304 Not Modified", "399 X")),
    *(of_status(status, "unauthorized", body=body) for status in ("401 Unauthorized", "403 Forbidden")
      for body in (b"", b'{"message":"Forbidden"}', b"<html>", b'{"errors":[{"status":403,"title":"Forbidden"}]}')),
    of_status("402 Payment Required", "lapsed"),
    of_status("404 Not Found", "missing", body=b'{"message":"No Result found for Tag with id 64"}'),
    *(of_status(status, "foreign", body=body) for status in ("407 Proxy", "511 Network") for body in (b"", b"<html>")),
    *(of_status(f"{status} X", "fault", body=body) for body in (b"", b"<html>", b'{"message":"x"}') for status in (
        405, 408, 409, 410, 418, 421, 425, 451, 499, 500, 501, 502, 503, 504, 505, 507, 520, 521, 522, 523, 524, 525,
        526, 527, 530, 599, 600, 999)),
    *(of_status(f"{status} X", "fault", body=b'{"success":1,"batchId":"b"}') for status in (203, 206, 207, 226, 299)),
    of_status("413 Too Large", "too-large"),
    *(of_status(status, "refused", body=body) for status in ("400 Bad", "422 Unprocessable") for body in (
        b"", b'{"failureReasons":["Invalid or unparsable json"]}', b'{"errors":"Bulk operation failed."}',
        b'{"errors":[{"title":"Contact limit exceeded"}]}', b'{"errors":[{"title":"x","code":"duplicate"}]}')),
    *(of_status(status, "named-rows", body=b'{"FailureReasons":[{"Contact":"2","failureReason":"bad"}]}')
      for status in ("400 Bad", "422 Unprocessable", "413 Too Large")),
    *(of_status(status, "wait", body=body) for status in ("400 Bad", "422 X", "429 Many", "503 Busy", "200 OK")
      for body in (
        b'{"success":0,"message":"Rate limit exceeded.","failureReasons":[' + _LIMIT + b"]}",
        b'{"success":0,"message":"Failed","failureReasons":[' + _LIMIT + b"]}",
        b'{"Success":0,"error":' + _LIMIT + b"}",
        b'{"success":false,"errors":[{"title":"Too Many Requests","detail":"Slow down"}]}',
        b'{"success":0,"errors":' + _LIMIT + b"}", b'{"success":"0","errors":["Rate-limit reached"]}')),
    *(of_status("429 Too Many Requests", "wait", body=body) for body in (b"", b"<html>", b"[]")),
    _after("100 Continue"),
    _after("103 Early Hints"),
    of_status("204 No Content", "fault"),
    of_status("200 OK", "fault"),
)  # fmt: skip
"""Answers by status and body."""


# -- bodies -----------------------------------------------------------------------------------------------------------

HTML = b"<!DOCTYPE html><html><title>Log in</title></html>"


def packed(body: bytes) -> bytes:
    """Return a body packed as nobody asked for."""
    return gzip.compress(body)


def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(b"[" * 2**20) for _ in range(128)), packer.flush()])


BOMB = _bomb()
"""128 MiB in 130 kB."""


def _headed(name: str, head: bytes) -> Fault:
    return answers(name, "lost", lambda call: head + call.answer)


BODIES: Sequence[Fault] = (
    *(of_body(f"page {number}", "foreign", page) for number, page in enumerate(
        (HTML, b"\xef\xbb\xbf" + HTML, b"\r\n\t " + HTML, b"<?xml version='1.0'?><a/>",
         b"<script>location='/'</script>"))),
    *(of_body(f"no object {number}", "fault", body) for number, body in enumerate(
        (b"[]", b"null", b"1", b'"text"', b"true", b"OK", b"\x00", b"\xff\xfe{\x00", b"{", b'{"a":1}}', b"{'a':1}",
         b'{"success":NaN}', b'{"success":Infinity}', b'{"success":1,}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\\ud800"}',
         b'{"success":1,"batchId":"x","batchId":"y"}', b'{"success":1,"success":1}', b'{"a":{"b":1,"b":2}}'))),
    answers("truncated JSON", "fault", lambda call: whole(call.answer[:-1])),
    answers("JSON and more", "fault", lambda call: whole(call.answer + b"{}")),
    answers("JSON with a mark of its encoding", "ok", lambda call: whole(b"\xef\xbb\xbf" + call.answer)),
    answers("JSON as UTF-16", "fault", lambda call: whole(call.answer.decode().encode("utf-16"))),
    of_body("a hundred levels", "fault", b'{"a":' + b"[" * 100 + b"]" * 100 + b"}"),
    of_body("a hundred thousand levels", "fault", b'{"a":' * 10**5 + b"1" + b"}" * 10**5),
    of_body("a million values", "fault", b'{"a":[' + b"1," * 10**6 + b"1]}"),
    of_body("3 MiB", "ok", b'{"a":"' + b"x" * (3 * 2**20) + b'"}'),
    of_body("5 MiB", "lost", b'{"a":"' + b"x" * (5 * 2**20) + b'"}'),
    answers("packed", "ok", lambda call: whole(packed(call.answer), more="Content-Encoding: gzip")),
    answers("packed otherwise", "ok", lambda call: whole(zlib.compress(call.answer), more="Content-Encoding: deflate")),
    answers("packed and cut", "lost", lambda call: whole(packed(call.answer)[:-9], more="Content-Encoding: gzip")),
    answers("not packed as said", "lost", lambda call: whole(call.answer, more="Content-Encoding: gzip")),
    answers("packed as nobody knows", "lost", lambda call: whole(call.answer, more="Content-Encoding: br")),
    answers("packed twice", "lost", lambda call: whole(call.answer, more="Content-Encoding: gzip, gzip")),
    answers("a bomb", "lost", lambda _: whole(BOMB, more="Content-Encoding: gzip")),
    answers("in chunks", "ok", lambda call: chunked(call.answer)),
    answers("until closed", "ok", lambda call: b"HTTP/1.0 200 OK\r\n\r\n" + call.answer),
    answers("until closed, cut", "fault", lambda call: b"HTTP/1.0 200 OK\r\n\r\n" + call.answer[:-1]),
    answers("closed with something after", "ok", lambda call: whole(call.answer, close=True) + b"and more"),
    answers("two answers", "ok", lambda call: whole(call.answer) + whole(b'{"success":1,"batchId":"no"}')),
    answers("90 headers", "ok", lambda call: whole(call.answer, more="\r\n".join(f"X-{n}: y" for n in range(90)))),
    answers("a million headers", "lost", lambda _: b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10**6 + b"\r\n"),
    answers("a long header", "lost", lambda call: whole(call.answer, more="X: " + "y" * 10**6)),
    answers("a header that is none", "lost", lambda call: whole(call.answer, more="no colon")),
    answers("a header with a NUL", "lost", lambda call: whole(call.answer, more="X: a\x00b")),
    *(_headed(f"no HTTP {number}", text) for number, text in enumerate(
        (b"", b"SSH-2.0-OpenSSH_9.7\r\n", b"ICY 200 OK\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n", b"HTTP/1.1\r\n\r\n",
         b"HTTP/2 200\r\n\r\n", b"\x15\x03\x03\x00\x02\x02\x28", b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 64))),
)  # fmt: skip
"""Answers by their bodies and their form."""

FAULTS: Sequence[Fault] = (*BREAKS, *ENDLESS, *STATUSES, *BODIES)
