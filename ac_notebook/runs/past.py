"""Runs of all kernels, as they are remembered: a table of them, and the report of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.errors import ConfigurationError, did_you_mean, nearest, quoted
from ac_notebook.model.connection import Connection as PlainConnection
from ac_notebook.model.export import Export
from ac_notebook.model.outcome import WORDS
from ac_notebook.model.past import Failure, MappedColumn, ProblemCount
from ac_notebook.runs import chart
from ac_notebook.runs.past_report import Data, PastReport
from ac_notebook.runs.tables import Table
from ac_notebook.storage import run_entries
from ac_notebook.storage.connections import load, saved_names
from ac_notebook.storage.database import open_database
from ac_notebook.storage.home import find_home
from ac_notebook.storage.seals import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ac_notebook.runs.connection import Connection
    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.run_entries import RunEntry

STATUSES = ("Queued", "Processing", "Successful", "Skipped", "Failed", "Canceled")
"""Of a run (spec L09). Queued: it asks about earlier runs and looks at its guard rails, and has sent nothing yet."""

COLUMNS = ("id", "export", "connection", "list", "status", "started", "took", "rows", *WORDS, "requests", "by")

_UNNAMED = 6
"""Digits that an export without a name is shown with."""


def runs(
    export: str | Export | None = None, *, connection: str | Connection | None = None, status: str | None = None
) -> pd.DataFrame:
    """Return the runs of all exports and kernels, the newest first; ``ac.report(id)`` tells more of each.

    All runs of a year are kept, and the last 100 of each export however old they are. A run whose process was killed is
    Failed, with what it had sent by then. Rehearsals of a connection (``conn.rehearse``) are in its history instead.

    Parameters
    ----------
    export
        Only runs of this export: its name, an :class:`Export`, or how the table calls one that was not saved.
    connection
        Only runs through this connection, or the one of this name (also under names that it had before).
    status
        Only runs with this status: Queued, Processing, Successful, Skipped, Failed or Canceled.

    Returns
    -------
    pandas.DataFrame
        id, export, connection, list, status, started (in UTC), took, rows, the rows by outcome (imported, accepted,
        unchanged, duplicate, rejected, refused, uncertain, not_sent, outside_segment), requests, by (the connection's
        owner). Blank is what was not kept. A record that is not as it was written says "damaged" and nothing else.

    Raises
    ------
    ConfigurationError
        When there is no run of that export or connection, or no such status; names the nearest.
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
    if status is not None and status not in STATUSES:
        msg = f"No run has the status {status!r}."
        raise ConfigurationError(msg, hint=did_you_mean(str(status), STATUSES))
    database = open_database(find_home())
    try:
        found = run_entries.entries(database, find_home())
        found = _of_export(found, export)
        found = _through(found, connection, database)
    finally:
        database.close()
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
    database = open_database(find_home())
    try:
        found = run_entries.entries(database, find_home())
        entry = _chosen(found, run)
        if entry.is_damaged:
            raise damaged(f"what is told of run {entry.run!r}")
        return _report(entry, [one for one in found if _is_same_export(one, entry)], database)
    finally:
        database.close()


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


def export_name(entry: RunEntry) -> str:
    """Return how a run's export is called: its name, or a word with which unsaved ones are told apart."""
    kind, _, name = entry.scope.identity.partition(":")
    return name if kind == "name" else f"unsaved {name[:_UNNAMED]}"


def _row(entry: RunEntry) -> list[Any]:
    if entry.is_damaged:
        return [entry.run, None, None, None, "damaged", *([None] * (len(COLUMNS) - 5))]
    counts = [entry.counts.get(word, 0) if entry.counts else None for word in WORDS]
    took = entry.ended - entry.started if entry.ended is not None and entry.started is not None else None
    return [
        entry.run, export_name(entry), entry.connection, entry.list_name or str(entry.scope.list), entry.state,
        entry.started, took, sum(entry.counts.values()) if entry.counts else None, *counts, entry.requests, entry.owner,
    ]  # fmt: skip


def _of_export(found: list[RunEntry], export: object) -> list[RunEntry]:
    if export is None:
        return found
    if isinstance(export, Export):
        return [entry for entry in found if entry.scope.identity == export.identity]
    if not isinstance(export, str):
        msg = f"runs() takes the name of an export, not a {type(export).__name__}."
        raise ConfigurationError(msg, hint='Write ac.runs("Spring newsletter").')
    return _named(found, export, export_name, "an export called")


def _through(found: list[RunEntry], connection: object, database: StateDatabase) -> list[RunEntry]:
    if connection is None:
        return found
    if isinstance(connection, str):
        names = saved_names(database)
        saved = load(database, connection) if connection in names else None
        made = {entry.origin for entry in found if entry.connection == connection} - {""}
        if saved is not None:
            made |= {_origin(saved)} - {""}
            return [entry for entry in found if entry.connection == connection or entry.origin in made]
        kept = [entry for entry in found if entry.origin in made]
        return kept or _named(found, connection, lambda entry: entry.connection, "a connection called")
    if not isinstance(connection, PlainConnection):
        msg = f"connection= takes a connection or its name, not a {type(connection).__name__}."
        raise ConfigurationError(msg, hint='Write ac.runs(connection="Marketing newsletter").')
    origin = _origin(connection)
    mine = (connection.name, connection.account)
    return [
        entry
        for entry in found
        if (origin and entry.origin == origin) or (not entry.origin and (entry.connection, entry.scope.account) == mine)
    ]


def _origin(connection: PlainConnection) -> str:
    return connection.created.isoformat() if connection.created is not None else ""


def _named(found: list[RunEntry], name: str, name_of: Callable[[RunEntry], str], what: str) -> list[RunEntry]:
    """Return the runs whose export or connection has a name; an error that names others when there are none."""
    kept = [entry for entry in found if not entry.is_damaged and name_of(entry) == name]
    if kept:
        return kept
    known = dict.fromkeys(name_of(entry) for entry in found if not entry.is_damaged)
    raise ConfigurationError(f"No run of {what} {quoted(name)} is known.", hint=did_you_mean(name, known))


def _chosen(found: list[RunEntry], run: object) -> RunEntry:
    """Return the run with an id, or with a beginning of one."""
    if not isinstance(run, str) or not run.strip():
        what = "an empty text" if isinstance(run, str) else f"a {type(run).__name__}"
        raise ConfigurationError(f"report() takes the id of a run, not {what}.", hint='Write ac.report("7f3a").')
    wanted = run.strip().casefold()
    fitting = [entry for entry in found if entry.run.casefold().startswith(wanted)]
    whole = [entry for entry in fitting if entry.run.casefold() == wanted]
    if len(fitting) == 1 or whole:
        return (whole or fitting)[0]
    if fitting:
        msg = f"{len(fitting)} runs begin with {quoted(run)}."
        raise ConfigurationError(msg, hint=f"There are: {', '.join(_in_words(entry) for entry in fitting[:8])}.")
    if not found:
        raise ConfigurationError(f"There is no run {quoted(run)}.", hint="None is kept yet.")
    near = nearest(wanted, [entry.run for entry in found])
    close = next((entry for entry in found if entry.run == near), None)
    hint = f"Did you mean {_in_words(close)}?" if close is not None else f"The newest is {_in_words(found[0])}."
    raise ConfigurationError(f"There is no run {quoted(run)}.", hint=f"{hint} ac.runs() shows all.")


def _is_same_export(one: RunEntry, other: RunEntry) -> bool:
    """Return whether two runs are of one export: a saved one may have been given another list or connection."""
    if one.scope.identity != other.scope.identity:
        return False
    return one.scope == other.scope or one.scope.identity.startswith("name:")


def _in_words(entry: RunEntry) -> str:
    when = f"{entry.started:%Y-%m-%d %H:%M}" if entry.started is not None else "damaged"
    return f"{entry.run} ({when})"


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
        run=entry.run, export=entry.scope.identity.partition("name:")[2],
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
