"""The laws of any frame, on as many frames as one likes."""

from __future__ import annotations

import contextlib
import io

from hypothesis import HealthCheck, given, settings

from tests.benchmarks.table import Line, count
from tests.generated.frames import Customers, customers
from tests.generated.laws import check

FRAMES = 2_000


def measure(frames: int = FRAMES) -> list[Line]:
    """Return for how many generated frames the laws held, and a line for the first for which they did not."""
    held = 0

    @settings(max_examples=frames, deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(customers())
    def each(drawn: Customers) -> None:
        nonlocal held
        check(drawn)
        held += 1

    wrong = []
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            each()
    except AssertionError as error:
        wrong = [Line(name=f"  {error}"[:120], measured="", right=False)]
    return [count("generated frames", held, wanted=frames), *wrong]
