"""The guard rails of a run: what each stops, and the word that allows it; one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

When = Literal["before", "during"]

REHEARSAL = 100
"""Rows below which an earlier run counts as a rehearsal: it says nothing about what is usual."""

EARLIER_RUNS = 5
"""How many earlier runs a run is compared with, at the most."""

MANY_AUTOMATIONS = 1_000
"""People for whom automations may start without an earlier run with automations that went well."""

ROWS_APART = 500
"""Rows that a run may differ from earlier ones, however small these were."""

CLEARED = 100
"""Values that ``blank="clear"`` may empty without a comparison with earlier runs."""

LEAVERS_SHARE = 0.05
"""Share of an export's people who may leave at once, where they are more than :data:`LEAVERS`."""

LEAVERS = 500
"""People who may leave an export at once, whatever share they are, as long as they are no more than half."""

LEAVERS_HALF = 20
"""People of an export from whom on no more than half may leave at once."""

NEARLY_FULL = 0.9
"""Share of the contact limit above which a plan warns."""

MOST_LOOKED_UP = 50
"""Addresses that are looked up one by one before the contact limit stops a run, at the most."""


@dataclass(frozen=True, kw_only=True)
class GuardRail:
    """Something that stops a run before it can do harm, and that a person may allow by name.

    Parameters
    ----------
    name
        The word in ``allow={"…"}``.
    when
        ``"before"`` anything is sent, or ``"during"`` the run.
    stops
        What stops the run, in words.
    why
        What could go wrong.
    """

    name: str
    when: When = "before"
    stops: str
    why: str


_TABLE = (
    GuardRail(
        name="contact-limit",
        stops="the export may add more contacts than the account has room for",
        why="ActiveCampaign refuses the surplus, or bills for it and stops sending campaigns",
    ),
    GuardRail(
        name="automations",
        stops=f"run_automations=True for more than {MANY_AUTOMATIONS:,} people, the first time",
        why="what an automation has sent cannot be called back",
    ),
    GuardRail(
        name="list",
        stops="the list's name leads to another list than in the last run, or the list had another name then",
        why="people would come onto a list that they did not agree to; and of a list that was deleted and made again, "
        "ActiveCampaign has forgotten who unsubscribed",
    ),
    GuardRail(
        name="row-count",
        stops=f"more than twice or less than half as many rows as in the last {EARLIER_RUNS} runs that went well, "
        f"and more than {ROWS_APART} rows apart",
        why="a filter or a join has probably gone wrong",
    ),
    GuardRail(
        name="clearing",
        stops=f'blank="clear" empties more than {CLEARED} values, and far more than in the last {EARLIER_RUNS} runs '
        "that went well",
        why="a column that became blank by mistake would erase what ActiveCampaign has",
    ),
    GuardRail(
        name="leavers",
        stops=f"more than {LEAVERS_SHARE:.0%} and more than {LEAVERS} of an export's people, or more than half of "
        f"{LEAVERS_HALF} or more, would be unsubscribed or tagged at once",
        why="the frame or its segment is probably incomplete, and those people have not left",
    ),
    GuardRail(
        name="unsubscribing",
        stops="the first run of an export that would unsubscribe somebody (leavers=, withdrawn=, moved=)",
        why="it cannot be undone: ActiveCampaign lets no import subscribe those people to that list again",
    ),
    GuardRail(
        name="unreadable",
        when="during",
        stops="unsubscribing or tagging who left, while rows have no readable address and may be theirs",
        why="somebody whose address was only mistyped or lost would be taken off the list",
    ),
    GuardRail(
        name="canary",
        when="during",
        stops="more than 5 % of the first request's contacts were refused, those refused before not counted, "
        "on the first run above 1,000 rows",
        why="what is wrong with the first request is probably wrong with all",
    ),
    GuardRail(
        name="error-storm",
        when="during",
        stops="more than 10 % of the contacts asked about were refused, those refused before not counted, "
        "of 500 or more",
        why="the account is full, or the wrong people are being sent",
    ),
)

RIGHTS = "rights"
"""The word that allows a run though the key seems to lack a right: what is read of rights is not proof."""

GUARD_RAILS = {rail.name: rail for rail in _TABLE}
"""The table by name."""


def words_to_allow(names: Iterable[str]) -> str:
    """Return what to write so that some guard rails may be passed; those that were allowed before belong to it.

    Examples
    --------
    >>> words_to_allow({"row-count", "canary"})
    'allow={"canary", "row-count"}'
    """
    return f"allow={{{', '.join(map(_quoted, sorted(names)))}}}"


def _quoted(name: str) -> str:
    return f'"{name}"'
