"""Runs of all kernels, as they are remembered: a table of them, and the report of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.errors import ConfigurationError, did_you_mean, quoted
from ac_notebook.model.outcome import WORDS
from ac_notebook.model.past import Failure, MappedColumn, ProblemCount
from ac_notebook.runs import chart
from ac_notebook.runs.past_chosen import chosen, export_name, of_export, through
from ac_notebook.runs.past_report import Data, PastReport
from ac_notebook.runs.stored import opened
from ac_notebook.runs.tables import Table
from ac_notebook.storage import run_entries
from ac_notebook.storage.explain import explained
from ac_notebook.storage.home import find_home
from ac_notebook.storage.seals import damaged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ac_notebook.model.export import Export
    from ac_notebook.runs.connection import Connection
    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.run_entries import RunEntry

STATUSES = ("Queued", "Processing", "Successful", "Skipped", "Failed", "Canceled")
"""Of a run (spec L09). Queued: it asks about earlier runs and looks at its guard rails, and has sent nothing yet."""

COLUMNS = ("id", "export", "connection", "list", "status", "started", "took", "rows", *WORDS, "requests", "by")


def runs(
    export: str | Export | None = None, *, connection: str | Connection | None = None, status: str | None = None
) -> pd.DataFrame:
    """Return the runs of all exports and kernels, the newest first; ``ac.report(id)`` tells more of each.

    All runs of a year are kept, and the last 100 of each export however old they are. A run whose process was killed is
    Failed, with what it had sent by then. Rehearsals of a connection (``conn.rehearse``) are in its history instead.

    Parameters
    ----------
    export
        Only runs of this export: its name (that it has now), an :class:`Export`, or how the table calls one that was
        not saved.
    connection
        Only runs through this connection, or the one of this name (also under names that it had before).
    status
        Only runs with this status: Queued, Processing, Successful, Skipped, Failed or Canceled.

    Returns
    -------
    pandas.DataFrame
        id, export (as it is called now), connection, list, status, started (in UTC), took, rows, the rows by outcome
        (imported, accepted, unchanged, duplicate, rejected, refused, uncertain, not_sent, outside_segment), requests,
        by (the connection's owner). Blank is what was not kept. A record that is not as it was written says "damaged"
        and nothing else.

    Raises
    ------
    ConfigurationError
        When no such export or connection is known, or there is no such status; names the nearest.
    StateError
        When the database cannot be read.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> customers = ac.sandbox.sample_customers(n=20, seed=1)
    >>> with ac.sandbox.start(speed=60) as sandbox:
    ...     for _ in range(2):
    ...         report = ac.export(customers, connection=sandbox.connection, list="VIP", mapping={"email": "E-mail"})
    First run of this export: sending 19 rows.
    ...
    >>> ac.runs()[["list", "status", "rows", "imported", "unchanged", "requests"]]
      list      status  rows  imported  unchanged  requests
    0  VIP     Skipped    20         0         19         0
    1  VIP  Successful    20        19          0         1
    >>> len(ac.runs(status="Failed"))
    0
    """
    if status is not None and not (isinstance(status, str) and status in STATUSES):
        word = status if isinstance(status, str) else ""
        msg = f"No run has the status {quoted(word)}." if word else "status= takes the status of a run."
        raise ConfigurationError(msg, hint=did_you_mean(word, STATUSES))
    with opened() as database, explained(database.path):
        found = run_entries.entries(database, find_home())
        found = of_export(found, export, database)
        found = through(found, connection, database)
    return table_of([entry for entry in found if status is None or entry.state == status])


def report(run: str) -> PastReport:
    """Return what was kept of a run, of whichever kernel: its counts, problems by kind, error, data and mapping.

    Parameters
    ----------
    run
        The run's id as ``ac.runs()`` shows it, or so much of its beginning that there is only one.

    Returns
    -------
    PastReport
        The report without its rows: ``counts``, ``problems``, ``warnings``, ``error``, ``data``, ``mapping``,
        ``versions``, ``to_dict()``; a cell shows it with a chart of the last runs of the export. No value of a person
        is in it. Details are kept of the last 100 runs of an export that sent something, and of the last 100 that did
        not.

    Raises
    ------
    ConfigurationError
        When there is no such run, or more than one; names them, or the nearest.
    StateError
        When what was kept is not as it was written.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> customers = ac.sandbox.sample_customers(n=20, seed=1)
    >>> with ac.sandbox.start(speed=60) as sandbox:
    ...     live = ac.export(customers, connection=sandbox.connection, list="VIP", mapping={"email": "E-mail"})
    First run of this export: sending 19 rows.
    >>> past = ac.report(live.run)
    >>> past.counts.equals(live.counts), past.status, past.mapping["column"].tolist()
    (True, 'Successful', ["'E-mail'"])
    """
    with opened() as database, explained(database.path):
        found = run_entries.entries(database, find_home())
        entry = chosen(found, run)
        if entry.is_damaged:
            raise damaged(f"what is told of run {entry.run!r}")
        return _report(entry, [one for one in found if _is_same_export(one, entry)], database)


def table_of(entries: Sequence[RunEntry]) -> Table:
    """Return runs as :func:`runs` shows them."""
    table = Table([_row(entry) for entry in entries], columns=list(COLUMNS), dtype=object)
    numbers = ["rows", *WORDS, "requests"]
    table = table.assign(
        # One unit, whatever the version of pandas takes for values of these, or for none at all.
        started=pd.to_datetime(table["started"], utc=True).dt.floor("s").dt.as_unit("us"),
        took=pd.to_timedelta(table["took"]).dt.round("s").dt.as_unit("us"),
        **{name: table[name].astype("Int64") for name in numbers},
    )  # fmt: skip
    return Table(table)


def _row(entry: RunEntry) -> list[Any]:
    if entry.is_damaged:
        return [entry.run, None, None, None, "damaged", *([None] * (len(COLUMNS) - 5))]
    counts = [entry.counts.get(word, 0) if entry.counts else None for word in WORDS]
    took = entry.ended - entry.started if entry.ended is not None and entry.started is not None else None
    return [
        entry.run, export_name(entry), entry.connection, entry.list_name or str(entry.scope.list), entry.state,
        entry.started, took, sum(entry.counts.values()) if entry.counts else None, *counts, entry.requests, entry.owner,
    ]  # fmt: skip


def _is_same_export(one: RunEntry, other: RunEntry) -> bool:
    """Return whether two runs are of one export: one with a name may have been given another list or connection."""
    return one.scope == other.scope or (bool(one.export) and one.scope.identity == other.scope.identity)


def _report(entry: RunEntry, of_export: list[RunEntry], database: StateDatabase) -> PastReport:
    beginning, ending = run_entries.details(database, entry.run)
    assert entry.started is not None  # noqa: S101 - only damaged ones have no beginning
    place = of_export.index(entry)
    shown = of_export[max(place + 1 - chart.LONGEST, 0) :][: chart.LONGEST]
    segment, error = beginning.get("segment", {}), ending.get("error")
    numbers = dict(ending.get("numbers", {}))
    if "requests" not in numbers and entry.requests is not None:
        numbers["requests"] = entry.requests
    if "seconds" not in numbers and entry.ended is not None:
        numbers["seconds"] = (entry.ended - entry.started).total_seconds()
    return PastReport(
        run=entry.run, export=entry.export,
        title=beginning.get("title") or f"Export to list {entry.scope.list} at {quoted(entry.connection)}",
        status=entry.state, was_broken_off=entry.was_broken_off, started=entry.started, ended=entry.ended,
        known=entry.counts, people=ending.get("people", {}),
        problem_counts=tuple(map(ProblemCount.of, ending.get("problems", ()))),
        warnings=tuple(beginning.get("warnings", ())), opening=ending.get("opening", ""), numbers=numbers,
        error=Failure.of(error) if error else _broken_off(entry), list=entry.scope.list, list_name=entry.list_name,
        data=_data(beginning.get("frame", {}), of_export[place + 1 :], database),
        columns=tuple(map(MappedColumn.of, beginning.get("mapping", ()))), tags=tuple(beginning.get("tags", ())),
        options=beginning.get("options", {}), segment=segment.get("name") or segment.get("chosen by", ""),
        connection=entry.connection, host=beginning.get("host", ""), account_name=beginning.get("account name", ""),
        owner=entry.owner, user=entry.user, versions=beginning.get("versions", {}), first=beginning.get("first"),
        runs=tuple(shown),
    )  # fmt: skip


def _broken_off(entry: RunEntry) -> Failure | None:
    if not entry.was_broken_off:
        return None
    return Failure(
        kind="broken off", message="the process ended before the run did (killed, out of memory, or a power cut)",
        hint="Run the export again: it asks about what was queued, and carries on where this one stopped.",
    )  # fmt: skip


def _data(frame: Mapping[str, Any], earlier: Sequence[RunEntry], database: StateDatabase) -> Data:
    """Return what the data is known by, compared with that of the run before, as far as that is kept."""
    digest, before, is_same = str(frame.get("digest", "")), "", None
    for entry in earlier if digest else ():
        kept = {} if entry.is_damaged else run_entries.details(database, entry.run)[0]
        known = kept.get("frame", {}).get("digest")
        if known:
            before, is_same = entry.run, known == digest
            break
    return Data(
        rows=frame.get("rows"), in_segment=frame.get("in segment"), digest=digest, before=before, is_same=is_same
    )
