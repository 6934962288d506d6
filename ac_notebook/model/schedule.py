"""A schedule: when a saved export runs, and with what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When an export runs without a person, and with what data.

    Parameters
    ----------
    cron
        Five fields: minute, hour, day of the month, month, day of the week.
    timezone
        IANA name of the zone in which they are meant.
    data
        The file that ``ac-notebook run --due`` reads, with its whole path; "" for a notebook's schedule.
    reading
        How it is read: option and value.
    notebook
        The notebook that JupyterLab runs, with its whole path; "" for a file's schedule.
    job
        JupyterLab's number of the job definition; "" for a file's schedule.
    on_failure
        A command and its arguments that are told of a failure; none if empty.

    Examples
    --------
    >>> Schedule(cron="0 6 * * 1", timezone="Europe/Stockholm", data="/data/weekly.parquet").words
    '0 6 * * 1 Europe/Stockholm'
    """

    cron: str
    timezone: str
    data: str = ""
    reading: Mapping[str, Any] = field(default_factory=dict)
    notebook: str = ""
    job: str = ""
    on_failure: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The schedule as it is shown in a table."""
        return f"{self.cron} {self.timezone}"
