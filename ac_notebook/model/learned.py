"""What a rehearsal found out about an account: which reading of the contract is true there, since when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ac_notebook.model.doubts import DOUBTS

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
    Nothing was proved on this account yet: connection.rehearse(…) finds out.
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
        if not self.findings:
            return "Nothing was proved on this account yet: connection.rehearse(…) finds out."
        lines = [f"Proved on this account ({len(self.findings)} of {len(DOUBTS)} doubts of the contract)"]
        lines += [f"  - {finding.words} ({finding.at:%Y-%m-%d})" for finding in self.findings]
        openly = [name for name in self.unproved if DOUBTS[name].can_be_settled]
        if openly:
            lines.append("Not proved, and a rehearsal may find out")
            lines += [f"  - {DOUBTS[name].question}: {DOUBTS[name].needs}" for name in openly]
        never = [name for name in self.unproved if not DOUBTS[name].can_be_settled]
        lines.append(f"Not proved, and no rehearsal finds out: {len(never)} doubts that exports do not depend on")
        return "\n".join(lines)


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
