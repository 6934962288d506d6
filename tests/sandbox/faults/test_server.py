"""Faults as they look on the wire, byte by byte; and a server that survives them."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ac_notebook.sandbox import serve, start

if TYPE_CHECKING:
    from ac_notebook.sandbox import Sandbox

PATIENCE = 5.0
IMPORT = b'{"contacts":[{"email":"a@example.org"},{"email":"b@example.org"}]}'


def received(box: Sandbox, *, close: bool = True) -> tuple[bytes, bool]:
    """Send an import on a socket of its own; return all that comes, and whether the connection was reset."""
    with socket.create_connection(("127.0.0.1", int(box.host.rpartition(":")[2])), timeout=PATIENCE) as connection:
        lines = [
            "POST /api/3/import/bulk_import HTTP/1.1", f"Host: {box.host}", f"Api-Token: {box.api_key}",
            f"Content-Length: {len(IMPORT)}", *(["Connection: close"] if close else []), "", "",
        ]  # fmt: skip
        connection.sendall("\r\n".join(lines).encode() + IMPORT)
        content = b""
        try:
            while part := connection.recv(65_536):
                content += part
        except ConnectionResetError:
            return content, True
        return content, False


def is_well(box: Sandbox) -> bool:
    """Tell whether a new connection is served."""
    with httpx.Client(base_url=f"{box.url}/api/3/", headers={"Api-Token": box.api_key}, trust_env=False) as http:
        return http.get("users/me").status_code == 200


@pytest.mark.parametrize(("kind", "held"), [("drop_before", 0), ("drop_after", 2)])
def test_a_dropped_connection_is_reset_without_a_byte(served: Sandbox, kind: str, held: int) -> None:
    """Not one byte comes; before, nothing was done, after, all of it was."""
    served.faults.add(kind=kind)
    assert received(served) == (b"", True)
    time.sleep(0.01)
    assert len(served.contacts()) == held
    assert is_well(served)


@pytest.mark.parametrize("at", [0, 1, 47, 1_000_000])
def test_a_cut_answer_promises_more_than_comes(served: Sandbox, at: int) -> None:
    """The head comes whole, of the body so many bytes, and the promised length is never reached."""
    whole = received(served)[0].partition(b"\r\n\r\n")[2]
    served.faults.add(kind="cut", at=at)
    head, _, body = received(served, close=False)[0].partition(b"\r\n\r\n")
    promised = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert head.startswith(b"HTTP/1.1 200 ")
    assert len(body) == min(at, len(whole))
    assert promised == (len(whole) if at < len(whole) else len(whole) + 1)
    assert is_well(served)


def test_a_drip_arrives_byte_by_byte(served: Sandbox) -> None:
    """The first bytes are there long before the last."""
    served.faults.add(kind="drip", seconds=0.01, bytes=4, on="totals")
    moments: list[float] = []
    with (
        httpx.Client(base_url=served.url, headers={"Api-Token": served.api_key}, trust_env=False) as http,
        http.stream("GET", "/api/3/import/bulk_import") as answer,
    ):
        moments.extend(time.monotonic() for _ in answer.iter_raw())
    assert len(moments) > 5
    assert moments[-1] - moments[0] > 0.05


def test_a_client_that_leaves_a_drip_harms_nobody(served: Sandbox) -> None:
    """When nobody listens any more, the server lets go of the answer."""
    served.faults.add(kind="drip", seconds=0.01)
    with (
        httpx.Client(base_url=served.url, headers={"Api-Token": served.api_key}, trust_env=False) as http,
        http.stream("GET", "/api/3/lists") as answer,
    ):
        next(answer.iter_raw())
    assert is_well(served)


def test_a_delay_blocks_nobody_else(served: Sandbox) -> None:
    """While one answer is held back for an hour, others are given: no lock is held, and the effect is there."""
    served.faults.add(kind="delay", seconds=3_600)
    begun = time.monotonic()
    with httpx.Client(base_url=served.url, headers={"Api-Token": served.api_key}, trust_env=False) as http:
        with pytest.raises(httpx.ReadTimeout):
            http.post("/api/3/import/bulk_import", content=IMPORT, timeout=0.1)
        time.sleep(0.01)
        assert len(served.contacts()) == 2
        assert http.get("/api/3/lists").status_code == 200
    assert time.monotonic() - begun < PATIENCE


@pytest.mark.parametrize("fault", [{"kind": "delay"}, {"kind": "delay", "held": "request"}, {"kind": "drip"}], ids=str)
def test_stopping_waits_for_no_delay(fault: dict[str, Any]) -> None:
    """A server with an answer held back for an hour stops at once, the one who waits is told, no thread is left."""
    before = set(threading.enumerate())
    broken: list[str] = []
    with serve(speed=1_000) as box:
        box.faults.add(seconds=3_600.0, **fault)

        def ask() -> None:
            try:
                httpx.get(f"{box.url}/api/3/lists", headers={"Api-Token": box.api_key}, timeout=60, trust_env=False)
            except httpx.TransportError as error:
                broken.append(type(error).__name__)

        asking = threading.Thread(target=ask)
        asking.start()
        while box.faults.happened().empty:
            time.sleep(0.001)
        begun = time.monotonic()
    asking.join(PATIENCE)
    assert broken
    while left := set(threading.enumerate()) - before:
        left.pop().join(PATIENCE)
        assert time.monotonic() - begun < PATIENCE


def test_a_process_with_a_delay_ends() -> None:
    """A sandbox of its own process ends although an answer is held back for an hour."""
    with start(speed=1_000) as box:
        box.faults.add(kind="delay", seconds=3_600)
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{box.url}/api/3/lists", headers={"Api-Token": box.api_key}, timeout=0.1, trust_env=False)
        begun = time.monotonic()
    box._process.finalizer()
    assert box._process._process.returncode == 0
    assert time.monotonic() - begun < PATIENCE


@pytest.mark.parametrize("seed", [1, 2])
def test_a_server_in_bad_weather_stays_up(served: Sandbox, seed: int) -> None:
    """Several clients at once, every third request meets a fault: afterwards all is well, and nothing came twice."""
    served.faults.randomly(share=0.33, seed=seed)

    def work(worker: int) -> None:
        headers = {"Api-Token": served.api_key}
        with httpx.Client(base_url=f"{served.url}/api/3/", headers=headers, trust_env=False, timeout=0.3) as http:
            for number in range(15):
                contacts = [{"email": f"w{worker}.{number}@example.org"}, {"email": f"w{worker}.{number}b@example.org"}]
                try:
                    http.post("import/bulk_import", json={"contacts": contacts})
                except httpx.TransportError:
                    continue

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    served.faults.clear()
    assert len(served.faults.happened()) > 5
    assert is_well(served)
    created = served.ledger(effect="contact created")["new"]
    assert created.is_unique
