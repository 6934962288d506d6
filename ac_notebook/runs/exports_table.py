"""The saved exports as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ac_notebook.model.segment import Segment
from ac_notebook.remote.clock import SystemClock
from ac_notebook.runs.schedules.words import in_table
from ac_notebook.runs.show import duration
from ac_notebook.runs.stored import opened
from ac_notebook.runs.tables import Table
from ac_notebook.storage import connections, schedules
from ac_notebook.storage import exports as kept
from ac_notebook.storage.latest_runs import latest_runs

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.model.connection import Connection as PlainConnection
    from ac_notebook.storage.exports import SavedExport
    from ac_notebook.storage.latest_runs import LatestRun

COLUMNS = (
    "name", "type", "connection", "list", "segment", "status", "refreshed", "refreshed at", "schedule",
    "last updated", "by",
)  # fmt: skip


def exports() -> pd.DataFrame:
    """Return the saved exports as a table.

    Returns
    -------
    pandas.DataFrame
        name, type (of the account), connection ("no connection" where that was removed), list, segment, status (how
        the last run ended, "never run" before the first), refreshed (how long ago that began), refreshed at (when, in
        UTC), schedule (and why it is paused, where it is), last updated (when the definition was changed), by (whom).

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
    with opened() as database:
        saved = kept.read(database)
        used = {one.export.connection for one in saved} & {*connections.saved_names(database)}
        reached = {name: connections.load(database, name) for name in used}
        latest = latest_runs(database)
        plans = {plan.identity: plan for plan in schedules.read(database)}
    now = SystemClock().now()
    rows = [
        _row(one, reached.get(one.export.connection), latest, now, in_table(plans.get(one.export.identity)))
        for one in saved
    ]
    table = Table(rows, columns=list(COLUMNS), dtype=object)
    return table.assign(**{name: pd.to_datetime(table[name], utc=True) for name in ("refreshed at", "last updated")})


def _row(
    saved: SavedExport, connection: PlainConnection | None, latest: dict[tuple[str, str], LatestRun], now: datetime,
    plan: str,
) -> tuple[object, ...]:  # fmt: skip
    export = saved.export
    ran = [run for (identity, account), run in latest.items() if identity == export.identity]
    if connection is not None:
        ran = [run for run in [latest.get((export.identity, connection.account))] if run is not None]
    run = max(ran, key=lambda run: run.started, default=None)
    return (
        export.name,
        "" if connection is None else "ActiveCampaign sandbox" if connection.is_sandbox else "ActiveCampaign",
        "no connection" if connection is None else connection.name,
        export.list,
        export.segment.name if isinstance(export.segment, Segment) else export.segment or "",
        "never run" if run is None else run.state,
        "" if run is None else _ago(run.started, now),
        None if run is None else run.started,
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
