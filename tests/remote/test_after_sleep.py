"""A laptop that wakes up: connections of before its sleep are not used again."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook.model.secret import Secret
from ac_notebook.remote.client import Client
from ac_notebook.remote.clock import SystemClock
from ac_notebook.remote.pacing import Pacer
from tests.remote.road import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"user":{}}'
SLEEP = timedelta(hours=7)


class Waking(SystemClock):
    """A machine that may have slept: its monotonic clock did not notice."""

    slept = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.slept


@contextmanager
def listening() -> Iterator[tuple[int, list[socket.socket]]]:
    """Answer every request with the same; give the port, and the connections that were made."""
    made: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(connection: socket.socket) -> None:
            while connection.recv(65_536):
                connection.sendall(ANSWER)

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                made.append(connection)
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], made
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            for connection in made:
                connection.close()


@pytest.mark.parametrize(("slept", "connections"), [(timedelta(0), 1), (SLEEP, 2), (-SLEEP, 2)])
def test_connections_of_before_a_sleep_are_not_used_again(slept: timedelta, connections: int) -> None:
    """After a sleep a request goes over a new connection: on an old one it would be lost without a word."""
    clock = Waking()
    with listening() as (port, made), ac.sandbox.serve() as box:
        connection = box.connection.replace(host=f"127.0.0.1:{port}")
        pacer = Pacer(connection.limits, Remembered(), clock.monotonic)
        with Client(connection, Secret("sandbox-x"), pacer=pacer, clock=clock) as client:
            assert client.send_once("GET", "users/me").meaning == "ok"
            clock.slept = slept
            assert client.send_once("GET", "users/me").meaning == "ok"
            assert client.send_once("GET", "users/me").meaning == "ok"
            assert len(made) == connections
