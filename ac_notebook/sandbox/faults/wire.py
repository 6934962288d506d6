"""Faults of the way between client and service: the service itself is in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ac_notebook.sandbox.api.answers import Answer

from .fault import LONGEST, Fault, require_number, require_whole, require_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from ac_notebook.sandbox.api.application import Application
    from ac_notebook.sandbox.service import Service
    from ac_notebook.sandbox.state.places import User

_LARGEST = 16_000_000  # bytes
_HELD = ("answer", "request")


@dataclass(frozen=True, kw_only=True)
class Delay(Fault):
    """It takes long. The answer is held back after the request took effect, the harsher side for who gives up."""

    kind = "delay"
    seconds: float = 1.0
    held: str = "answer"

    def __post_init__(self) -> None:
        """Check the details."""
        require_number("seconds", self.seconds, LONGEST)
        require_word("held", self.held, _HELD)

    def before(self, service: Service, application: Application, user: User) -> None:
        """Hold the request back."""
        del application, user
        if self.held == "request":
            service.faults.sleep(self.seconds)

    def after(self, answer: Answer, service: Service) -> Answer:
        """Hold the answer back."""
        if self.held == "answer":
            service.faults.sleep(self.seconds)
        return answer

    @classmethod
    def by_chance(cls, chance: Random) -> Self:
        """Hold either side back for less than two seconds."""
        return cls(seconds=round(chance.uniform(0.0, 2.0), 3), held=chance.choice(_HELD))


@dataclass(frozen=True, kw_only=True)
class DropBefore(Fault):
    """The connection breaks before the service has seen the request."""

    kind = "drop_before"

    def before(self, service: Service, application: Application, user: User) -> None:
        """Break the connection."""
        del service, application, user
        message = "dropped before the request was seen"
        raise ConnectionResetError(message)


@dataclass(frozen=True, kw_only=True)
class DropAfter(Fault):
    """The request takes effect, and the connection breaks before any of the answer is sent."""

    kind = "drop_after"

    def after(self, answer: Answer, service: Service) -> Answer:
        """Break the connection."""
        del answer, service
        message = "dropped before the answer"
        raise ConnectionResetError(message)


@dataclass(frozen=True, kw_only=True)
class Cut(Fault):
    """The connection breaks after so many bytes of the answer's body; its head has promised more."""

    kind = "cut"
    at: int = 10

    def __post_init__(self) -> None:
        """Check the details."""
        require_whole("at", self.at, 0, _LARGEST)

    def after(self, answer: Answer, service: Service) -> Answer:
        """Send less than is promised."""
        del service
        content = answer.get_data()
        sent = content[: self.at]
        # a shorter body arrives whole, and one byte more was promised: the connection breaks in any case
        return _in_parts(answer, _cut(sent), promised=max(len(content), len(sent) + 1))

    @classmethod
    def by_chance(cls, chance: Random) -> Self:
        """Cut somewhere near the beginning."""
        return cls(at=chance.randrange(0, 80))


@dataclass(frozen=True, kw_only=True)
class Drip(Fault):
    """The answer's body comes in parts of so many bytes, with pauses between them."""

    kind = "drip"
    seconds: float = 0.01
    bytes: int = 1

    def __post_init__(self) -> None:
        """Check the details."""
        require_number("seconds", self.seconds, LONGEST)
        require_whole("bytes", self.bytes, 1, _LARGEST)

    def after(self, answer: Answer, service: Service) -> Answer:
        """Send in parts."""
        content = answer.get_data()
        parts = _drip(content, self.bytes, lambda: service.faults.sleep(self.seconds))
        return _in_parts(answer, parts, promised=len(content))

    @classmethod
    def by_chance(cls, chance: Random) -> Self:
        """Send parts of some hundred bytes, with short pauses."""
        return cls(seconds=round(chance.uniform(0.0, 0.05), 3), bytes=chance.choice((50, 200, 1_000)))


def _cut(sent: bytes) -> Iterator[bytes]:
    yield sent
    message = "cut off within the answer"
    raise ConnectionResetError(message)


def _drip(content: bytes, size: int, pause: Callable[[], None]) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        if start:
            pause()
        yield content[start : start + size]


def _in_parts(answer: Answer, parts: Iterator[bytes], promised: int) -> Answer:
    """Return the same head with a body that comes part by part."""
    headers = answer.headers.copy()
    headers["Content-Length"] = str(promised)
    changed = Answer(parts, status=answer.status, headers=headers)
    if "Content-Type" not in answer.headers:  # the refusal of a key has none (section 1)
        del changed.headers["Content-Type"]
    changed.contacts = answer.contacts
    return changed
