"""I1 to I10, asserted after each run against what the sandbox holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ac_notebook as ac
    from tests.faults.schedules.account import Account, Scope
    from tests.faults.schedules.people import Values
    from tests.faults.schedules.road import Record

_SOON = 5.0
"""Seconds after a sleep in which nothing is caught up with; later a delay of a few seconds may be."""

_NOTHING_SENT = ("not_sent", "rejected", "unchanged", "outside_segment")


def one_outcome_each(report: ac.Report, rows: int) -> None:
    """I1: each row has exactly one outcome, and the counts add up."""
    assert len(report.outcome) == rows
    assert report.outcome.notna().all()
    assert report.counts.sum() == rows
    assert report.counts.to_dict() == report.outcome.value_counts().reindex(report.counts.index).to_dict()


def no_false_word(
    report: ac.Report, rows: list[str], wanted: dict[str, Values], account: Account,
    queued: dict[str, tuple[int, str]], scope: Scope, run: int,
) -> None:  # fmt: skip
    """I2, I5: whoever is called imported or unchanged is there; whoever is called not sent was not sent."""
    held = account.held(scope[1])
    for address, outcome in zip(rows, report.outcome.astype(str), strict=True):
        last = queued.get(address, (0, ""))[0]
        was_queued = last == run
        if outcome in ("imported", "unchanged"):
            assert last, f"I2: {outcome}, and never queued"
            assert was_queued == (outcome == "imported"), f"I2: {outcome}, and queued by run {last} of {run}"
            if account.has(scope[1]) and not account.is_touched(scope, address, last):
                assert address in held, f"I2: {outcome}, and not there"
                assert held[address] == wanted[address], f"I2: {outcome}, with another value"
        elif outcome == "accepted":
            assert was_queued, "I2: accepted, and never queued"
        elif outcome in _NOTHING_SENT:
            assert not was_queued, f"I1: {outcome}, and queued"


def nobody_harmed(account: Account, record: Record) -> None:
    """Nobody becomes active who must not be; no automation starts that was not asked for; nobody is there twice."""
    assert not account.harmed(), "somebody is active who must not be"
    there = account.addresses()
    assert len(there) == len(set(there))
    for source in account.started():
        batch = source.removeprefix("import ")
        assert record.automated.get(batch, True), "I3: an automation was started by an export without automations"


def bounded(seconds: float, imports: int, *, rows: int) -> None:
    """I10: what a run takes beyond what others made it wait, and how often it asked, stay below a bound."""
    assert seconds < 2 * 3_600, f"I10: {seconds:.0f} s"
    assert imports < 40 + 8 * rows, f"I10: {imports} imports"


def paced_after_a_leap(starts: list[tuple[float, bool]], leapt: float | None) -> None:
    """F53: after a laptop's sleep imports are begun one after the other, not in a burst."""
    if leapt is None:
        return
    after = [moment for moment, is_import in starts if is_import and 0 <= moment - leapt < _SOON]
    # The first may have been due before: it was about to leave when the lid was closed. And one that the limit of a
    # second held up for a moment is followed sooner by the next.
    schedule = (after[0] + 0.55 * (number - 1) for number in range(len(after)))
    assert all(moment >= due for moment, due in zip(after, schedule, strict=True)), "F53: a burst"
