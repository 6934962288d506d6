"""Fixtures of the sandbox's tests: everything in process and in virtual time."""

import pytest

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import Clock, Visitor


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still until it is moved."""
    return Clock()


@pytest.fixture
def box(clock: Clock) -> Sandbox:
    """Return a new account on that clock."""
    return Sandbox(clock=clock, now=clock.now)


@pytest.fixture
def visitor(box: Sandbox, clock: Clock) -> Visitor:
    """Return a client of the account that stays under its limits."""
    return Visitor(box, clock)
