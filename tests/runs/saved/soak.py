"""The laws of saved exports, on as many generated ones as one likes, whole and damaged."""

from __future__ import annotations

import warnings
from random import Random
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings

from tests.benchmarks.table import Line, count
from tests.runs.saved.definitions import definitions
from tests.runs.saved.laws import check, check_damaged, damaged

if TYPE_CHECKING:
    import ac_notebook as ac

EXPORTS = 1_000
DAMAGES = 20
"""Damaged texts of each."""


def measure(exports: int = EXPORTS) -> list[Line]:
    """Return for how many generated exports the laws held, and what became of their damaged texts."""
    held = refused = taken = 0

    @settings(max_examples=exports, deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(definitions())
    def each(export: ac.Export) -> None:
        nonlocal held, refused, taken
        check(export)
        chance = Random(held)
        for _ in range(DAMAGES):
            if check_damaged(damaged(export.to_json(), chance)):
                refused += 1
            else:
                taken += 1
        held += 1

    wrong = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # by chance, something looks like an address
            each()
    except Exception as error:  # noqa: BLE001 - whatever is raised is what was looked for
        wrong = [Line(name=f"  {type(error).__name__}: {error}"[:120], measured="", right=False)]
    return [
        count("exports that are the same as value, code and JSON", held, wanted=exports),
        Line(name="damaged texts refused in a sentence", measured=f"{refused:,}", note=f"{taken:,} are exports still"),
        *wrong,
    ]
