"""Frames by chance."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.generated.frames import Customers, customers
from tests.generated.laws import check

FRAMES = 60


@pytest.mark.slow
@settings(
    max_examples=FRAMES, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck]
)  # fmt: skip
@given(customers())
def test_the_laws_hold_for_any_frame(given_customers: Customers) -> None:
    """Each row has the outcome that it should, what should arrive does, nothing is sent twice, nothing is changed."""
    check(given_customers)
