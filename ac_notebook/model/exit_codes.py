"""Codes that commands end with: one for what somebody, or a program that calls them, has to do; one table."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

DONE = 0
"""Every row that could be sent arrived."""

FAILED = 1
"""Something failed: the service, the network, this machine, or a bug."""

CONFIGURATION = 2
"""Something has to be changed first, or a guard rail stopped it; nothing was sent."""

ROWS = 3
"""Rows were refused, uncertain or unconfirmed, or too many were rejected."""

INTERRUPTED = 75
"""It was interrupted, or another run of the export is under way: try again (EX_TEMPFAIL of sysexits.h)."""

UNREAD = 141
"""Whoever read the answer had enough (128 and the number of SIGPIPE)."""


@dataclass(frozen=True, kw_only=True)
class ExitCode:
    """A code that a command ends with.

    Parameters
    ----------
    code
        The number.
    means
        What it says, of ``run`` first, then of commands that have no rows.
    what_to_do
        What whoever called the command does now.
    """

    code: int
    means: str
    what_to_do: str


_TABLE = (
    ExitCode(
        code=DONE,
        means="every row that could be sent arrived; audit found nothing",
        what_to_do="nothing",
    ),
    ExitCode(
        code=FAILED,
        means="it failed: ActiveCampaign, the network or this machine; audit found something",
        what_to_do="read the message, and run it again later: it carries on",
    ),
    ExitCode(
        code=CONFIGURATION,
        means="what was typed or saved is wrong, or a guard rail stopped it; nothing was sent",
        what_to_do="change what the message names; trying again does not help",
    ),
    ExitCode(
        code=ROWS,
        means="rows were refused, uncertain or unconfirmed, or too many were rejected (--max-rejected); all others "
        "arrived",
        what_to_do="look at the report (ac-notebook report ID), and correct the rows",
    ),
    ExitCode(
        code=INTERRUPTED,
        means="it was interrupted, or another run of the export is under way",
        what_to_do="try again: it carries on",
    ),
    ExitCode(
        code=UNREAD,
        means="whoever read the answer had enough (| head)",
        what_to_do="nothing",
    ),
)

EXIT_CODES = {entry.code: entry for entry in _TABLE}
"""The table by code."""


def in_words() -> str:
    r"""Return the table as the end of a help text.

    Examples
    --------
    >>> print("\n".join(in_words().splitlines()[:2]))
    exit codes:
      0    every row that could be sent arrived; audit found nothing
    """
    lines = [
        textwrap.fill(f"{entry.code:<4} {entry.means}", 78, initial_indent="  ", subsequent_indent=" " * 7)
        for entry in _TABLE
    ]
    return "\n".join(["exit codes:", *lines])
