"""What most tests stand on: virtual time, and a sandbox as the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ac_notebook.sandbox import Sandbox
from tests.unharmed import brought_back
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook import Connection


@pytest.fixture
def clock() -> VirtualClock:
    """Time that passes only when somebody waits."""
    return VirtualClock()


@pytest.fixture
def box(clock: VirtualClock) -> Iterator[Sandbox]:
    """A sandbox in this process, in virtual time, at the documented limits; in the end nobody was brought back."""
    made = Sandbox(clock=clock.monotonic, now=clock.now)
    yield made
    assert brought_back(made) == []


@pytest.fixture
def connection(box: Sandbox, clock: VirtualClock) -> Connection:
    """Connect to the sandbox, in virtual time."""
    return through(box, clock)
