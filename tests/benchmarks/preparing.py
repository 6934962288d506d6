"""Preparing: checking every row and making the requests, beside the loop that people write, which checks nothing."""

from __future__ import annotations

import ctypes
import gc
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

import ac_notebook as ac
from ac_notebook.demo import MAPPING
from ac_notebook.frames.columns import resolve, snapshot
from ac_notebook.model.export import Export
from ac_notebook.model.limits import Limits
from ac_notebook.runs.batches import Batches, packed_for
from ac_notebook.runs.plan import prepare_for
from tests.benchmarks.table import Line, count, ratio, seconds

if TYPE_CHECKING:
    import pandas as pd

    from ac_notebook import Account
    from ac_notebook.frames.columns import Column
    from ac_notebook.frames.prepare import Prepared

CHUNK = 250
TARGETS = {column: target for target, column in MAPPING.items() if target != "opt_in"}
WAYS = ("frame", "loop", "prepare", "prepare and encode")
_EXPORT = Export(list="Newsletter", mapping=ac.Mapping.of(MAPPING), tags=("spring",))
_LIST = 4


def measure(*, quick: bool) -> list[Line]:
    """Return the lines about preparing."""
    with ac.sandbox.start(speed=60) as box:
        account = ac.describe(box.connection)
    lines: list[Line] = []
    for rows in (100_000,) if quick else (100_000, 1_000_000):
        lines += [*_times(rows, account, times=3 if quick else 5), *_memory(rows)]
    return lines


def _times(rows: int, account: Account, *, times: int) -> list[Line]:
    customers = ac.sandbox.sample_customers(n=rows, seed=1)
    taken: dict[str, list[float]] = {"prepare": [], "encode": [], "loop": []}
    sent = made = 0
    for _ in range(times):
        begun = time.process_time()
        done = prepared(customers, account)
        middle = time.process_time()
        sent, made = len(done[2].rows), encoded(*done)
        end = time.process_time()
        del done
        gc.collect()
        again = time.process_time()
        loop(customers)
        taken["loop"].append(time.process_time() - again)
        taken["prepare"].append(middle - begun)
        taken["encode"].append(end - middle)
    pairs = list(zip(taken["prepare"], taken["encode"], taken["loop"], strict=True))
    name = f"{rows:,} rows"
    return [
        seconds(f"preparing {name}: CPU", taken["prepare"], note="every check, sizes, fingerprints"),
        ratio("  / CPU of the loop without checks", [one / other for one, _, other in pairs], wanted="< 1"),
        ratio("  with all requests made, / the loop", [(one + two) / other for one, two, other in pairs]),
        count("  contacts in the requests", made, wanted=sent),
    ]


def _memory(rows: int) -> list[Line]:
    peaks = {way: _peak(way, rows) for way in WAYS}
    held = peaks["frame"]["resident"]
    lines = [Line(name=f"memory, {rows:,} rows: the frame and the libraries", measured=f"{held:,.0f} MB")]
    for way in WAYS[1:]:
        extra, arrow = peaks[way]["peak"] - peaks[way]["resident"], peaks[way]["arrow"]
        note = f"Arrow's own peak, the frame's texts included: {arrow:,.0f} MB" if way != "loop" else ""
        lines.append(Line(name=f"  on top, at its peak: {way}", measured=f"{extra:,.0f} MB", note=note))
    return lines


def _peak(way: str, rows: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.preparing", way, str(rows)]
    said: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return said


def prepared(customers: pd.DataFrame, account: Account) -> tuple[pd.DataFrame, tuple[Column, ...], Prepared]:
    """Check every row, as ``ac.plan`` does, its copy of the frame included."""
    columns = resolve(customers, MAPPING, account)
    frozen = snapshot(customers, columns)
    everything = np.ones(len(customers), dtype=bool)
    return frozen, columns, prepare_for(frozen, columns, everything, _EXPORT, Limits())


def encoded(frozen: pd.DataFrame, columns: tuple[Column, ...], found: Prepared) -> int:
    """Make the bytes of every request, as a run does, and return how many contacts are in them."""
    chosen = np.arange(len(found.rows))
    batches = Batches(
        frozen=frozen, columns=columns, prepared=found, chosen=chosen, export=_EXPORT, list_id=_LIST,
        packed=packed_for(found, chosen, _EXPORT, _LIST, Limits()),
    )  # fmt: skip
    return sum(len(batch) for batch in batches)


def loop(customers: pd.DataFrame) -> int:
    """Make requests the way people do: records, without what is NaN, as JSON. Nothing is checked."""
    size = 0
    chosen = customers[list(TARGETS)].rename(columns=TARGETS)
    for start in range(0, len(chosen), CHUNK):
        contacts = [
            # What is not equal to itself is NaN or NaT: quicker than pd.isna(), which lists do not take either.
            {target: value for target, value in row.items() if value is not None and value == value}  # noqa: PLR0124
            for row in chosen.iloc[start : start + CHUNK].to_dict("records")
        ]
        size += len(json.dumps({"contacts": contacts}, default=str))
    return size


def main(way: str, rows: int) -> None:
    """Do it in this process, and print as JSON what memory it took, in megabytes."""
    with ac.sandbox.start(speed=60) as box:
        account = ac.describe(box.connection)
    customers = ac.sandbox.sample_customers(n=rows, seed=1)
    ac.validate(customers.head(1_000), MAPPING)  # so that what is loaded when first used is loaded
    _tidy()
    _forget_peak()
    before = _status("VmRSS")
    _do(way, customers, account)
    print(
        json.dumps({"resident": before, "peak": _peak_so_far(), "arrow": pa.default_memory_pool().max_memory() / 1e6})
    )


def _do(way: str, customers: pd.DataFrame, account: Account) -> None:
    if way == "loop":
        loop(customers)
    elif way != "frame":
        done: Any = prepared(customers, account)
        if way == "prepare and encode":
            encoded(*done)


def _tidy() -> None:
    """Give back what making the sample left behind, so that it is not there to be used again without being seen."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    if trim is not None:
        trim(0)


def _forget_peak() -> None:
    """Have Linux count the peak from now on; making the sample takes more than it leaves."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def _status(name: str) -> float:
    """Return a figure of this process in megabytes."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:  # no Linux: the peak, which is all that can be had
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1024 / 1e6


def _peak_so_far() -> float:
    return _status("VmHWM")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
