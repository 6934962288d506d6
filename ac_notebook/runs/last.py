"""The report of the last run in this process, so that it is not lost with the exception that carried it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError

if TYPE_CHECKING:
    from ac_notebook.runs.report import Report


class LastReport:
    """Holds one report: that of the run that ended last, in whichever thread."""

    def __init__(self) -> None:
        self._report: Report | None = None

    def put(self, report: Report) -> Report:
        """Keep a report instead of the one before it, and return it."""
        self._report = report
        return report

    def refresh(self, report: Report) -> Report:
        """Keep a newer report instead of the one of the same run, but not instead of a later run's; return it."""
        if self._report is not None and self._report.run == report.run:
            self._report = report
        return report

    def get(self) -> Report:
        """Return the report.

        Raises
        ------
        ConfigurationError
            When there is none.
        """
        if self._report is None:
            msg = "No export has run in this kernel yet, so there is no report of one."
            raise ConfigurationError(msg, hint="Run one: df.activecampaign.export(…). It carries on where it stopped.")
        return self._report


ended = LastReport()
"""The only thing that this package keeps for a whole process: a person who stopped a run, or whose cell failed, asks
for its report afterwards, and no value of theirs holds it. It decides nothing: no run reads it."""


def last_report() -> Report:
    """Return the report of the last run in this kernel, also of one that was stopped or failed.

    Returns
    -------
    Report
        What became of every row, as the run left it. It is kept until the next run ends.

    Raises
    ------
    ConfigurationError
        When nothing has run in this kernel yet.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> customers = ac.sandbox.sample_customers(n=20, seed=1)
    >>> with ac.sandbox.start(speed=60) as sandbox:
    ...     report = ac.export(customers, connection=sandbox.connection, list="VIP", mapping={"email": "E-mail"})
    First run of this export: sending 19 rows.
    >>> ac.last_report() is report
    True
    """
    return ended.get()
