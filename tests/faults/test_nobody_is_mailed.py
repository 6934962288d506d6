"""Nobody becomes active who opted out, bounced or is excluded, whatever happens to an export."""

from __future__ import annotations

from tests.faults.unwilling import story


def test_a_thousand_unwilling_people_stay_so() -> None:
    """Stopped, repeated, sent again, with answers lost and refreshed: all are refused, each with the right reason."""
    assert [line for line in story(1_000) if not line.right] == []
