"""A server on loopback that misbehaves on purpose, on the level of sockets; bounded in all it does."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 30.0
"""Seconds after which nothing of this server goes on."""


class Talk:
    """One connection, as the server sees it."""

    def __init__(self, connection: socket.socket, over: threading.Event, number: int) -> None:
        self.connection = connection
        self.over = over
        self._rest = b""
        self.number = number
        """Which connection it is, from 1."""
        connection.settimeout(PATIENCE)

    def head(self) -> bytes:
        """Read a request's head; empty when the other side is gone."""
        while b"\r\n\r\n" not in self._rest:
            part = self.connection.recv(65_536)
            if not part:
                return b""
            self._rest += part
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        return head

    def request(self) -> bytes:
        """Read a whole request, and return its head."""
        head = self.head()
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                self.take(int(line.partition(b":")[2]))
        return head

    def take(self, count: int) -> None:
        """Read so many bytes of what follows."""
        while len(self._rest) < count:
            part = self.connection.recv(65_536)
            if not part:
                break
            self._rest += part
        self._rest = self._rest[count:]

    def say(self, content: bytes) -> None:
        """Write something; whoever is gone does not hear it."""
        with suppress(OSError):
            self.connection.sendall(content)

    def drip(self, content: bytes, *, pause: float) -> None:
        """Write something byte by byte."""
        for place in range(len(content)):
            if self.over.wait(pause):
                return
            self.say(content[place : place + 1])

    def flood(self, content: bytes, *, most: int) -> None:
        """Write something again and again, so many bytes at the most."""
        sent = 0
        with suppress(OSError):
            while sent < most and not self.over.is_set():
                self.connection.sendall(content)
                sent += len(content)

    def hang(self) -> None:
        """Do nothing until the test is over."""
        self.over.wait(PATIENCE)

    def reset(self) -> None:
        """Break the connection off, so that the other side sees a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class Hostile:
    """Does with each connection what a function says.

    Parameters
    ----------
    act
        Called with each connection, on a thread of its own; the connection is closed afterwards.
    """

    def __init__(self, act: Callable[[Talk], None]) -> None:
        self._act = act
        self.over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE)
        self._threads: list[threading.Thread] = []
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0

    def __enter__(self) -> Self:
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()
        for thread in (self._accepting, *self._threads):
            thread.join(PATIENCE)

    def _accept(self) -> None:
        with suppress(OSError):
            while not self.over.is_set():
                connection, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with connection, suppress(OSError):
            self._act(Talk(connection, self.over, number))


def nobody() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
