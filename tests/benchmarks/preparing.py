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
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ac_notebook.frames.columns import resolve, snapshot
from ac_notebook.frames.pack import pack
from ac_notebook.frames.prepare import prepare
from ac_notebook.model.export import Export
from ac_notebook.model.limits import Limits
from ac_notebook.runs.batches import Batches, packed_for
from tests.benchmarks import frames
from tests.benchmarks.table import Line, count, ratio, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from ac_notebook.frames.columns import Column
    from ac_notebook.frames.prepare import Prepared
    from tests.benchmarks.frames import Measured

CHUNK = 250
LIST = 4
TAGS = ("spring",)
WAYS = ("frame", "loop", "one pass", "plan and run")
FRAMES: dict[str, Callable[[int], Measured]] = {
    "customers": frames.customers,
    "all strings different": frames.different,
    "35 custom fields": frames.wide,
}
_KEY = bytes(32)
_ENVELOPE, _PER_CONTACT = 42, 62


def measure(*, quick: bool) -> list[Line]:
    """Return the lines about preparing."""
    rows = 100_000 if quick else 1_000_000
    times = 3 if quick else 5
    lines = _times("customers", rows, times, wanted=">= 20")
    lines += _times("all strings different", 100_000, times, wanted=">= 10")
    lines += _times("35 custom fields", 20_000 if quick else 100_000, times)
    for name, size in (("customers", rows), ("35 custom fields", 20_000 if quick else 100_000)):
        lines += _memory(name, size)
    lines += _linear(10_000, rows, times)
    for name, some in (("customers", frames.customers(100_000)), ("35 custom fields", frames.wide(50_000))):
        lines += _requests(name, some)
    return [*lines, *_requests("35 custom fields, sorted by size", frames.wide(50_000, ordered=True))]


def _times(name: str, rows: int, times: int, *, wanted: str = "") -> list[Line]:
    some = FRAMES[name](rows)
    taken: dict[str, list[float]] = {"one pass": [], "plan": [], "run": [], "loop": []}
    one_pass(some)
    sent = made = 0
    for _ in range(times):
        for way, work in (("one pass", one_pass), ("loop", loop)):
            begun = time.process_time()
            work(some)
            taken[way].append(time.process_time() - begun)
        begun = time.process_time()
        planned = plan(some)
        middle = time.process_time()
        sent, made = len(planned[2].rows), run(*planned)
        taken["plan"].append(middle - begun)
        taken["run"].append(time.process_time() - middle)
        del planned
        gc.collect()
    both = [one + other for one, other in zip(taken["plan"], taken["run"], strict=True)]
    return [
        seconds(f"{name}, {rows:,} rows, one pass: CPU", taken["one pass"], note="every check, JSON, packing"),
        ratio("  CPU of the loop without checks / one pass", _over(taken["loop"], taken["one pass"]), wanted=wanted),
        ratio("  plan and run (two passes, fingerprints) / one pass", _over(both, taken["one pass"]), wanted="<= 3"),
        ratio("  CPU of the loop / plan and run", _over(taken["loop"], both)),
        count("  contacts in the requests", made, wanted=sent),
    ]


def _over(ones: list[float], others: list[float]) -> list[float]:
    return [one / other for one, other in zip(ones, others, strict=True)]


def _memory(name: str, rows: int) -> list[Line]:
    peaks = {way: _peak(name, way, rows) for way in WAYS}
    held = peaks["frame"]["resident"]
    lines = [Line(name=f"memory, {name}, {rows:,} rows: the frame and the libraries", measured=f"{held:,.0f} MB")]
    for way in WAYS[1:]:
        extra = peaks[way]["peak"] - peaks[way]["resident"]
        wanted = "" if way == "loop" else "<= 150 MB"
        lines.append(Line(name=f"  on top, at its peak: {way}", measured=f"{extra:,.0f} MB", wanted=wanted))
    return lines


def _peak(name: str, way: str, rows: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.preparing", name, way, str(rows)]
    said: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return said


def _linear(few: int, many: int, times: int) -> list[Line]:
    """Return how much more a row costs among many than among few; the few are taken often enough to be measured."""
    small, large = frames.customers(few), frames.customers(many)
    one_pass(small)
    found = []
    for _ in range(times):
        repeated = []
        for _ in range(9):
            begun = time.process_time()
            one_pass(small)
            repeated.append(time.process_time() - begun)
        begun = time.process_time()
        one_pass(large)
        found.append((time.process_time() - begun) / many / (median(repeated) / few))
    return [ratio(f"a row's CPU among {many:,} / among {few:,}", found, wanted="<= 1.2")]


def _requests(name: str, some: Measured) -> list[Line]:
    frozen, columns, found = plan(some)
    chosen = np.arange(len(found.rows))
    batches = _batches(frozen, columns, found)
    contacts = [len(batch) for batch in batches]
    sizes = [len(batch.body) for batch in batches]
    limits = Limits()
    bound = max(-(-len(chosen) // limits.contacts_per_import), -(-sum(sizes) // limits.bytes_per_import))
    fits = max(contacts) <= limits.contacts_per_import and max(sizes) <= limits.bytes_per_import
    largest = f"up to {max(contacts)} contacts, {max(sizes):,} bytes; {contacts.count(1)} with one"
    return [
        Line(
            name=f"requests of {name}, {len(some.frame):,} rows / the fewest there can be",
            measured=f"{len(sizes) / bound:.4f}", wanted="<= 1.02", right=fits and len(sizes) <= 1.02 * bound,
            note=f"{len(sizes):,} / {bound:,}; {largest}",
        )
    ]  # fmt: skip


def one_pass(some: Measured) -> int:
    """Normalise, check, encode and pack, as ``validate`` does; nothing is remembered, so there are no fingerprints."""
    columns = resolve(some.frame, some.mapping, some.account)
    frozen = snapshot(some.frame, columns)
    everything = np.ones(len(some.frame), dtype=bool)
    limits = Limits()
    found = prepare(
        frozen, columns, everything, key=None, timezone="UTC", tags=TAGS, most_bytes=limits.bytes_per_import
    )
    packed = pack(
        found.sizes, most_contacts=limits.contacts_per_import, most_bytes=limits.bytes_per_import,
        envelope=_ENVELOPE, per_contact=_PER_CONTACT,
    )  # fmt: skip
    return len(packed)


def plan(some: Measured) -> tuple[pd.DataFrame, tuple[Column, ...], Prepared]:
    """Check every row as ``ac.plan`` does, its copy of the frame and the fingerprints included."""
    columns = resolve(some.frame, some.mapping, some.account)
    frozen = snapshot(some.frame, columns)
    everything = np.ones(len(some.frame), dtype=bool)
    most = Limits().bytes_per_import
    return (
        frozen,
        columns,
        prepare(frozen, columns, everything, key=_KEY, timezone="UTC", tags=TAGS, most_bytes=most),
    )


def run(frozen: pd.DataFrame, columns: tuple[Column, ...], found: Prepared) -> int:
    """Make the bytes of every request, as a run does, and return how many contacts are in them."""
    return sum(len(batch) for batch in _batches(frozen, columns, found))


def _batches(frozen: pd.DataFrame, columns: tuple[Column, ...], found: Prepared) -> Batches:
    export = Export(list="Newsletter", mapping=_ANY, tags=TAGS)
    chosen = np.arange(len(found.rows))
    return Batches(
        frozen=frozen, columns=columns, prepared=found, chosen=chosen, export=export, list_id=LIST,
        packed=packed_for(found, chosen, export, LIST, Limits()),
    )  # fmt: skip


_ANY = frames.customers(1).mapping


def loop(some: Measured) -> int:
    """Make requests the way people do: records in chunks of 250, without what is NaN, as JSON. Nothing is checked."""
    mapping = some.mapping
    attributes = {
        name: label for name in ("email", "first_name", "last_name", "phone") if (label := getattr(mapping, name))
    }
    fields = [(some.account.find_field(title).id, label) for title, label in mapping.fields.items()]  # type: ignore[union-attr]  # they are there
    has_tags = mapping.tags is not None
    chosen = some.frame[[*attributes.values(), *mapping.fields.values(), *([mapping.tags] if has_tags else [])]]
    size = 0
    for start in range(0, len(chosen), CHUNK):
        contacts = []
        for row in chosen.iloc[start : start + CHUNK].to_dict("records"):
            contact = {name: row[label] for name, label in attributes.items() if _filled(row[label])}
            contact["fields"] = [
                {"id": number, "value": _text(row[label])} for number, label in fields if _filled(row[label])
            ]
            tags = row[mapping.tags] if has_tags else None
            contact["tags"] = [*TAGS, *(str(tags).split(",") if _filled(tags) else ())]
            contact["subscribe"] = [{"listid": LIST}]
            contacts.append(contact)
        size += len(json.dumps({"contacts": contacts, "exclude_automations": True}))
    return size


def _filled(value: Any) -> bool:
    # What is not equal to itself is NaN or NaT: quicker than pd.isna(), which lists do not take either.
    return value is not None and value == value  # noqa: PLR0124


def _text(value: Any) -> str:
    return "||" + "||".join(value) + "||" if isinstance(value, list) else str(value)


def main(name: str, way: str, rows: int) -> None:
    """Do it in this process, and print as JSON what memory it took, in megabytes."""
    some = FRAMES[name](rows)
    few = FRAMES[name](1_000)
    one_pass(few)  # so that what is loaded when first used is loaded
    _tidy()
    _forget_peak()
    before = _status("VmRSS")
    if way == "loop":
        loop(some)
    elif way == "one pass":
        one_pass(some)
    elif way == "plan and run":
        run(*plan(some))
    print(json.dumps({"resident": before, "peak": _status("VmHWM")}))


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


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
