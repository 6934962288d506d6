"""Named segments: shared by exports, counted, shown masked, compared with earlier runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError, StateError
from ac_notebook.model.segment import Segment as PlainSegment
from ac_notebook.runs.exports_table import find_export
from tests.runs.saved.weekly import MAPPING, people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ac_notebook import Connection

GOLD = ac.Segment("Gold", "points > 2")


@pytest.fixture
def gold(saved: Connection) -> ac.Export:
    """A saved export with a named segment."""
    return ac.Export("Weekly", connection=saved, list="Newsletter", mapping=MAPPING, segment=GOLD).save()


def test_several_exports_use_one_segment(gold: ac.Export, saved: Connection) -> None:
    """A segment that is changed is changed in all exports that use it, and each is told."""
    daily = ac.Export("Daily", connection=saved, list="VIP", mapping=MAPPING, segment=ac.Segment.named("Gold")).save()
    assert GOLD.exports == ("Daily", "Weekly")
    ac.Segment("Gold", "points > 3").save()
    for name in ("Daily", "Weekly"):
        assert find_export(name).segment == ac.Segment("Gold", "points > 3")
    assert people().activecampaign.validate("Daily").counts["outside_segment"] == 4
    table = ac.segments()
    assert table[["name", "condition", "exports"]].to_numpy().tolist() == [["Gold", "points > 3", "Daily, Weekly"]]
    assert daily.segment == GOLD  # a value stays what it was


def test_one_name_is_one_segment(gold: ac.Export, saved: Connection) -> None:
    """Another condition under the same name is refused where another export uses it; alone it may be changed."""
    other = ac.Export(
        "Daily", connection=saved, list="VIP", mapping=MAPPING, segment=ac.Segment("Gold", "points > 9")
    )  # fmt: skip
    with pytest.raises(ConfigurationError, match=r"'Gold' is 'points > 2' so far\. It is used by: 'Weekly'\.\n.*save"):
        other.save()
    assert [*ac.exports()["name"]] == ["Weekly"]
    changed = gold.edit(segment=ac.Segment("Gold", "points > 3"))
    assert ac.Segment.named("Gold").condition == "points > 3"
    assert changed == find_export("Weekly")
    with pytest.raises(ConfigurationError, match="used by: 'Weekly'"):
        GOLD.remove()
    changed.edit(segment=None)
    ac.Segment.named("Gold").remove()
    assert ac.segments().empty
    with pytest.raises(ConfigurationError, match="no segment called 'Gold'"):
        GOLD.remove()


def test_a_segment_is_found_with_the_nearest(gold: ac.Export) -> None:
    """A name with a slip of the pen is told with the nearest."""
    with pytest.raises(ConfigurationError, match=r"no segment called 'Golt'\.\nDid you mean 'Gold'\?"):
        ac.Segment.named("Golt")


def test_a_segments_name_is_no_condition(gold: ac.Export, saved: Connection) -> None:
    """Where a condition is written, the name of a saved segment is told, and how to use that."""
    frame = people().activecampaign
    plain = gold.edit(segment="Gold")
    calls: list[Callable[[], object]] = [
        lambda: frame.plan(plain), lambda: frame.validate("Weekly"), lambda: frame.validate(MAPPING, segment="Gold"),
        lambda: frame.export(connection=saved, list=4, mapping=MAPPING, segment="Gold"),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(ConfigurationError, match=r"saved segment of that name: segment=ac.Segment.named\('Gold'\)"):
            call()


def test_a_name_that_looks_like_another_is_refused(gold: ac.Export, saved: Connection) -> None:
    """Case and blanks tell no two segments apart, neither saved by themselves nor with an export."""
    for name in ("gold", "GOLD", "\uff27old"):
        other = ac.Segment(name, "points > 9")
        with pytest.raises(ConfigurationError, match="Another segment is called 'Gold'"):
            other.save()
        with pytest.raises(ConfigurationError, match="Another segment is called 'Gold'"):
            ac.Export("Daily", connection=saved, list=4, mapping=MAPPING, segment=other).save()
    assert ac.segments()["name"].tolist() == ["Gold"]
    assert ac.exports()["name"].tolist() == ["Weekly"]


@pytest.mark.parametrize("rows", [-1, 1.5, "x", None, True])
def test_a_preview_has_a_number_of_rows(rows: Any) -> None:
    """Anything else is a sentence."""
    with pytest.raises(ConfigurationError, match="A preview has a number of rows"):
        people().activecampaign.segment("points > 2").preview(rows)


@pytest.mark.parametrize("given", ["Gold", GOLD, "points > 2", PlainSegment("Other", "points > 2")])
def test_what_a_segment_chooses(gold: ac.Export, given: Any) -> None:
    """Count, the exports that use it, and the first rows, masked unless clear is said; nothing is sent."""
    frame = people()
    before = frame.copy(deep=True)
    found = frame.activecampaign.segment(given)
    assert (found.count, found.rows, found.exports) == (2, 5, ("Weekly",))
    assert "Rows: 2 of 5 (40.0%)" in repr(found)
    shown = found.preview()
    assert shown["mail"].tolist() == ["p…@e….org", "p…@e….org"]
    assert shown["points"].tolist() == ["3…", "4…"]
    assert list(shown.index) == [3, 4]
    assert "person." not in repr(found) + repr(shown) + (found._repr_html_() or "")
    assert found.preview(1, clear=True)["mail"].tolist() == ["person.3@example.org"]
    found.first.iloc[0, 0] = "changed"
    assert frame.equals(before)


def test_a_condition_that_does_not_fit_is_a_sentence() -> None:
    """A name that is neither a segment nor a column is told as both; a segment is a text or ac.Segment."""
    with pytest.raises(ConfigurationError, match=r"There is no saved segment of that name either"):
        people().activecampaign.segment("Gold")
    with pytest.raises(ConfigurationError, match="Did you mean 'points'"):
        people().activecampaign.segment(ac.Segment("Gold", "pionts > 3"))
    wrong: Any = [True]
    with pytest.raises(ConfigurationError, match=r"given by its name, as ac\.Segment or as a condition, not as a list"):
        people().activecampaign.segment(wrong)
    with pytest.raises(ConfigurationError, match="pandas DataFrame"):
        ac.segment(wrong, "points > 3")


def test_the_trend_over_runs(gold: ac.Export, saved: Connection) -> None:
    """How many rows it chose in each run, of any export, whatever it was called then; another condition is another."""
    for count in (5, 8, 7):
        people(count).activecampaign.export(gold)
    other = ac.Export("Daily", connection=saved, list="VIP", mapping=MAPPING, segment="points > 2").save()
    people(9).activecampaign.export(other)
    people(9).activecampaign.export(connection=saved, list="VIP", mapping=MAPPING, segment="points > 2")
    people(9).activecampaign.export(connection=saved, list="VIP", mapping=MAPPING, segment="points > 3")
    trend = people(6).activecampaign.segment("Gold").trend
    assert trend["rows"].tolist() == [2, 5, 4, 6, 6]
    assert trend["of"].tolist() == [5, 8, 7, 9, 9]
    assert trend["export"].tolist() == ["Weekly", "Weekly", "Weekly", "Daily", ""]
    assert trend["list"].tolist() == ["Newsletter"] * 3 + ["VIP"] * 2
    assert "2 → 5 → 4 → 6 → 6 → now 3" in repr(people(6).activecampaign.segment(GOLD))
    assert ac.segments().loc[0, "trend"] == "2 → 5 → 4 → 6 → 6"
    renamed = gold.edit(segment=ac.Segment("Best", "points > 2"))
    assert people(6).activecampaign.segment("Best").trend["rows"].tolist() == [2, 5, 4, 6, 6]
    assert renamed.segment == find_export("Weekly").segment


def test_an_empty_or_suddenly_tiny_segment_is_told(gold: ac.Export, saved: Connection) -> None:
    """By the segment itself, by a plan of another export with it, and by the run, which does not begin."""
    people(1_000).activecampaign.export(gold)
    assert people(900).activecampaign.segment("Gold").warnings == ()
    (said,) = people(20).activecampaign.segment("Gold").warnings
    assert "chooses 17 rows; in the last run with it of 'Weekly' (2026-03-02) there were 997 of 1,000" in said
    (said,) = people(2).activecampaign.segment("Gold").warnings
    assert "No row is in the segment; in the last run with it there were 997" in said
    with pytest.raises(ConfigurationError, match=r"No row is in the segment \(Gold: points > 2\)"):
        people(2).activecampaign.export(gold)
    own = people(20).activecampaign.plan(gold)
    assert any("row-count" in warning for warning in own.warnings)
    assert not any("in the last run with it" in warning for warning in own.warnings)
    other = ac.Export("Daily", connection=saved, list="VIP", mapping=MAPPING, segment=GOLD).save()
    plan = people(20).activecampaign.plan(other)
    assert any("The segment chooses 17 rows; in the last run with it" in warning for warning in plan.warnings)
    assert "Segment: Gold: points > 2 (17 of 20 rows)" in repr(plan)


def test_a_segment_by_another_name_is_compared_with_the_same_runs(gold: ac.Export) -> None:
    """Guard rails know a segment by its condition."""
    people(1_000).activecampaign.export(gold)
    renamed = gold.edit(segment=ac.Segment("Best", "points > 2"))
    assert any("row-count" in warning for warning in people(20).activecampaign.plan(renamed).warnings)
    plain = gold.edit(segment="points > 2")
    assert any("row-count" in warning for warning in people(20).activecampaign.plan(plain).warnings)


def test_a_changed_segment_is_not_believed(gold: ac.Export, home: Path) -> None:
    """What was changed past the package sends to nobody."""
    with closing(sqlite3.connect(home / "state.sqlite3")) as database, database:
        database.execute("UPDATE segments SET condition = 'points > 0'")
    for call in (
        ac.segments,
        ac.exports,
        lambda: ac.Segment.named("Gold"),
        lambda: people().activecampaign.plan("Weekly"),
    ):
        with pytest.raises(StateError, match=r"'(Gold|Weekly)'"):
            call()


def test_a_condition_that_names_somebody_is_told(gold: ac.Export, home: Path) -> None:
    """It is kept as it was typed, in the database of this user alone; a key is refused."""
    with pytest.warns(UserWarning, match="looks like an e-mail address, as it is typed in the segment 'Ann'") as told:
        ac.Segment("Ann", "mail == 'ann@mail.se'").save()
    assert told[0].filename == __file__
    with pytest.warns(UserWarning, match="in the export 'Weekly'") as told:
        gold.edit(segment="mail == 'ann@mail.se'")
    assert told[0].filename == __file__
    assert (home / "state.sqlite3").stat().st_mode & 0o777 == 0o600


def test_odd_cells_are_masked() -> None:
    """Whatever is in a cell, a preview shows no more of it than its shape, and asks no object for words."""

    class Odd:
        def __str__(self) -> str:
            raise AssertionError

        __repr__ = __str__

    frame = pd.DataFrame({"a": [1, 2], "odd": [Odd(), ["ann@mail.se"]], "none": [None, pd.NA], "x": ["Ann", b"Ann"]})
    shown = frame.activecampaign.segment("a > 0").preview()
    assert shown.to_numpy().tolist() == [["1…", "<Odd>", "", "A…"], ["2…", "<list>", "", "<bytes>"]]


@pytest.mark.parametrize(
    ("name", "condition"), [("", "a"), (5, "a"), ("a\nb", "a"), ("x", ""), ("x", 5), ("x", None), ("x", "a\ud800")]
)
def test_what_can_be_no_segment_is_a_sentence(name: Any, condition: Any) -> None:
    """Refused when it is made."""
    with pytest.raises(ConfigurationError):
        ac.Segment(name, condition)
