"""What ``import ac_notebook`` costs on top of pandas, each time in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
from statistics import median

from tests.benchmarks.table import Line

TIMES, FEW_TIMES = 7, 2
NOT_NEEDED = ("ipywidgets", "keyring", "werkzeug")

_TIMED = "import time; begun = time.perf_counter(); import {name}; print(time.perf_counter() - begun)"
_LOADED = "import sys, ac_notebook; print(','.join(name for name in {names!r} if name in sys.modules))"


def measure(*, quick: bool) -> list[Line]:
    """Return the lines about importing."""
    repeated = FEW_TIMES if quick else TIMES
    _said(_TIMED.format(name="ac_notebook"))  # so that what is on disk is in memory for all of them
    taken: dict[str, list[float]] = {"pandas": [], "ac_notebook": []}
    for _ in range(repeated):
        for name, times in taken.items():
            times.append(float(_said(_TIMED.format(name=name))))
    pandas, ours = median(taken["pandas"]), median(taken["ac_notebook"])
    loaded = _said(_LOADED.format(names=NOT_NEEDED))
    return [
        Line(
            name="import ac_notebook, less import pandas", measured=f"{ours - pandas:.3f} s", wanted="< 0.5 s",
            note=f"{ours:.3f} - {pandas:.3f}, medians of {repeated}",
        ),
        Line(
            name=f"  loaded of {', '.join(NOT_NEEDED)}", measured=loaded or "none", wanted="none", right=not loaded
        ),
    ]  # fmt: skip


def _said(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
