"""What a rehearsal found out about an account: which reading of the contract is true there, since when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ac_notebook.model.doubts import DOUBTS
from ac_notebook.model.markup import details, h

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ac_notebook.model.doubts import Position

VERSION = 1
"""Of the form in which it is kept, and of what its words mean; what another version wrote counts as not proved."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One doubt that was settled.

    Parameters
    ----------
    name
        The doubt.
    position
        Which reading is true.
    at
        When that was seen.
    """

    name: str
    position: Position
    at: datetime

    def __post_init__(self) -> None:
        doubt = DOUBTS.get(self.name)
        known = doubt.answers if doubt is not None else {}
        if not any(self.position == known_one and type(self.position) is type(known_one) for known_one in known):
            msg = f"{self.name!r} cannot be {self.position!r}."
            raise ValueError(msg)

    @property
    def words(self) -> str:
        """What it means, in a sentence."""
        return DOUBTS[self.name].answers[self.position]


@dataclass(frozen=True, repr=False)
class Learned:
    """What rehearsals found out about an account.

    Parameters
    ----------
    findings
        What was settled, one for each doubt at the most.

    Examples
    --------
    >>> Learned()
    Nothing was proved on this account yet: connection.rehearse(…) finds out; rehearsal.connection knows it then.
    """

    findings: tuple[Finding, ...] = field(default=())

    def position(self, name: str) -> Position | None:
        """Return which reading of a doubt is true here, None where that is not proved.

        Raises
        ------
        KeyError
            When there is no such doubt.
        """
        if name not in DOUBTS:
            raise KeyError(name)
        return next((finding.position for finding in self.findings if finding.name == name), None)

    @property
    def proved(self) -> dict[str, Position]:
        """What is proved: which reading of each doubt is true."""
        return {finding.name: finding.position for finding in self.findings}

    @property
    def unproved(self) -> dict[str, str]:
        """What is not proved: each doubt's name with what it would take."""
        proved = self.proved
        return {doubt.name: doubt.needs for doubt in DOUBTS.values() if doubt.name not in proved}

    @property
    def newest(self) -> datetime | None:
        """When the newest finding was made."""
        return max((finding.at for finding in self.findings), default=None)

    def with_findings(self, findings: Iterable[Finding]) -> Learned:
        """Return these with others in addition, or in the place of what was found before."""
        every = {finding.name: finding for finding in (*self.findings, *findings)}
        return Learned(tuple(every[name] for name in DOUBTS if name in every))

    def without(self, names: Collection[str]) -> Learned:
        """Return these without what was found of some doubts: it has turned out to be not so, or not always."""
        return Learned(tuple(finding for finding in self.findings if finding.name not in names))

    def __repr__(self) -> str:
        lines = [self._title]
        for summary, entries in self._lists(dated=True):
            lines += [f"  {summary}", *(f"    - {entry}" for entry in entries)]
        return "\n".join([*lines, *([f"  {_NEVER}"] if self.findings else [])])

    def _repr_html_(self) -> str:
        lists = "".join(details(word, lines, is_open=word == _PROVED) for word, lines in self._lists(dated=False))
        never = f"<div>{h(_NEVER)}</div>" if self.findings else ""
        return f"<div><p><b>{h(self._title)}</b></p>{lists}{never}</div>"

    @property
    def _title(self) -> str:
        newest = self.newest
        if newest is None:
            return _NOTHING
        few = sum(DOUBTS[finding.name].can_be_settled for finding in self.findings)
        return f"Proved on this account: {few} of {_CAN_BE_SETTLED} doubts, the newest on {newest:%Y-%m-%d}"

    def _lists(self, *, dated: bool) -> list[tuple[str, list[str]]]:
        """Return what is proved and what may be, under headings; nothing where all of it is open.

        Parameters
        ----------
        dated
            Whether each finding has its date, or only those that are not of the newest's day.
        """
        if not self.findings:
            return []
        openly = [DOUBTS[name] for name in self.unproved if DOUBTS[name].can_be_settled]
        lists = [
            (_PROVED, [self._dated(finding, always=dated) for finding in self.findings]),
            (_MAY_BE, [f"{doubt.question}: {doubt.needs}" for doubt in openly]),
        ]
        return [entry for entry in lists if entry[1]]

    def _dated(self, finding: Finding, *, always: bool) -> str:
        is_older = self.newest is not None and finding.at.date() != self.newest.date()
        return f"{finding.words} ({finding.at:%Y-%m-%d})" if always or is_older else finding.words


_NOTHING = (
    "Nothing was proved on this account yet: connection.rehearse(…) finds out; rehearsal.connection knows it then."
)
_PROVED, _MAY_BE = "Proved", "Not proved, and what a rehearsal would need to find out"
_CAN_BE_SETTLED = sum(doubt.can_be_settled for doubt in DOUBTS.values())
_NEVER = f"Not proved, and no rehearsal finds out: {len(DOUBTS) - _CAN_BE_SETTLED} doubts that exports do not depend on"


def plain(learned: Learned) -> dict[str, Any]:
    """Return it as JSON holds it."""
    rows = [[finding.name, finding.position, finding.at.isoformat()] for finding in learned.findings]
    return {"version": VERSION, "findings": rows}


def learned_of(kept: Mapping[str, Any] | None) -> Learned:
    """Return what :func:`plain` wrote; what another version of it wrote, or is no finding of this one, is left out.

    Examples
    --------
    >>> learned_of({"version": VERSION, "findings": [["failure_index", 7, "2026-03-02T09:00:00+00:00"]]}).proved
    {}
    """
    if not kept or kept.get("version") != VERSION:
        return Learned()
    found = []
    for row in kept.get("findings", ()):
        try:
            name, position, at = row
            found.append(Finding(name=name, position=position, at=datetime.fromisoformat(at)))
        except (ValueError, TypeError):
            continue
    return Learned().with_findings(found)
