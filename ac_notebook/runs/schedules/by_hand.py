"""A scheduled export, run by hand: with the file that its schedule reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError
from ac_notebook.runs.headless import note_failure, plan_of
from ac_notebook.storage.data.delimited import Dialect
from ac_notebook.storage.data.table import open_data

if TYPE_CHECKING:
    from ac_notebook.model.schedule import Schedule
    from ac_notebook.runs.export import Export
    from ac_notebook.runs.plan import Plan

_STATED = ("separator", "encoding", "decimal")


def plan_of_file(export: Export, schedule: Schedule) -> Plan:
    """Read the file of an export's schedule, and plan the export. Nothing is sent.

    Parameters
    ----------
    export
        The saved export.
    schedule
        Its schedule.

    Raises
    ------
    ConfigurationError
        When a notebook runs it, or the file cannot be read or planned.
    """
    if not schedule.data:
        msg = f"The export {export.name!r} is run by a notebook, and has no file that could be read."
        raise ConfigurationError(msg, hint="Run the notebook. Nothing was sent.")
    reading = schedule.reading
    dialect = Dialect(
        **{name: reading[name] for name in _STATED if name in reading}, types=dict(reading.get("dtype", {}))
    )
    with note_failure(export):
        return plan_of(export, open_data(schedule.data, form=reading.get("format"), dialect=dialect))
