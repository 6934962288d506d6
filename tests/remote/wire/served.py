"""A server on loopback that speaks TLS, and a look-up that finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.remote.wire.certificates import HOST
from tests.remote.wire.hostile import PATIENCE, Hostile, Talk

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable


class Served(Hostile):
    """A server that speaks TLS, says the same to every request, and remembers what it read."""

    def __init__(self, context: ssl.SSLContext, answer: bytes) -> None:
        super().__init__(self._talk)
        self._context = context
        self.answer = answer
        self.read = b""

    def _talk(self, talk: Talk) -> None:
        with self._context.wrap_socket(talk.connection, server_side=True) as connection:
            connection.settimeout(PATIENCE)
            inner = Talk(connection, self.over, talk.number)
            head = inner.request()
            self.read += head
            inner.say(self.answer)


def to_host(port: int, host: str = HOST) -> Callable[[str, int, float], list[tuple[str, int]]]:
    """Return a look-up that finds a host on a port of loopback, and is asked for no other."""

    def resolve(asked: str, number: int, _: float) -> list[tuple[str, int]]:
        assert (asked, number) == (host, 443)
        return [("127.0.0.1", port)]

    return resolve
