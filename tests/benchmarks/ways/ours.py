"""The export with this package."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import ac_notebook as ac
from ac_notebook.demo import MAPPING
from tests.benchmarks.ways import people

if TYPE_CHECKING:
    import pandas as pd


read = people.read


def export(customers: pd.DataFrame) -> int:
    """Export everybody, and return how many it says are on the list."""
    mapping = {target: column for target, column in MAPPING.items() if target != "tags"}
    report = ac.export(
        customers, connection=os.environ["CONNECTION"], list="Readers", mapping=mapping, tags=["spring"]
    )  # fmt: skip
    return int(report.counts[["imported", "unchanged"]].sum())
