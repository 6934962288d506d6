"""What earlier runs are known by: what is written down of each, and what of it a new run is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ac_notebook.frames.fingerprints import fingerprints
from ac_notebook.model.guards import EARLIER_RUNS, REHEARSAL

if TYPE_CHECKING:
    from ac_notebook.runs.reach import Reach
    from ac_notebook.storage.earlier_runs import EarlierRun
    from ac_notebook.storage.journal import Journal, Scope

_LOOKED_AT = 1_000
"""Runs of one export, and of an account, that are looked at."""

_WENT_WELL = 0.9
"""Share of the contacts sent that arrived, of a run that went well."""


@dataclass(frozen=True, kw_only=True)
class History:
    """Earlier runs, the latest first.

    Parameters
    ----------
    of_scope
        Those of this export to this list.
    of_account
        All on this account.
    """

    of_scope: tuple[EarlierRun, ...] = ()
    of_account: tuple[EarlierRun, ...] = ()

    @property
    def ran_well(self) -> bool:
        """Whether this export went well before, with more rows than a rehearsal has."""
        return any(went_well(run) and number(run, "rows") >= REHEARSAL for run in self.of_scope)

    def usual(self, rail: str, segment: str) -> tuple[EarlierRun, ...]:
        """Return the last runs that a rail compares with: of the same segment, gone well, and no rehearsals.

        Fewer than a hundred rows are a rehearsal too, unless somebody allowed just that: then it is what is meant.

        Parameters
        ----------
        rail
            The guard rail's name.
        segment
            As in the facts of a run, see :func:`facts_of`.
        """
        comparable = (
            run
            for run in self.of_scope
            if went_well(run)
            and run.facts.get("segment") == segment
            and (number(run, "rows") >= REHEARSAL or rail in str(run.facts.get("passed", "")).split())
        )
        return tuple(run for run, _ in zip(comparable, range(EARLIER_RUNS), strict=False))


def history_of(journal: Journal, scope: Scope) -> History:
    """Return what the journal knows of earlier runs."""
    return History(
        of_scope=journal.earlier_runs(scope.account, scope=scope, most=_LOOKED_AT),
        of_account=journal.earlier_runs(scope.account, most=_LOOKED_AT),
    )


def went_well(run: EarlierRun) -> bool:
    """Return whether a run was whole and came to a good end: it was no rehearsal, and nine of ten contacts arrived.

    People whom an earlier run found to be refused do not count, when they are refused again.
    """
    if run.state not in ("Successful", "Skipped") or "rows" not in run.facts or run.facts.get("first") is not None:
        return False
    arrived = run.counts.get("imported", 0) + run.counts.get("accepted", 0)
    refused = min(run.counts.get("refused", 0), number(run, "refused_before"))
    return arrived >= _WENT_WELL * (number(run, "to_send") - refused)


def facts_of(reach: Reach, passed: tuple[str, ...] = ()) -> dict[str, int | str | bool | None]:
    """Return what is written down of a run, for later ones to be compared with. Never a value of a person.

    Parameters
    ----------
    reach
        What the run would touch.
    passed
        Guard rails that would have stopped it, and that were allowed.
    """
    facts: dict[str, int | str | bool | None] = {
        "list_name": reach.list_name,
        "rows": reach.rows,
        "to_send": reach.to_send,
        "first": reach.first,
        "segment": reach.segment,
        "export": reach.export,
        "inside": reach.inside,
        "frame": reach.frame,
        "cleared": sum(reach.cleared.values()),
        "passed": " ".join(passed),
    }
    facts |= {f"cleared {name}": count for name, count in reach.cleared.items()}
    return facts | {f"blank {name}": count for name, count in reach.blank.items()}


def number(run: EarlierRun, name: str) -> int:
    """Return one of a run's numbers; nought where it has none of that name."""
    value = run.facts.get(name)
    return value if isinstance(value, int) else 0


def segment_digest(words: str, key: bytes) -> str:
    """Return what a segment is known by: not its words, which may name somebody.

    Examples
    --------
    >>> segment_digest("", b"k")
    ''
    >>> segment_digest("points > 500", b"k") == segment_digest("points > 600", b"k")
    False
    """
    return f"{int(fingerprints([words.encode('utf-8', 'surrogatepass')], key)[0]):016x}" if words else ""
