"""The parts of an export form: rows, tags, options, guard rails and the name."""

from __future__ import annotations

from typing import Any

import ipywidgets
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.forms.base.form import Form
from ac_notebook.forms.base.texts import words_for
from ac_notebook.forms.base.worker import at_once
from ac_notebook.forms.exporting.option_words import option_words
from ac_notebook.forms.exporting.options_part import OptionsPart
from ac_notebook.forms.exporting.rails_part import RailsPart
from ac_notebook.forms.exporting.segment_part import SegmentPart
from ac_notebook.forms.exporting.tags_part import TagsPart
from tests.forms.export_forms import customers, form_of, weekly
from tests.forms.holder import widgets

FRAME = pd.DataFrame({"points": range(5_000), "city": ["Lund", "Malmö"] * 2_500})
HOSTILE = ["<img src=x onerror=alert(1)>", "$\\alpha$", "a\u202eb", "x" * 5_000, "'\"&amp;"]


class Whole(Form):
    """A form for one part."""

    def __init__(self) -> None:
        super().__init__(language="en", spawn=at_once)
        self.changes = 0

    def code(self) -> str:
        return ""

    def changed(self) -> None:
        self.changes += 1


@pytest.fixture
def whole() -> Whole:
    """A form that counts what a person changes."""
    return Whole()


def _segment(whole: Whole, frame: pd.DataFrame = FRAME) -> SegmentPart:
    part = SegmentPart(whole, frame, changed=whole.changed)
    part.begin()
    return part


def test_rows_of_a_condition_are_counted(whole: Whole) -> None:
    """A condition shows at once how many rows it chooses; so does all rows."""
    part = _segment(whole)
    assert part.note == "All rows: 5,000"
    part.choice.value = "own"
    assert part.value is None
    assert not part.is_complete
    assert list(part.problems) == ["Type the condition of the segment, or choose all rows."]
    part.condition.value = " points >= 3766 "
    assert part.note == "1,234 of 5,000 rows (24.7 %)"
    assert part.value == "points >= 3766"
    part.name.value = "Gold"
    assert part.value == ac.Segment("Gold", "points >= 3766")
    part.choice.value = "all"
    assert part.value is None
    assert not part.problems
    assert whole.changes == 4


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("pionts > 5", "points"),
        ("points >", "condition"),
        ("points.to_csv('x')", "does more"),
        ("@least > 1", "variable"),
    ],
)
def test_what_is_wrong_with_a_condition_is_told_below_it(whole: Whole, condition: str, words: str) -> None:
    """A condition that does not fit is a problem, in the sentences that code would get; it never means all rows."""
    part = _segment(whole)
    part.choice.value = "own"
    part.condition.value = condition
    assert words in part.note
    assert len(part.problems) == 1
    assert words in part.problems[0]
    part.condition.value = "points > 5"
    assert not part.problems


def test_an_empty_segment_is_warned_of(whole: Whole) -> None:
    """A segment without a row says so before anything is planned."""
    part = _segment(whole)
    part.value = "points > 10_000"
    assert part.note.startswith("0 of 5,000 rows (0.0 %)\n⚠ No row is in the segment")
    assert whole.changes == 0


def test_saved_segments_are_offered(whole: Whole, capsys: pytest.CaptureFixture[str]) -> None:
    """A saved segment is chosen by its name, and stays as it is when its condition is changed here."""
    gold = ac.Segment("Gold", "points > 500").save()
    ac.Segment("points", "points < 5").save()
    capsys.readouterr()
    part = _segment(whole)
    texts = dict(part.choice.options)
    part.choice.value = texts["Segment Gold"]
    assert part.value == gold
    assert part.note.startswith("4,499 of 5,000")
    part.condition.value = "points > 600"
    assert part.choice.value == "own"
    part.value = gold
    assert part.choice.value == texts["Segment Gold"]
    part.choice.value = "own"
    assert part.value == "points > 500"  # without its name
    part.condition.value = "points"  # a condition, not the segment that is called so
    assert "True and False" in part.problems[0]


def test_tags_are_added_and_removed(whole: Whole) -> None:
    """A tag is typed or chosen; what the account has is spelled as there, what it has not is said to be new."""
    part = TagsPart(whole, changed=whole.changed)
    part.offer(["Customer", "VIP"])
    assert part.field.options == ("Customer", "VIP")
    for typed in ("vip", "Custmer", " VIP ", ""):
        part.field.value = typed
    assert list(part.value) == ["VIP", "Custmer"]
    assert part.field.value == ""
    assert "New: the account has no tag &#x27;Custmer&#x27; yet. Did you mean &#x27;Customer&#x27;?" in part.note.value
    assert "VIP" not in part.note.value
    part.chosen.children[0].click()
    assert list(part.value) == ["Custmer"]
    assert whole.changes == 3
    part.value = ("a", "b")
    assert whole.changes == 3


def test_hostile_tags_stay_text(whole: Whole) -> None:
    """Whatever a tag is called, nothing of it is markup, and it can be taken away."""
    part = TagsPart(whole)
    part.offer(HOSTILE)
    part.value = tuple(HOSTILE)
    assert "<img" not in part.note.value
    assert all("\u202e" not in one.description for one in part.chosen.children)
    for _ in HOSTILE:
        part.chosen.children[0].click()
    assert not part.value


def test_each_option_has_a_control_and_a_sentence() -> None:
    """Every field of Options, but for guard rails, has words; a new one cannot be forgotten."""
    said = option_words(words_for("en"))
    assert {*said} == {*vars(ac.Options())} - {"allow"}
    assert all(one.label and one.says.endswith(".") for one in said.values())


def test_automations_are_warned_of_once_they_are_ticked(whole: Whole) -> None:
    """The warning stands beside a box that is ticked, by a person or by a value; else a quiet sentence."""
    part = OptionsPart(whole, FRAME)
    box = part.fields["run_automations"]

    def text() -> str:
        return str([getattr(one, "value", "") for one in widgets(part.box)])

    assert "⚠" not in text()
    box.value = True
    assert "⚠ Automations of ActiveCampaign then start" in text()
    part.value = ac.Options()
    assert "⚠" not in text()


def test_what_is_not_as_usual_is_always_shown(whole: Whole) -> None:
    """Rare options are behind a button, but for those that are not as usual."""
    part = OptionsPart(whole, FRAME, changed=whole.changed)
    part.begin()
    assert list(part.visible) == ["run_automations"]
    part.more.value = True
    assert {*part.visible} == {*part.fields}
    part.more.value = False
    part.value = ac.Options(leavers="tag", wait=5)
    assert list(part.visible) == ["run_automations", "wait", "leavers"]
    part.value = ac.Options()
    assert list(part.visible) == ["run_automations"]


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("run_automations", True), ("resend", "all"), ("wait", float("inf")), ("timezone", "Europe/Stockholm"),
        ("duplicates", "reject"), ("phone_region", "SE"), ("share", 0.5), ("leavers", "unsubscribe"),
        ("withdrawn", "unsubscribe"), ("key", "city"),
    ],
)  # fmt: skip
def test_an_option_is_chosen_by_a_person(whole: Whole, name: str, chosen: Any) -> None:
    """Each option can be chosen in its control, and the value is that of code."""
    part = OptionsPart(whole, FRAME, changed=whole.changed)
    part.begin()
    field = part.fields[name]
    if isinstance(field, ipywidgets.Dropdown):
        field.value = next(value for _, value in field.options if value.value == chosen)
    else:
        field.value = chosen
    assert part.value == ac.Options(**{name: chosen})
    assert whole.changes == 1
    assert not part.problems


def test_options_that_cannot_be_are_problems(whole: Whole) -> None:
    """What options cannot be is told in words, and the value stays what it was."""
    part = OptionsPart(whole, FRAME, changed=whole.changed)
    part.fields["timezone"].value = "Europe/Stokholm"
    assert "is not the name of a time zone" in part.problems[0]
    assert part.value == ac.Options()
    part.fields["timezone"].value = "Europe/Stockholm"
    assert not part.problems
    moved = part.fields["moved"]
    moved.value = next(value for _, value in moved.options if value.value == "unsubscribe")
    assert "needs to know what customers are known by" in part.problems[0]
    assert not part.is_complete
    part.value = ac.Options(key="customer_id")
    assert list(part.problems) == [
        "The frame has no column customer_id, which is the customer key. Choose another under More options."
    ]
    assert "customer_id (not in this frame)" in [text for text, _ in part.fields["key"].options]


def test_guard_rails_are_offered_when_they_are_met(whole: Whole) -> None:
    """A guard rail has a box once it was met or allowed, with what it stops and why."""
    part = RailsPart(whole, changed=whole.changed)
    assert not part.box.children
    part.meet(["row-count", "rights"])
    assert {*part.boxes} == {"row-count", "rights"}
    said = [one.value for one in part.box.children if isinstance(one, ipywidgets.HTML)]
    assert any("a filter or a join has probably gone wrong" in value for value in said)
    part.boxes["row-count"].value = True
    assert part.value == {"row-count"}
    part.meet([])
    assert part.boxes["row-count"] in part.box.children
    assert part.boxes["rights"] not in part.box.children
    part.boxes["row-count"].value = False
    assert part.value == frozenset()
    assert whole.changes == 2


def test_a_new_export_is_called_as_its_list_is(connection: ac.Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """Until a name is typed, the list's is proposed; not one that a saved export has."""
    ac.Export("Newsletter", list="Newsletter", mapping={"email": "E-mail"}).save()
    capsys.readouterr()
    form = form_of(customers(20), connection)
    lists = form.parts.target.lists.select
    lists.index = 1
    assert form.parts.name.value == "Newsletter 2"
    lists.index = 2
    assert form.parts.name.value == "VIP"
    form.parts.name.value = "Newsletter"
    assert "An export of this name is saved" in form.parts.about_name.value
    lists.index = 1
    assert form.parts.name.value == "Newsletter"


def test_a_saved_export_under_another_name_is_another(
    connection: ac.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    """Renaming a saved export in the form makes another one, and says so; the saved one stays."""
    saved = connection.replace(name="Marketing").save()
    kept = weekly(saved).save()
    capsys.readouterr()
    form = form_of(customers(20), connection, kept)
    form.parts.name.value = "Daily"
    assert "Under another name it is another export" in form.parts.about_name.value
    form.buttons.save.click()
    assert {*ac.exports()["name"]} == {"Weekly", "Daily"}
    assert "Under this name it is saved" in form.parts.about_name.value


def test_hostile_names_stay_text(connection: ac.Connection) -> None:
    """Names of columns, conditions, tags and exports are text wherever the form shows them."""
    bad = HOSTILE[0]
    frame = customers(30).rename(columns={"Given name": bad}).assign(**dict.fromkeys(HOSTILE[1:], 1))
    export = weekly(
        connection, mapping={"email": "E-mail", "first_name": bad}, segment=f"points != points or '{bad}' != ''",
        tags=HOSTILE[:3], name=bad,
    )  # fmt: skip
    form = form_of(frame, connection, export)
    form.buttons.run.click()
    assert form.report.counts["imported"] == 29
    shown = [one.value for one in _every(form.box) if isinstance(one, ipywidgets.HTML)]
    assert any("&lt;img" in value for value in shown)
    assert not any("<img" in value or "\u202e" in value for value in shown)


def _every(box: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    return [box, *(one for child in getattr(box, "children", ()) for one in _every(child))]
