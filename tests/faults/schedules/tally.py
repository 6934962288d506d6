"""What really happened in all schedules together, so that one sees that they are not empty."""

from __future__ import annotations

from collections import Counter

TALLY: Counter[str] = Counter()
"""By name: rules, runs, kills by their instant, faults by their kind, and what others did."""
