"""The guard rails that act before anything is sent: numbers in, sentences out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ac_notebook.model.guards import (
    CLEARED,
    GUARD_RAILS,
    LEAVERS,
    LEAVERS_HALF,
    LEAVERS_SHARE,
    MANY_AUTOMATIONS,
    NEARLY_FULL,
    REHEARSAL,
    ROWS_APART,
)
from ac_notebook.runs.history import number, went_well
from ac_notebook.runs.show import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ac_notebook.model.capacity import Capacity
    from ac_notebook.runs.history import History
    from ac_notebook.runs.reach import Reach
    from ac_notebook.storage.earlier_runs import EarlierRun

_DIFFERS = 0.2
"""Share by which the number of rows may differ from the last run's before a plan says so."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A guard rail that stops a run.

    Parameters
    ----------
    rail
        Its name.
    found
        What was found, in numbers.
    """

    rail: str
    found: str

    def __str__(self) -> str:
        why = GUARD_RAILS[self.rail].why
        return f"{self.found} What could go wrong: {why}."


def stops(reach: Reach, history: History, capacity: Capacity) -> tuple[Stop, ...]:
    """Return the guard rails that a run would meet, those that are allowed included.

    A rehearsal is compared with no earlier run's number of rows; all else holds for the rows that it sends.

    Parameters
    ----------
    reach
        What the run would touch.
    history
        Earlier runs.
    capacity
        How many contacts the account may have.
    """
    found = {
        "contact-limit": _contact_limit(reach, capacity),
        "automations": _automations(reach, history),
        "list": _list(reach, history),
        "row-count": _row_count(reach, history) if reach.first is None else None,
        "clearing": _clearing(reach, history),
        "leavers": _leavers(reach),
        "unsubscribing": _unsubscribing(reach, history),
    }
    return tuple(Stop(rail=rail, found=words) for rail, words in found.items() if words is not None)


def cautions(reach: Reach, history: History, capacity: Capacity) -> tuple[str, ...]:
    """Return what to know before a run that no guard rail stops for."""
    said = []
    if capacity.unknown and reach.to_send:
        said.append(f"The account's contact limit could not be read ({capacity.unknown}): the run is not held to it.")
    if capacity.limit is not None and NEARLY_FULL * capacity.limit < capacity.total + reach.new <= capacity.limit:
        said.append(
            f"The account holds {capacity.total:,} contacts and may hold {capacity.limit:,}; after this run it holds "
            f"{capacity.total + reach.new:,} at the most."
        )
    earlier = history.usual("row-count", reach.segment)
    if earlier and reach.first is None:
        last = number(earlier[0], "rows")
        if abs(reach.rows - last) > max(_DIFFERS * last, REHEARSAL):
            more = "more" if reach.rows > last else "fewer"
            share = abs(reach.rows - last) / last if last else 1.0
            said.append(f"Rows that can be sent: {reach.rows:,}, {share:.0%} {more} than in the last run ({last:,}).")
    return tuple(said)


def _contact_limit(reach: Reach, capacity: Capacity) -> str | None:
    room = capacity.room()
    if room is None or reach.new <= room:
        return None
    places = f"{room:,}" if room else "no"
    return (
        f"The account holds {capacity.total:,} contacts and may hold {capacity.limit:,}, so {places} more fit in; "
        f"{reach.new:,} of the {reach.to_send:,} to send are not known to be contacts already."
    )


def _automations(reach: Reach, history: History) -> str | None:
    if not reach.automations or reach.to_send <= MANY_AUTOMATIONS:
        return None
    if any(went_well(run) and run.automations and number(run, "to_send") >= REHEARSAL for run in history.of_scope):
        return None
    return (
        f"Automations would start for {reach.to_send:,} people, and no earlier run of this export that went well "
        f"started any for {REHEARSAL} or more; rehearsals (first=) do not count."
    )


def _list(reach: Reach, history: History) -> str | None:
    known = [run for run in history.of_account if "list_name" in run.facts and run.facts.get("first") is None]
    name = _plain(reach.list_name)
    namesake = _last(reach, [run for run in known if _plain(_name(run)) == name]) if reach.by_name else None
    before = _last(reach, [run for run in known if run.list == reach.list])
    said = []
    if namesake is not None and namesake.list != reach.list:
        said.append(
            f"{reach.list_name!r} was the list with the id {namesake.list} in the run of {namesake.started:%Y-%m-%d}, "
            f"and is the one with the id {reach.list} now; if it was deleted and made again, those who had "
            "unsubscribed would be put back."
        )
    if before is not None and _plain(_name(before)) != name:
        said.append(
            f"The list with the id {reach.list} was called {_name(before)!r} in the run of {before.started:%Y-%m-%d}, "
            f"and is called {reach.list_name!r} now."
        )
    return " ".join(said) or None


def _last(reach: Reach, among: Sequence[EarlierRun]) -> EarlierRun | None:
    """Return the last of some runs, of this export if it had any."""
    own = [run for run in among if run.identity == reach.identity]
    return next(iter(own or among), None)


def _row_count(reach: Reach, history: History) -> str | None:
    rows = [number(run, "rows") for run in history.usual("row-count", reach.segment)]
    if not rows:
        return None
    least, most = min(rows), max(rows)
    if reach.rows > 2 * most and reach.rows - most > ROWS_APART:
        word = "more than twice as many"
    elif 2 * reach.rows < least and least - reach.rows > ROWS_APART:
        word = "less than half as many"
    else:
        return None
    before = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    return f"{reach.rows:,} rows could be sent, {word} as in {_runs(rows)}: {before}."


def _clearing(reach: Reach, history: History) -> str | None:
    total = sum(reach.cleared.values())
    if total <= CLEARED:
        return None
    earlier = history.usual("clearing", reach.segment)
    largest = max((number(run, "cleared") for run in earlier), default=0)
    shares = {name: _share_blank(earlier, name) for name in reach.cleared}
    many = [
        name
        for name, cells in reach.cleared.items()
        if _far_more(cells, [number(run, f"cleared {name}") for run in earlier], [shares[name]], reach.to_send)
    ]
    if not many and not _far_more(total, [largest], list(shares.values()), reach.to_send):
        return None
    named = ", ".join(f"{name}: {cells:,}" for name, cells in reach.cleared.items() if cells)
    before = f"{_runs(earlier)} emptied {largest:,} at the most" if earlier else "no earlier run tells what is usual"
    return f"{count(total, 'value')} would be emptied because cells are blank ({named}); {before}."


def _leavers(reach: Reach) -> str | None:
    """Return who would leave at once, where they are so many that the frame is probably incomplete."""
    many = reach.leaving > LEAVERS and reach.leaving > LEAVERS_SHARE * reach.members
    most = reach.members >= LEAVERS_HALF and 2 * reach.leaving > reach.members
    if not many and not most:
        return None
    share = reach.leaving / max(reach.members, reach.leaving)
    others = reach.leaving - reach.changing
    kept = f", but for {others:,} whom another export puts on it, too" if others else ""
    return (
        f"{reach.leaving:,} of the {reach.members:,} people whom this export keeps on the list ({share:.0%}) would be "
        f"unsubscribed or tagged at once{kept}."
    )


def _unsubscribing(reach: Reach, history: History) -> str | None:
    if not reach.unsubscribing or any(
        "unsubscribing" in str(run.facts.get("passed", "")).split() for run in history.of_scope
    ):
        return None
    return (
        f"{count(reach.unsubscribing, 'contact')} would be unsubscribed from the list, and no earlier run of this "
        "export was allowed to."
    )


def _far_more(cells: int, cleared: Sequence[int], shares: Sequence[float], rows: int) -> bool:
    """Return whether blank cells are far more than usual: more than twice as many, and by more than a hundred.

    Usual is what earlier runs cleared, and also what their shares of blanks make of so many rows: where many rows are
    sent for once, as with ``resend="all"``, blanks are among them that were sent long ago. Where most cells are blank
    anyhow, there cannot be twice as many: half as many filled ones are as unusual.
    """
    largest = max(cleared, default=0)
    usual = max(largest, rows * sum(shares))
    twice = max(2 * largest, rows * sum(min(2 * share, (1 + share) / 2) for share in shares))
    return cells > twice and cells - usual > CLEARED


def _share_blank(earlier: Iterable[EarlierRun], name: str) -> float:
    """Return the largest share of blank cells that a column had in earlier frames."""
    shares = [number(run, f"blank {name}") / max(number(run, "rows"), 1) for run in earlier]
    return min(max(shares, default=0.0), 1.0)


def _runs(earlier: Sequence[object]) -> str:
    return f"the last {len(earlier)} runs that went well" if len(earlier) > 1 else "the last run that went well"


def _name(run: EarlierRun) -> str:
    return str(run.facts["list_name"])


def _plain(name: str) -> str:
    return name.strip().casefold()
