"""What is measured at full size, small."""

from __future__ import annotations

from tests.runs.reading.measure import measure


def test_a_thousand_rows_compare_as_they_should() -> None:
    """Words, values, requests predicted and made: each as at full size, and nothing is changed by looking."""
    assert [line for line in measure(600) if not line.right] == []
