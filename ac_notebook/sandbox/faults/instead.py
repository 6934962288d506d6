"""Faults that put another answer in the place of the service's own: from a proxy, a captive portal, a firewall."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

import orjson

from ac_notebook.sandbox.api.answers import Answer
from ac_notebook.sandbox.api.call import RefusedError

from .fault import LONGEST, Fault, require_number, require_text, require_truth, require_whole, require_word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from ac_notebook.sandbox.api.application import Application
    from ac_notebook.sandbox.service import Service
    from ac_notebook.sandbox.state.places import User

_LEAST_STATUS, _MOST_STATUS = 200, 599  # below are no final answers
_WITHOUT_BODY = (204, 304)
_REDIRECTS = ("301", "302", "303", "307", "308")
_BY_CHANCE = (403, 408, 429, 500, 502, 503, 504)
_SHARE_TAKEN = 0.5  # of the errors of a server

_LOGIN_PAGE = """<!DOCTYPE html>
<html><head><title>Log in</title></head>
<body><h1>Log in to the network</h1>
<form method="post" action="/login"><input name="user"><input name="password" type="password"></form></body></html>
"""

_WRONG = {
    "other": b'{"unexpected":true}',
    "empty": b"{}",
    "list": b"[]",
    "null": b"null",
    "text": b'"ok"',
    "number": b"1",
    "cut": b'{"success":1,"queued_con',
    "not text": b'{"success":1,"message":"\xff\xfe"}',
    "deep": b'{"data":{"success":1,"batchId":"1","status":"completed"}}',
}


@dataclass(frozen=True, kw_only=True)
class Instead(Fault, ABC):
    """Another answer; `taken` says whether the request took effect before it was given."""

    taken: bool = False

    def __post_init__(self) -> None:
        """Check the details."""
        require_truth("taken", self.taken)
        self.answer()

    @abstractmethod
    def answer(self) -> Answer:
        """Return the other answer."""

    def before(self, service: Service, application: Application, user: User) -> None:
        """End the request, unless it is to take effect."""
        del service, application, user
        if not self.taken:
            raise RefusedError(self.answer())

    def after(self, answer: Answer, service: Service) -> Answer:
        """Replace the service's own answer."""
        del service
        if not self.taken:
            return answer
        instead = self.answer()
        instead.contacts = answer.contacts
        return instead


@dataclass(frozen=True, kw_only=True)
class Status(Instead):
    """An answer of any status, body, type, and headers; without a body, a page that says the status."""

    kind = "status"
    status: int = 503
    body: str | bytes | dict[str, Any] | list[Any] | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None

    def __post_init__(self) -> None:
        """Check the details."""
        require_whole("status", self.status, _LEAST_STATUS, _MOST_STATUS)
        can_be_sent = isinstance(self.body, str | bytes | dict | list | None)
        if not can_be_sent:
            message = f"body is text, bytes, or something to be written as JSON, not {self.body!r}"
            raise ValueError(message)
        if self.content_type is not None:
            require_text("content_type", self.content_type)
        if not isinstance(self.headers, dict) or not all(
            isinstance(text, str) and text.isascii() and text.isprintable()
            for pair in self.headers.items() for text in pair
        ):  # fmt: skip
            message = f"headers are a dictionary of ASCII texts, not {self.headers!r}"
            raise ValueError(message)
        if self.retry_after is not None:
            require_number("retry_after", self.retry_after, LONGEST)
        super().__post_init__()

    def answer(self) -> Answer:
        """Return an answer of that status."""
        body, kind = self.body, self.content_type
        if body is None:
            name = HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "Unknown"
            title = f"{self.status} {name}"
            body = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
            kind = kind or "text/html; charset=UTF-8"
        elif isinstance(body, dict | list):
            body, kind = orjson.dumps(body), kind or "application/json"
        content = b"" if self.status in _WITHOUT_BODY else body
        answer = Answer(content, status=self.status, content_type=kind or "application/json")
        for name, value in self.headers.items():
            answer.headers[name] = value
        if self.retry_after is not None:
            answer.headers["Retry-After"] = f"{self.retry_after:g}"
        return answer

    @classmethod
    def by_chance(cls, chance: Random) -> Self:
        """Return one of those that the service, or something before it, may answer at any time."""
        status = chance.choice(_BY_CHANCE)
        wait, taken = chance.choice((None, 1, 5)), chance.random() < _SHARE_TAKEN
        return cls(status=status, retry_after=wait, taken=taken and status >= HTTPStatus.INTERNAL_SERVER_ERROR)


@dataclass(frozen=True, kw_only=True)
class LoginPage(Instead):
    """The log-in page of a network, as a success."""

    kind = "login_page"

    def answer(self) -> Answer:
        """Return a page."""
        return Answer(_LOGIN_PAGE, status=200, content_type="text/html; charset=UTF-8")


@dataclass(frozen=True, kw_only=True)
class Redirect(Instead):
    """A redirect to somewhere else, which a client must not follow with the key."""

    kind = "redirect"
    location: str = "https://login.example/"
    status: int = 302

    def __post_init__(self) -> None:
        """Check the details."""
        require_text("location", self.location)
        if not (self.location.isascii() and self.location.isprintable()):
            message = f"location is an address in ASCII, not {self.location!r}"
            raise ValueError(message)
        require_word("status", str(self.status), _REDIRECTS)
        super().__post_init__()

    def answer(self) -> Answer:
        """Return a redirect."""
        answer = Answer(b"", status=int(self.status), content_type="text/html; charset=UTF-8")
        answer.autocorrect_location_header = False
        answer.headers["Location"] = self.location
        return answer


@dataclass(frozen=True, kw_only=True)
class WrongJson(Instead):
    """JSON of another shape, or what is none, labelled as JSON; the request took effect."""

    kind = "wrong_json"
    taken: bool = True
    shape: str = "other"

    def __post_init__(self) -> None:
        """Check the details."""
        require_word("shape", self.shape, _WRONG)
        super().__post_init__()

    def answer(self) -> Answer:
        """Return what nobody expects."""
        return Answer(_WRONG[self.shape], status=200, content_type="application/json")

    @classmethod
    def by_chance(cls, chance: Random) -> Self:
        """Return any of the shapes."""
        return cls(shape=chance.choice(list(_WRONG)))
