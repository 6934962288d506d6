"""The saved exports as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ac_notebook.errors import ConfigurationError, quoted
from ac_notebook.model.segment import Segment
from ac_notebook.remote.clock import SystemClock
from ac_notebook.runs.export import Export
from ac_notebook.runs.schedules.words import in_table
from ac_notebook.runs.show import duration
from ac_notebook.runs.stored import opened
from ac_notebook.runs.tables import Table
from ac_notebook.storage import connections, run_entries, schedules
from ac_notebook.storage import exports as kept
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.model.connection import Connection as PlainConnection
    from ac_notebook.storage.exports import SavedExport
    from ac_notebook.storage.run_entries import RunEntry

COLUMNS = (
    "name", "type", "connection", "list", "segment", "status", "refreshed", "refreshed at", "schedule",
    "last updated", "by",
)  # fmt: skip


def exports() -> pd.DataFrame:
    """Return the saved exports as a table.

    Returns
    -------
    pandas.DataFrame
        name, type (of the account), connection ("no connection" where that was removed), list, segment, status (of
        the last run, as ``ac.runs()`` has it; "never run" before the first), refreshed (how long ago that began),
        refreshed at (when, in UTC), schedule (and why it is paused, where it is), last updated (when the definition was
        changed), by (whom).

    Examples
    --------
    >>> import ac_notebook as ac
    >>> with ac.sandbox.start() as sandbox:
    ...     demo = sandbox.connection.replace(name="Demo").save()
    ...     weekly = ac.Export("Weekly", connection=demo, list="Newsletter", mapping={"email": "E-mail"}).save()
    Saved the export 'Weekly', through 'Demo'. The list is 'Newsletter' (id 4, 0 subscribers). Nothing was sent.
    >>> ac.exports()[["name", "connection", "list", "status"]]
         name connection        list     status
    0  Weekly       Demo  Newsletter  never run
    """
    return described()[0]


def described() -> tuple[Table, tuple[str, ...]]:
    """Return the table of the saved exports, and what each of them is remembered under, whatever it is called."""
    with opened() as database:
        saved = kept.read(database)
        used = {one.export.connection for one in saved} & {*connections.saved_names(database)}
        reached = {name: connections.load(database, name) for name in used}
        latest = run_entries.latest(run_entries.entries(database, find_home()))
        plans = {plan.identity: plan for plan in schedules.read(database)}
    now = SystemClock().now()
    rows = [
        _row(one, reached.get(one.export.connection), latest, now, in_table(plans.get(one.export.identity)))
        for one in saved
    ]
    table = Table(rows, columns=list(COLUMNS), dtype=object)
    moments = {name: pd.to_datetime(table[name], utc=True) for name in ("refreshed at", "last updated")}
    return Table(table.assign(**moments)), tuple(one.export.identity for one in saved)


def remembered_as(identity: str, name: str) -> Export:
    """Return the saved export that is remembered under an identity.

    Parameters
    ----------
    identity
        As :func:`described` gives it.
    name
        What it was called.

    Raises
    ------
    ConfigurationError
        When it is saved no more.
    """
    with opened() as database:
        found = kept.find_by_identity(database, identity)
    if found is None:
        msg = f"The export {quoted(name)} was removed meanwhile."
        raise ConfigurationError(msg, hint="ac.exports() lists those that are saved. Nothing was changed or sent.")
    return Export.of(found.export, saved=found)


def _row(
    saved: SavedExport, connection: PlainConnection | None, latest: dict[tuple[str, str], RunEntry], now: datetime,
    plan: str,
) -> tuple[object, ...]:  # fmt: skip
    export = saved.export
    ran = (run for (identity, _), run in latest.items() if identity == export.identity)
    run = latest.get((export.identity, connection.account)) if connection is not None else next(ran, None)
    began = None if run is None else run.started
    return (
        export.name,
        "" if connection is None else "ActiveCampaign sandbox" if connection.is_sandbox else "ActiveCampaign",
        "no connection" if connection is None else connection.name,
        export.list,
        export.segment.name if isinstance(export.segment, Segment) else export.segment or "",
        "never run" if run is None else run.state,
        "" if began is None else _ago(began, now),
        began,
        plan,
        saved.updated,
        saved.updater,
    )


def _ago(then: datetime, now: datetime) -> str:
    seconds = (now - then).total_seconds()
    days = int(seconds // 86_400)
    if days >= 1:
        return f"{days:,} {'day' if days == 1 else 'days'} ago"
    return f"{duration(max(seconds, 0.0))} ago"
