"""An export that a notebook on JupyterLab's schedule cannot do: paused when that lasts, as one of a file is.

JupyterLab runs a notebook again and again whatever becomes of it, and nobody looks. Who does notice is the export.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ac_notebook.errors import ActiveCampaignError
from ac_notebook.remote.clock import SystemClock
from ac_notebook.runs.export_value import ExportValue
from ac_notebook.runs.schedules import lab
from ac_notebook.runs.schedules.failures import FAILURES_TO_PAUSE, kind_of, lasts, why_paused
from ac_notebook.runs.stored import opened
from ac_notebook.storage import exports, schedules
from ac_notebook.storage.database import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.storage.schedules import SavedSchedule


@contextmanager
def noticed(definition: object) -> Iterator[None]:
    """Pause the notebook's schedule of an export whose failure lasts, when its last runs have failed, too.

    Parameters
    ----------
    definition
        A saved export, by its name or as a value; anything else has no schedule.
    """
    try:
        yield
    except ActiveCampaignError as error:
        if lasts(kind_of(error)):
            with suppress(ActiveCampaignError):  # what led here says more
                _pause(definition, kind_of(error))
        raise


def _pause(definition: object, kind: str) -> None:
    saved = _of_notebook(definition)
    if saved is None or saved.paused or lab.failed_before(saved.schedule, saved.since) < FAILURES_TO_PAUSE - 1:
        return
    lab.set_active(saved.schedule, active=False)
    reason = why_paused(FAILURES_TO_PAUSE, kind)
    with opened() as database, transaction(database):
        if schedules.find(database, saved.identity) == saved:
            schedules.keep(database, saved.replace(paused=SystemClock().now(), reason=reason))


def _of_notebook(definition: object) -> SavedSchedule | None:
    name = str(definition.name) if isinstance(definition, ExportValue) else definition
    if not isinstance(name, str):
        return None
    with opened() as database:
        found = exports.find(database, name)
        saved = schedules.find(database, found.export.identity) if found is not None else None
    return saved if saved is not None and saved.schedule.notebook else None
