"""What a rehearsal learned, as a value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ac_notebook.model.doubts import DOUBTS
from ac_notebook.model.learned import VERSION, Finding, Learned, learned_of, plain

THEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = THEN + timedelta(days=30)


def finding(name: str, position: str | int | bool, at: datetime = THEN) -> Finding:  # noqa: FBT001 - a reading
    """Return a finding."""
    return Finding(name=name, position=position, at=at)


def test_only_known_readings_are_findings() -> None:
    """A doubt that there is not, or a reading that it has not (also 1 for True), is no finding."""
    for name, position in (("nothing", 1), ("failure_index", 2), ("failure_index", True), ("failures_listed", 1)):
        with pytest.raises(ValueError, match="cannot be"):
            finding(name, position)
    with pytest.raises(ValueError, match="cannot be"):
        finding("batch_order", "any")  # no rehearsal finds out


def test_later_findings_take_the_place_of_earlier_ones() -> None:
    """What is found anew replaces what was found before; what is not stays, with its date."""
    before = Learned().with_findings([finding("failure_index", 1), finding("totals", "text")])
    after = before.with_findings([finding("failure_index", 0, LATER)])
    assert after.proved == {"failure_index": 0, "totals": "text"}
    assert (before.newest, after.newest) == (THEN, LATER)
    assert before.position("failure_index") == 1
    assert after.position("blank_in_import") is None
    with pytest.raises(KeyError):
        after.position("blanks")


def test_it_is_kept_and_read_again() -> None:
    """Every reading of every doubt is read as it was written."""
    for doubt in DOUBTS.values():
        for position in doubt.answers:
            learned = Learned().with_findings([finding(doubt.name, position)])
            read = learned_of(plain(learned))
            assert read == learned
            assert type(read.position(doubt.name)) is type(position)


def test_what_another_version_wrote_is_not_proved() -> None:
    """What is of another version, or no finding of this one, counts as not proved."""
    kept = plain(Learned().with_findings([finding("failure_index", 0)]))
    assert learned_of({**kept, "version": VERSION + 1}) == Learned()
    assert learned_of({**kept, "findings": [["failure_index"], ["totals", "text", "yesterday"], None]}) == Learned()
    assert learned_of(None) == learned_of({}) == Learned()


def test_it_is_shown_in_words() -> None:
    """The repr says what is proved, since when, what a rehearsal may still find out, and what none does."""
    shown = repr(Learned().with_findings([finding("failures_listed", position=False)]))
    assert "NOT listed among the failures: nobody is told who did not arrive. (2026-03-02)" in shown
    assert "what an empty name in an import does: an address that is no contact yet" in shown
    assert "29 doubts that exports do not depend on" in shown
