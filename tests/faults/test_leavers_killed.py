"""A run that is killed while it takes people off a list, or tags them, is finished by the next: once for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.leavers import Point, wrong

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "point",
    [
        Point(action="unsubscribe", numbers=(3,), delivered=True),
        Point(action="tag", numbers=(8,), delivered=False),
        Point(action="unsubscribe", numbers=(8, 4), delivered=True),
        Point(action="tag", numbers=(8,), delivered=True),
        Point(action="unsubscribe", automations=True, numbers=(8,), delivered=False),
    ],
    ids=repr,
)
def test_the_next_run_finishes_it(point: Point, tmp_path: Path) -> None:
    """Nobody who left is forgotten or changed twice, and nobody else is changed, wherever it was killed."""
    assert wrong(point, tmp_path) == ""
