"""Saved exports with schedules, in virtual time, and what runs them in tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import ac_notebook as ac
from ac_notebook.runs.schedules.running import run_due
from ac_notebook.runs.stored import opened
from ac_notebook.storage import schedules

if TYPE_CHECKING:
    from ac_notebook.runs.export import Export
    from ac_notebook.runs.schedules.due import Due
    from ac_notebook.runs.schedules.running import Ran
    from ac_notebook.runs.schedules.telling import Told
    from ac_notebook.storage.schedules import Occasion
    from tests.virtual import VirtualClock

DAY = 86_400.0


def saved(connection: ac.Connection, name: str = "Weekly", *, reached_as: str = "Demo") -> Export:
    """A saved export."""
    demo = connection.replace(name=reached_as).save()
    return ac.Export(name, connection=demo, list="Newsletter", mapping={"email": "E-mail"}).save()


def daily(connection: ac.Connection, name: str = "Weekly", cron: str = "0 6 * * *", **more: Any) -> Export:
    """A saved export with a schedule; the file it reads is this one, which nobody reads."""
    made = saved(connection, name)
    made.schedule(cron, **{"timezone": "Europe/Stockholm", "data": __file__, "format": "csv", **more})
    return made


def go_to(clock: VirtualClock, text: str) -> None:
    """Let time pass until a moment, in UTC."""
    ahead = datetime.fromisoformat(text).replace(tzinfo=UTC) - clock.now()
    assert ahead > timedelta()
    clock.sleep(ahead.total_seconds())


class Runs:
    """Stands in for what runs an export: remembers what it was asked for, and ends as it is told.

    Parameters
    ----------
    clock
        The time.
    ends
        How the next runs end, one after the other: an exit code, or an error; the last one for ever.
    """

    def __init__(self, clock: VirtualClock, *ends: int | BaseException | None) -> None:
        self.clock = clock
        self.ends = [*ends] or [0]
        self.asked: list[Due] = []
        self.told: list[Told] = []

    def __call__(self, due: Due) -> int | None:
        self.asked.append(due)
        self.clock.sleep(60)
        end = self.ends.pop(0) if len(self.ends) > 1 else self.ends[0]
        if isinstance(end, BaseException):
            raise end
        return end

    def call(self) -> list[Ran]:
        """Call ``--due`` once."""
        return run_due(self, clock=self.clock, on_failure=self.told.append)

    @property
    def moments(self) -> list[str]:
        """The moments for which something was run."""
        return [f"{due.moment:%Y-%m-%d %H:%M}" for due in self.asked]


def occasions(export: Export) -> list[Occasion]:
    """What is remembered of an export's due moments, the latest first."""
    assert export.saved is not None
    with opened() as database:
        return schedules.occasions(database, export.saved.export.identity)
