"""Fault schedules by chance: ``python -m tests.faults.schedules [SEED [SCHEDULES]]`` runs those of a seed again.

Without a seed, all of `SEEDS`, as in ``make soak``. A schedule that breaks a promise is shrunk and shown step by step.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.benchmarks.table import Line, show
from tests.faults.schedules.kernel import INSTANTS
from tests.faults.schedules.machine import Schedule
from tests.faults.schedules.tally import TALLY

EACH = 100
SEEDS = range(20)
STEPS = 10
FEW = {"derandomize": True, "max_examples": 12}
"""What is enough for every day."""


def chosen(**more: object) -> settings:
    """Return how schedules are generated."""
    return settings(
        stateful_step_count=STEPS, deadline=None, database=None, print_blob=True, report_multiple_bugs=False,
        suppress_health_check=[*HealthCheck], **more,  # type: ignore[arg-type]  # Hypothesis's own
    )  # fmt: skip


def run(number: int, schedules: int = EACH) -> str:
    """Run the schedules of a seed; return the one that broke a promise, empty when none did."""

    class Seeded(Schedule):
        pass

    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    try:
        run_state_machine_as_test(seed(number)(Seeded), settings=chosen(max_examples=schedules))
    except Exception as error:  # noqa: BLE001 - whatever it was, it is a finding
        steps = "\n".join(getattr(error, "__notes__", ()))
        return f"{type(error).__name__}: {error}\n{steps}"
    return ""


def _counted(number: int, schedules: int) -> tuple[str, Counter[str]]:
    """Run the schedules of a seed in a process of their own; return what broke, and what happened."""
    TALLY.clear()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return run(number, schedules), TALLY


def measure(seeds: range = SEEDS, each: int = EACH) -> list[Line]:
    """Return in how many schedules the promises held, what happened in them, and each that broke one."""
    tally: Counter[str] = Counter()
    found = {}
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as processes:
        for number, (told, happened) in zip(seeds, processes.map(_counted, seeds, [each] * len(seeds)), strict=True):
            tally.update(happened)
            if told:
                found[number] = told
    wrong = [
        Line(name=f"  seed {number} ({again(number, each)}): {line}", measured="", right=False)
        for number, told in found.items()
        for line in told.splitlines()
    ]
    wanted = len(seeds) * each
    good = min(tally["schedules"], wanted)
    held = Line(
        name="schedules without a broken promise", measured=f"{good:,}", wanted=f"{wanted:,}",
        right=not found and good >= wanted,
    )  # fmt: skip
    return [held, *_happened(tally), *wrong]


def again(number: int, each: int) -> str:
    """Return the command that runs the schedules of a seed again."""
    return f"python -m tests.faults.schedules {number} {each}"


def _happened(tally: Counter[str]) -> list[Line]:
    """Return how often what happened; a kill at an instant that never came would show nothing."""
    lines = [Line(name=f"  {name}", measured=f"{tally[name]:,}") for name in sorted(tally) if name != "schedules"]
    lines += [
        Line(name=f"  killed at: {instant}", measured="0", wanted="some", right=False)
        for instant in INSTANTS
        if not tally[f"killed at: {instant}"]
    ]
    return lines


def main(given: list[str]) -> int:
    """Run schedules, and return the exit code."""
    numbers = [int(text) for text in given]
    seeds = range(numbers[0], numbers[0] + 1) if numbers else SEEDS
    return 0 if show("Fault schedules", measure(seeds, *numbers[1:2])) else 1
