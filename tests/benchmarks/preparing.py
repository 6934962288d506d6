"""Preparing: checking every row and making the requests, beside the loop that people write, which checks nothing."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from ac_notebook.frames.columns import resolve, snapshot
from ac_notebook.frames.pack import pack
from ac_notebook.frames.prepare import prepare
from ac_notebook.model.export import Export
from ac_notebook.model.limits import Limits
from ac_notebook.runs.batches import Batches, packed_for
from tests.benchmarks import frames
from tests.benchmarks.table import Line, count, ratio, seconds
from tests.benchmarks.ways.measured import forget_peak, status, tidy

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from ac_notebook.frames.columns import Column
    from ac_notebook.frames.prepare import Prepared
    from tests.benchmarks.frames import Measured

CHUNK = 250
LIST = 4
TAGS = ("spring",)
OURS = ("one pass", "plan and run")
FRAMES: dict[str, Callable[[int], Measured]] = {
    "customers": frames.customers,
    "all strings different": frames.different,
    "35 custom fields": frames.wide,
}
_KEY = bytes(32)
_ENVELOPE, _PER_CONTACT = 42, 62


def measure(*, quick: bool) -> list[Line]:
    """Return the lines about preparing."""
    times = 1 if quick else 2
    most, some, few = (30_000, 10_000, 5_000) if quick else (1_000_000, 100_000, 50_000)
    # The loop takes a minute for a million, and as long for each of them; what a row costs us among a million is below.
    lines = _times("customers", most if quick else 200_000, times, wanted=">= 20")
    lines += _times("all strings different", some, times, wanted=">= 10")
    lines += _times("35 custom fields", few, times)
    for name, size in (("customers", most), ("35 custom fields", few)):
        lines += _memory(name, size, apart=not quick)
    lines += _linear(10_000, most, times)
    for name, sample in (("customers", frames.customers(some)), ("35 custom fields", frames.wide(few))):
        lines += _requests(name, sample)
    return [*lines, *_requests("35 custom fields, sorted by size", frames.wide(few, ordered=True))]


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
    of_loop = taken["loop"]
    return [
        seconds(
            f"{name}, {rows:,} rows, one pass: CPU", taken["one pass"], loop=of_loop,
            note="every check, JSON, packing; the loop makes JSON and checks nothing",
        ),
        ratio("  CPU of the loop without checks / one pass", _over(of_loop, taken["one pass"]), wanted=wanted),
        seconds("  plan and run (two passes, fingerprints): CPU", both, loop=of_loop),
        ratio("  the same / one pass", _over(both, taken["one pass"]), wanted="<= 3"),
        ratio("  CPU of the loop / plan and run", _over(of_loop, both)),
        count("  contacts in the requests", made, wanted=sent),
    ]  # fmt: skip


def _over(ones: list[float], others: list[float]) -> list[float]:
    return [one / other for one, other in zip(ones, others, strict=True)]


def _memory(name: str, rows: int, *, apart: bool) -> list[Line]:
    """Return the lines about memory, each way in a process of its own or, a little less exact, all in one."""
    ways = (*OURS, "loop")
    peaks = [said for some in (zip(ways) if apart else [ways]) for said in _peaks(name, rows, *some)]
    held = peaks[0]["resident"]
    lines = [Line(name=f"memory, {name}, {rows:,} rows: the frame and the libraries", measured=f"{held:,.0f} MB")]
    extra = {way: f"{found['peak'] - found['resident']:,.0f} MB" for way, found in zip(ways, peaks, strict=True)}
    return lines + [
        Line(name=f"  on top, at its peak: {way}", measured=extra[way], wanted="<= 150 MB", loop=extra["loop"])
        for way in OURS
    ]


def _peaks(name: str, rows: int, *ways: str) -> list[dict[str, float]]:
    command = [sys.executable, "-m", "tests.benchmarks.preparing", name, str(rows), *ways]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in said.splitlines()]


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


def main(name: str, rows: int, *ways: str) -> None:
    """Do it in this process in some ways, and print for each as JSON what memory it took, in megabytes."""
    some = FRAMES[name](rows)
    few = FRAMES[name](1_000)
    one_pass(few)  # so that what is loaded when first used is loaded
    work: dict[str, Callable[[], int]] = {
        "one pass": lambda: one_pass(some), "plan and run": lambda: run(*plan(some)), "loop": lambda: loop(some),
    }  # fmt: skip
    for way in ways:
        tidy()
        forget_peak()
        before = status("VmRSS")
        work[way]()
        print(json.dumps({"resident": before, "peak": status("VmHWM")}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
