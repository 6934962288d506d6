from __future__ import annotations

import html.parser
import json
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.actions import Action, Actions
from ac_notebook.forms.base.form import Form
from ac_notebook.forms.base.lines import PAGE, Column, Line, matching, ordered, page_of
from ac_notebook.forms.base.table import ChosenTable
from ac_notebook.forms.base.worker import at_once

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = "<img src=x onerror=alert(1)>" + chr(0x202E) + "\n$x$"


class Things(Form):
    """A form with a table, and nothing else."""

    def __init__(self, spawn: Callable[[Callable[[], None]], None] = at_once) -> None:
        super().__init__(language="en", spawn=spawn)
        self.chosen: list[Any] = []
        self.table = ChosenTable(
            self, [Column(title="Name"), Column(title="Rows", is_number=True, is_optional=True)], label="Thing",
            title="Things", empty="There is no thing.", chose=lambda: self.chosen.append(self.table.chosen),
        )  # fmt: skip
        self.put("Things", self.table.box)

    def code(self) -> str:
        return "things()"


def things(count: int, *, first: int = 0) -> list[Line]:
    """Lines with names and numbers."""
    return [
        Line(f"#{number}", (f"Thing {number:05}", str(number)), f"Thing {number:05}", (f"Thing {number:05}", number))
        for number in range(first, first + count)
    ]


class _Elements(html.parser.HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.rows = 0
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.names |= {tag, *(f"{name}=" for name, _ in attrs)}
        self.rows += tag == "tr"


def _markup(table: ChosenTable) -> str:
    return "".join(child.value for child in table.box.children if isinstance(child, ipywidgets.HTML))


def _offered(table: ChosenTable) -> list[str]:
    return [label for label, _ in table.choice.options]


def test_a_page_is_shown_and_its_lines_are_offered() -> None:
    """At most 25 lines are in the page, and just these can be chosen; a table of a page is not turned."""
    form = Things()
    assert "There is no thing." in _markup(form.table)
    form.table.show(things(3))
    assert _Elements(_markup(form.table)).rows == 4
    assert not any(widget is form.table.later for row in form.table.box.children for widget in _all(row))
    form.table.show(things(60))
    assert _Elements(_markup(form.table)).rows == 1 + PAGE
    assert len(_offered(form.table)) == 1 + PAGE
    assert form.table.earlier.disabled
    form.table.later.click()
    form.table.later.click()
    assert form.table.later.disabled
    assert _offered(form.table)[1:] == [f"Thing {number:05}" for number in range(50, 60)]


def test_what_is_typed_is_looked_for_in_all_cells() -> None:
    """Every word has to be in a line, in whichever cell and case; nothing found is said."""
    form = Things()
    form.table.show(things(60))
    form.table.search.value = "57 THING"
    assert _offered(form.table)[1:] == ["Thing 00057"]
    form.table.search.value = "nothing"
    assert "No line holds all of these words." in _markup(form.table)
    form.table.search.value = ""
    assert len(_offered(form.table)) == 1 + PAGE


def test_lines_are_in_the_order_that_is_chosen() -> None:
    """Lines are ordered by what a column holds, as numbers where it holds numbers; blanks are last either way."""
    form = Things()
    form.table.show([*things(12), Line("none", ("Nothing", ""), "Nothing", ("Nothing", None))])
    form.table.order.value = 1
    assert _offered(form.table)[1:][-2:] == ["Thing 00011", "Nothing"]
    form.table.descending.value = True
    assert _offered(form.table)[1:3] == ["Thing 00011", "Thing 00010"]
    assert _offered(form.table)[-1] == "Nothing"


def test_what_is_chosen_stays_chosen_wherever_it_is() -> None:
    """A line stays chosen when it is searched away, ordered elsewhere, turned away from, renamed or read anew."""
    form = Things()
    form.table.show(things(60))
    form.table.choice.index = 3  # as the page does
    assert form.table.chosen == "#2"
    form.table.search.value = "57"
    form.table.descending.value = True
    form.table.search.value = ""
    form.table.later.click()
    form.table.show([Line("#2", ("Renamed", "2"), "Renamed"), *things(30, first=100)])
    assert form.table.choice.label == "Renamed"
    assert form.table.choice.value == "#2"
    assert form.chosen == ["#2"]
    assert "▸ <b>Renamed</b>" in _markup(form.table)
    form.table.show(things(30, first=100))
    assert form.table.chosen is None
    assert form.chosen == ["#2", None]


def test_the_page_turns_to_what_code_chooses() -> None:
    """What is chosen in code is shown, also where it is chosen before the lines are there."""
    form = Things()
    form.table.chosen = "#57"
    form.table.show([])
    assert form.table.chosen is None
    form.table.show(things(60))
    form.table.chosen = "#57"
    assert "▸ <b>Thing 00057</b>" in _markup(form.table)
    form.table.chosen = "nobody"
    assert form.table.line is None
    assert form.table.choice.label == "(none chosen)"


def test_names_are_text_whatever_they_hold() -> None:
    """A hostile name makes no element and no attribute, is offered without what turns text around, and is in no id."""
    form = Things()
    form.table.show(things(3))
    plain = _Elements(_markup(form.table)).names
    form.table.show([Line(HOSTILE, (HOSTILE, HOSTILE), HOSTILE), *things(2)])
    assert _Elements(_markup(form.table)).names == plain
    assert chr(0x202E) not in _markup(form.table) + "".join(_offered(form.table))
    form.table.choice.index = 1
    assert form.table.chosen == HOSTILE
    assert not any("img" in str(value) for value in form.table.choice.get_state(["index", "_dom_classes"]).values())


@given(st.lists(st.text(max_size=8), max_size=60, unique=True), st.text(max_size=8), st.booleans(), st.integers(-3, 9))
def test_pages_hold_every_line_once(names: list[str], typed: str, is_descending: bool, number: int) -> None:  # noqa: FBT001 - drawn
    """Whatever is typed and however it is ordered, the pages hold the lines that fit, once each."""
    lines = [Line(name, (name,), name) for name in names]
    fitting = [line for line in lines if all(word in name_of(line) for word in typed.casefold().split())]
    found = ordered(matching(lines, typed), 0, is_descending=is_descending)
    _, _, pages = page_of(found, 0)
    shown = [line for page in range(pages) for line in page_of(found, page)[0]]
    assert {line.identity for line in shown} == {line.identity for line in fitting}
    assert len(shown) == len(fitting)
    assert 0 <= page_of(found, number)[1] < pages
    assert len(page_of(found, number)[0]) <= PAGE


def name_of(line: Line) -> str:
    """What a line is searched by."""
    return line.cells[0].casefold()


def _all(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    return [widget, *(one for child in getattr(widget, "children", ()) for one in _all(child))]


def test_what_takes_something_away_asks_first() -> None:
    """A risky action says what will happen, and is done only by the second button; Cancel does nothing."""
    form, done = Things(), []
    actions = Actions(
        form,
        [
            Action(label="Look", do=lambda: done.append("looked")),
            Action(label="Remove", do=lambda: done.append("removed"), asks=lambda: "Remove '<b>' for good?"),
        ],
    )
    actions.buttons["Look"].click()
    actions.buttons["Remove"].click()
    assert done == ["looked"]
    assert actions.is_asking
    assert "Remove &#x27;&lt;b&gt;&#x27; for good?" in actions.question.value
    assert actions.sure.description == "Remove"
    actions.cancel.click()
    assert not actions.is_asking
    actions.sure.click()  # a click that was on its way
    assert done == ["looked"]
    assert form.message.text == ""
    actions.buttons["Remove"].click()
    actions.sure.click()
    assert done == ["looked", "removed"]
    assert not actions.is_asking


def test_what_cannot_be_done_now_is_not_offered() -> None:
    """A button is disabled while its action cannot be done or the form is busy, and does nothing even if it arrives."""
    waiting: list[Callable[[], None]] = []
    form, done, allowed = Things(spawn=waiting.append), [], [False]
    actions = Actions(form, [Action(label="Go", do=lambda: done.append(1), can=lambda: allowed[0])])
    assert actions.buttons["Go"].disabled
    actions.buttons["Go"].click()
    allowed[0] = True
    actions.refresh()
    assert not actions.buttons["Go"].disabled
    form.worker.do(lambda: None, lambda _: None)
    actions.refresh()
    assert actions.buttons["Go"].disabled
    actions.buttons["Go"].click()
    assert done == []
    waiting.pop()()
    actions.buttons["Go"].click()
    assert done == [1]


def test_an_error_of_an_action_is_shown() -> None:
    """What an action raises is told in the form."""

    def refuse() -> None:
        raise ConfigurationError("Not now.", hint="Later.")

    form = Things()
    actions = Actions(form, [Action(label="Go", do=refuse)])
    actions.buttons["Go"].click()
    assert form.message.text == "Not now.\nLater."


@pytest.mark.parametrize("count", [0, 1, PAGE, 5_000])
def test_the_state_of_a_table_is_that_of_one_page(count: int) -> None:
    """However many lines there are, the page is sent those that it shows."""
    form = Things()
    form.table.show(things(count))
    state = json.dumps([widget.get_state() for widget in _all(form.table.box)], default=str)
    assert len(state) < 60_000
    assert "Thing 04000" not in state


def test_the_chosen_line_is_shown_in_full() -> None:
    """All cells of the chosen line stand below, escaped, however wide the table is; of no line, nothing."""
    form = Things()
    form.table.show([Line("#1", (HOSTILE + "long " * 30, "0"), "One"), *things(2)])
    form.table.chosen = "#1"
    whole = form.table.box.children[-1].value
    assert whole.count("long") == 30
    assert "<img" not in whole
    assert "Rows" not in whole
    form.table.chosen = None
    assert form.table.box.children[-1].value == ""


def test_a_wide_table_does_not_make_the_form_wide() -> None:
    """A table that is wider than the page is moved within its place; nothing in a form sticks out of it."""
    form = Things()
    form.table.show(things(2))
    assert form.box.layout.max_width == "100%"  # and there is as much of it as there is room for
    assert "overflow-x:auto;padding:0;width:0;min-width:100%" in form.table.box.children[1].value
    form.box.children[-1].children[0].value = True  # the code, too
    pending, wide = [form.box], []
    while pending:
        widget = pending.pop()
        pending += getattr(widget, "children", ())
        if not isinstance(widget, ipywidgets.Box) and widget.layout.width == "100%":
            wide.append(widget)
            assert widget.layout.margin in ("0", "2px 0"), widget
    assert len(wide) > 3
