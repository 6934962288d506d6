"""A proxy on loopback: it lets through, to where it is told to, and remembers what it could read."""

from __future__ import annotations

import select
import socket
from contextlib import suppress

from tests.remote.wire.hostile import PATIENCE, Hostile, Talk


class Proxy(Hostile):
    """Takes CONNECT and carries bytes both ways.

    Parameters
    ----------
    port
        Where on loopback whatever host is asked for is found.
    answer
        What it says to CONNECT.
    """

    def __init__(self, port: int, answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> None:
        super().__init__(self._talk)
        self._to = port
        self._answer = answer
        self.heads: list[bytes] = []
        self.carried = b""

    def _talk(self, talk: Talk) -> None:
        self.heads.append(talk.head())
        talk.say(self._answer)
        if b" 200 " not in self._answer.partition(b"\r\n")[0]:
            return
        with socket.create_connection(("127.0.0.1", self._to), PATIENCE) as inner, suppress(OSError):
            self._carry(talk, inner)

    def _carry(self, talk: Talk, inner: socket.socket) -> None:
        ends = {talk.connection: inner, inner: talk.connection}
        while not self.over.is_set():
            for ready in select.select(list(ends), [], [], 0.1)[0]:
                data = ready.recv(65_536)
                if not data:
                    return
                self.carried += data
                ends[ready].sendall(data)
