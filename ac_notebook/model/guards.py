"""The guard rails of a run: what each stops, and the word that allows it; one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class GuardRail:
    """Something that stops a run before it can do harm, and that a person may allow by name.

    Parameters
    ----------
    name
        The word in ``allow={"…"}``.
    stops
        What stops the run, in words.
    why
        What could go wrong.
    """

    name: str
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
        stops="run_automations=True for more than 1,000 people, the first time",
        why="what an automation has sent cannot be called back",
    ),
    GuardRail(
        name="list",
        stops="the name of the list leads to another list than in the last run, or the list has another name",
        why="people would come onto a list that they did not agree to, and opt-outs of the old list are forgotten",
    ),
    GuardRail(
        name="row-count",
        stops="many more or many fewer rows to export than in earlier runs that went well",
        why="a filter or a join has probably gone wrong",
    ),
    GuardRail(
        name="canary",
        stops="more than 5 % of the first request's contacts were refused, on the first run above 1,000 rows",
        why="what is wrong with the first request is probably wrong with all",
    ),
    GuardRail(
        name="error-storm",
        stops="more than 10 % of the contacts asked about were refused, of 500 or more",
        why="the account is full, or the wrong people are being sent",
    ),
    GuardRail(
        name="clearing",
        stops='blank="clear" empties more than 100 values, and many more than in earlier runs that went well',
        why="a column that became blank by mistake would erase what ActiveCampaign has",
    ),
)

GUARD_RAILS = {rail.name: rail for rail in _TABLE}
"""The table by name."""
