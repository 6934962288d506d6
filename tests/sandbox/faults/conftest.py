"""Fixtures: a sandbox met by a plain HTTP client, in process in virtual time and over a socket."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from ac_notebook.remote.transport import in_process
from ac_notebook.sandbox import Sandbox, serve
from tests.sandbox.faults.guest import Guest
from tests.virtual import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Iterator

WAYS = ("in process", "over a socket")


@pytest.fixture
def clock() -> VirtualClock:
    """Return time that passes only when somebody waits."""
    return VirtualClock()


@pytest.fixture
def box(clock: VirtualClock) -> Sandbox:
    """Return a sandbox in process whose faults wait in virtual time."""
    return Sandbox(clock=clock.monotonic, now=clock.now, sleep=clock.sleep)


@pytest.fixture
def served() -> Iterator[Sandbox]:
    """Return a sandbox on a socket, whose limits are met by nobody."""
    with serve(speed=10_000) as box:
        yield box


@pytest.fixture(params=WAYS)
def guest(request: pytest.FixtureRequest) -> Iterator[Guest]:
    """Return a client of either."""
    with _in_process() if request.param == WAYS[0] else _over_a_socket() as guest:
        yield guest


@contextmanager
def _in_process() -> Iterator[Guest]:
    clock = VirtualClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now, sleep=clock.sleep)
    headers = {"Api-Token": box.api_key}
    with httpx.Client(transport=in_process(box.app), base_url=f"{box.url}/api/3/", headers=headers) as http:
        yield Guest(box, http, clock.monotonic, clock.sleep)


@contextmanager
def _over_a_socket() -> Iterator[Guest]:
    with serve(speed=10_000) as box:
        headers = {"Api-Token": box.api_key}
        with httpx.Client(base_url=f"{box.url}/api/3/", headers=headers, trust_env=False, timeout=10.0) as http:
            yield Guest(box, http)
