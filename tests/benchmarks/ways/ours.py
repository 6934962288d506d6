"""The export with this package."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import ac_notebook as ac
from ac_notebook.demo import MAPPING
from tests.benchmarks.ways import people

if TYPE_CHECKING:
    import pandas as pd

    from ac_notebook import Connection


read = people.read


def export(customers: pd.DataFrame, connection: Connection | str) -> int:
    """Export everybody, and return how many it says are on the list."""
    mapping = {target: column for target, column in MAPPING.items() if target != "tags"}
    report = ac.export(customers, connection=connection, list="Readers", mapping=mapping, tags=["spring"])
    return int(report.counts[["imported", "unchanged"]].sum())


def alone(customers: pd.DataFrame) -> int:
    """Export to the sandbox of the saved connection that the environment names, for what it costs."""
    return export(customers, os.environ["CONNECTION"])
