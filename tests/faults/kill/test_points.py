"""A spread of points at which an export is killed or interrupted; ``make soak`` has all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.kill.points import Point
from tests.faults.kill.soak import play

if TYPE_CHECKING:
    from tests.faults.kill.soak import Wanted

KILLS, INTERRUPTS = 13, 6


def test_promises_are_kept_wherever_an_export_is_stopped() -> None:
    """Killed at lines of the run, the journal and the client, or interrupted, the same cell brings everybody over.

    After a kill every sendable row is there with the right values, or, where automations start, is named uncertain;
    none starts twice. An interrupt gives the cell back without waiting for late answers, with a report that is true.
    """
    for wanted in play(KILLS, INTERRUPTS):
        assert not wanted.wrong, _told(wanted)
        assert wanted.reached >= wanted.enough


def test_a_point_can_be_played_again_from_its_text() -> None:
    """What a failure prints names the point."""
    text = "twice,slow,automations,changed,runs/send.py:120:3+250"
    assert str(Point.read(text)) == text


def _told(wanted: Wanted) -> str:
    return "\n".join(f"{played.wrong}: python -m tests.faults.kill {played.point}" for played in wanted.wrong)
