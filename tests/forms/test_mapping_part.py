from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings

import ac_notebook as ac
from ac_notebook.forms.mapping.attribute_rows import STEP
from ac_notebook.forms.mapping.mapping_draft import Attribute
from ac_notebook.forms.mapping.mapping_part import MappingPart
from ac_notebook.model.account import Field, Option, Snapshot
from ac_notebook.model.mapping import ATTRIBUTES, SPECIAL
from tests.forms.holder import Holder, state, widgets
from tests.runs.saved.definitions import mappings

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

CITY, BIRTHDAY = Attribute("City", is_field=True), Attribute("Birthday", is_field=True)
ACCOUNT = Snapshot(
    host="acme.api-us1.com",
    custom_fields=(
        Field(id=1, title="Birthday", perstag="BIRTHDAY", type="date"),
        Field(id=2, title="City", perstag="CITY"),
        Field(id=3, title="Interests", type="checkbox", options=(Option(value="a", label="A"),)),
        Field(id=4, title="Twin"),
        Field(id=5, title="Twin"),
        Field(id=6, title="phone", perstag="WORKPHONE"),
    ),
)
FRAME = pd.DataFrame(
    {
        "E-mail": ["ann.secret@example.org", "bob.secret@example.org"] * 10,
        "Given name": ["Annsecret", "Bobsecret"] * 10,
        "town": ["Lundsecret", "Malmosecret"] * 10,
        "dob": ["01.02.2003", "03.04.1999"] * 10,
        7: [1234567, 7654321] * 10,
        ("a", 1): ["x"] * 20,
    }
)


class Rig:
    """A part in a form, with what it told."""

    def __init__(self, frame: pd.DataFrame = FRAME, account: Snapshot | None = ACCOUNT, **given: Any) -> None:
        self.changes: list[ac.Mapping | None] = []
        self.form = Holder(**given)
        self.part = MappingPart(self.form, frame, account=account, changed=lambda: self.changes.append(self.value()))

    def value(self) -> ac.Mapping | None:
        return self.part.value

    def problems(self) -> Sequence[str]:
        return self.part.problems

    def rows(self) -> dict[str, str]:
        """Which column each row shows, by the row's label."""
        boxes = [box for box in self.part.rows.box.children if hasattr(box, "children")]
        return {box.children[0].description: box.children[0].label for box in boxes}

    def row(self, label: str) -> Any:
        return next(
            box
            for box in self.part.rows.box.children
            if hasattr(box, "children") and box.children[0].description.startswith(label)
        )

    def pick(self, label: str, column: str) -> None:
        select = self.row(label).children[0]
        select.index = select.options.index(column)

    def notes(self, label: str) -> str:
        return str(self.row(label).children[1].value)

    def add(self, name: str, column: str) -> None:
        more = self.part.more
        if not more.toggle.value:
            more.toggle.value = True
        more.attribute.select.index = [text for text, _ in more.attribute.select.options].index(name)
        more.column.value = self.part.columns.texts.index(column)
        more.add.click()

    def offered(self) -> list[str]:
        if not self.part.more.toggle.value:
            self.part.more.toggle.value = True
        return [text for text, _ in self.part.more.attribute.select.options]

    def rules(self, label: str) -> list[str]:
        """Open the rules for an attribute, and return what they are called."""
        rules = self.part.rules
        rules.toggle.value = True
        rules.choice.index = next(n for n, (text, _) in enumerate(rules.choice.options) if text.startswith(label))
        return [one.description for one in rules.box.children[2:-1]]


def test_the_proposal_is_filled_in_and_says_why() -> None:
    """Rows are filled in with what names and values say, each with masked values, how sure it is, and why."""
    rig = Rig()
    rig.part.begin()
    mapping = ac.Mapping(email="E-mail", first_name="Given name")
    assert rig.value() == ac.suggest_mapping(FRAME) == mapping
    assert rig.changes == [mapping]
    assert rig.rows() == {"E-mail *": "E-mail", "First name": "Given name"}
    assert "a…@e….org, b…@e….org" in rig.notes("E-mail")
    assert "sure: all of 20 values looked at are addresses, and the name says e-mail" in rig.notes("E-mail")
    assert rig.problems() == ()
    assert rig.form.errors == []


def test_the_account_brings_its_fields() -> None:
    """When the account is read, its fields are proposed, offered and named, as long as nobody has changed anything."""
    frame = FRAME.rename(columns={"town": "City"})
    rig = Rig(frame, None)
    rig.part.begin()
    assert rig.offered() == ["Last name", "Phone", "Tags", "Opt-in"]
    rig.part.read(ACCOUNT)
    assert rig.value() == ac.Mapping(email="E-mail", first_name="Given name", fields={"City": "City"})
    assert rig.rows()["City (text)"] == "City"
    assert "Birthday (date)" in rig.offered()
    rig.row("City").children[2].click()
    rig.part.read(None)
    rig.part.read(ACCOUNT)
    assert rig.value() == ac.Mapping(email="E-mail", first_name="Given name")


def test_a_row_is_changed_added_and_removed() -> None:
    """A person chooses another column, removes a row, and adds what is not mapped, each once; the address stays."""
    rig = Rig()
    rig.part.value = ac.Mapping(email="E-mail", first_name="Given name", fields={"City": "town"})
    assert rig.changes == []
    assert len(rig.row("E-mail").children) == 2  # no button
    rig.pick("City (text)", "Given name")
    assert rig.value() == ac.Mapping(email="E-mail", first_name="Given name", fields={"City": "Given name"})
    rig.row("First name").children[2].click()
    assert rig.value() == ac.Mapping(email="E-mail", fields={"City": "Given name"})
    assert rig.offered() == [
        "First name", "Last name", "Phone", "Tags", "Opt-in", "Birthday (date)", "Interests (checkbox)",
        "Twin (text)", "Twin (text) (2)", "phone (text)",
    ]  # fmt: skip
    assert rig.part.more.add.disabled
    rig.add("Birthday (date)", "dob")
    rig.add("Opt-in", "7")
    rig.add("Twin (text) (2)", "('a', 1)")
    rig.add("phone (text)", "town")
    assert rig.value() == ac.Mapping(
        email="E-mail", fields={"City": "Given name", "Birthday": "dob", 5: ("a", 1), "phone": "town"}, opt_in=7
    )  # fmt: skip
    assert "Birthday (date)" not in rig.offered()
    assert list(rig.rows()) == [
        "E-mail *", "City (text)", "Birthday (date)", "Twin (text)", "phone (text)", "Opt-in",
    ]  # fmt: skip
    assert len(rig.changes) == 6
    assert rig.form.errors == []


def test_rules_are_those_that_the_attribute_takes() -> None:
    """A date has a form, several values have a separator, and all but the address and what says who agreed a blank."""
    rig = Rig()
    given: dict[str | int, Hashable] = {"Birthday": "dob", "Interests": ("a", 1), "City": "town"}
    rig.part.value = ac.Mapping(email="E-mail", fields=given, tags="town", opt_in=7)
    assert rig.rules("Birthday") == ["A blank cell", "Form of dates"]
    rules = rig.part.rules
    rules.format.value = "%d.%m."
    assert rig.changes == []
    assert rig.value() == ac.Mapping(email="E-mail", fields=given, tags="town", opt_in=7)
    assert "names no whole day" in rules.box.children[-1].value
    rules.format.value = " %d.%m.%Y "
    rules.blank.value = "clear"
    assert rig.rules("Interests") == ["A blank cell", "Between values"]
    rules.separator.value = "\\t"
    assert rig.rules("Tags") == ["Between values"]
    assert [text for text, _ in rules.choice.options][1:] == [
        "Birthday (date) •", "Interests (checkbox) •", "City (text)", "Tags",
    ]  # fmt: skip
    assert rig.value() == ac.Mapping(
        email="E-mail", fields=given, tags="town", opt_in=7, blank={"Birthday": "clear"},
        formats={"Birthday": "%d.%m.%Y"}, separators={"Interests": "\t"},
    )  # fmt: skip
    rig.rules("Birthday")
    rules.format.value = ""
    rules.blank.value = ""
    rig.row("Interests").children[2].click()
    assert rig.value() == ac.Mapping(
        email="E-mail", fields={"Birthday": "dob", "City": "town"}, tags="town", opt_in=7
    )  # fmt: skip
    assert rig.form.errors == []


def test_a_rule_that_no_page_can_be_sent_stays() -> None:
    """Half a letter in a rule is shown in a way that can be sent, and the rule stays as it is."""
    rig = Rig()
    mapping = ac.Mapping(email="E-mail", fields={"Birthday": "dob"}, formats={"Birthday": "%d\ud800%m.%Y"})
    rig.part.value = mapping
    rig.rules("Birthday")
    state(rig.part.box).encode()
    assert rig.value() == mapping


def test_a_rule_in_vain_can_be_taken_away() -> None:
    """A rule that its field does not take is a problem, and is shown, so that it can be taken away."""
    rig = Rig()
    rig.part.value = ac.Mapping(email="E-mail", fields={"City": "town"}, formats={"City": "%d.%m.%Y"})
    assert "only dates have formats" in rig.problems()[0]
    assert rig.rules("City") == ["A blank cell", "Form of dates"]
    rig.part.rules.format.value = ""
    assert rig.value() == ac.Mapping(email="E-mail", fields={"City": "town"})
    assert rig.problems() == ()


def test_what_is_not_there_stays_and_is_told() -> None:
    """Columns that the frame lacks, and fields that the account lacks, stay as they are, and are problems."""
    rig = Rig()
    mapping = ac.Mapping(email="E-mail", phone="Mobil", fields={"Cty": "town", 99: 3})
    rig.part.value = mapping
    assert rig.value() == mapping
    assert rig.rows() == {
        "E-mail *": "E-mail", "Phone": "Mobil (not in this frame)", "Cty (not in the account)": "town",
        "Field 99 (not in the account)": "3 (not in this frame)",
    }  # fmt: skip
    said = "\n".join(rig.problems())
    assert "'phone' is mapped to column 'Mobil', which the frame does not have" in said
    assert "no custom field called 'Cty'. Did you mean 'City'?" in said
    assert "no custom field with the id 99" in said
    rig.pick("Phone", "7")
    assert rig.value() == mapping.replace(phone=7)
    assert rig.rows()["Phone"] == "7"


def test_without_a_column_of_addresses_there_is_no_mapping() -> None:
    """Where nothing looks like an address, the part says so, has no value, and takes what a person chooses."""
    rig = Rig(FRAME[["Given name", "town"]])
    rig.part.begin()
    assert rig.value() is None
    assert rig.rows() == {"E-mail *": "Choose a column …"}
    assert rig.problems() == ("Choose the column that holds the e-mail addresses.",)
    assert "no column holds addresses" in rig.part.note.value
    rig.pick("E-mail", "town")
    assert rig.value() == ac.Mapping(email="town")
    assert "0 of 20 values in column" in rig.notes("E-mail")
    assert "look like an address" in rig.problems()[0]
    rig.part.value = None
    assert rig.value() is None
    rig.row("E-mail").children[0].index = 1
    rig.row("E-mail").children[0].index = 0
    assert rig.value() == ac.Mapping(email="Given name")  # what the address is cannot be taken back


def test_a_column_that_looks_like_something_else_is_told_beside_it() -> None:
    """A doubt of the frame's checks stands beside the row, without a value, and is no problem."""
    frame = FRAME.assign(number=["8504101234"] * 20)
    rig = Rig(frame)
    rig.part.value = ac.Mapping(email="E-mail", first_name="E-mail", last_name="number")
    assert "⚠" in rig.notes("First name")
    assert "look like addresses" in rig.notes("First name")
    assert "mapped to" not in rig.notes("First name")
    assert "8504101234" not in state(rig.part.box)


def test_a_proposal_that_comes_late_changes_nothing() -> None:
    """What a person has chosen, and a value that was set, is not overwritten by a proposal that was under way."""
    jobs: list[Callable[[], None]] = []
    rig = Rig(spawn=jobs.append)
    rig.part.begin()
    assert rig.part.is_busy
    rig.part.value = ac.Mapping(email="town")
    while jobs:
        jobs.pop()()
    assert rig.value() == ac.Mapping(email="town")
    other = Rig(spawn=jobs.append)
    other.part.begin()
    other.pick("E-mail", "town")
    while jobs:
        jobs.pop()()
    assert other.value() == ac.Mapping(email="town")
    assert not other.part.is_busy
    assert len(other.form.errors) == 0


def test_more_rows_are_made_when_they_are_wanted() -> None:
    """The page has the first rows only, however many there are; a button shows more, until all are there."""
    count = 3 * STEP - 5
    account = Snapshot(host="h", custom_fields=tuple(Field(id=n, title=f"Field {n}") for n in range(count)))
    rig = Rig(account=account)
    mapping = ac.Mapping(email="E-mail", fields={f"Field {n}": "town" for n in range(count)})
    rig.part.value = mapping
    assert rig.value() == mapping
    assert len(rig.rows()) == STEP
    assert rig.part.rows.all.description == f"Show {STEP} more of {count + 1 - STEP}"
    first = len(list(widgets(rig.part.rows.box)))
    assert first == 2 + 4 * STEP - 1  # three or four widgets a row
    rig.part.rows.all.click()
    rig.part.rows.all.click()
    assert len(rig.rows()) == count + 1
    assert rig.part.rows.all not in rig.part.rows.box.children
    looks = {one.layout.model_id for one in widgets(rig.part.rows.box)} | {
        one.style.model_id for one in widgets(rig.part.rows.box) if hasattr(one, "style")
    }
    assert len(looks) < 12  # of layouts and styles one for all rows
    rig.part.value = mapping
    assert len(rig.rows()) == STEP


def test_a_field_by_number_is_not_taken_to_another_account() -> None:
    """In another account a number is another field: its title goes there instead; a value that is set stays."""
    other = Snapshot(
        host="other.api-us1.com", custom_fields=(Field(id=1, title="Salary"), Field(id=9, title="Birthday"))
    )
    rig = Rig()
    mapping = ac.Mapping(email="E-mail", fields={1: "dob", 99: "town"}, formats={1: "%d.%m.%Y"})
    rig.part.value = mapping
    rig.part.read(other)  # which the value may be for
    assert rig.value() == mapping
    rig.part.value = mapping
    rig.part.read(ACCOUNT)
    rig.part.read(None)
    assert rig.value() == mapping
    rig.part.read(other)
    moved = ac.Mapping(email="E-mail", fields={"Birthday": "dob", 99: "town"}, formats={"Birthday": "%d.%m.%Y"})
    assert rig.value() == moved
    assert rig.changes == [moved]


def test_a_form_of_many_is_small() -> None:
    """With 50 columns, 300 fields and all of them mapped, the page gets the first rows: a hundred widgets, few kB."""
    frame = pd.DataFrame({"E-mail": ["ann@example.org"], **{f"Field {n}": ["x"] for n in range(49)}})
    account = Snapshot(host="h", custom_fields=tuple(Field(id=n, title=f"Field {n}") for n in range(300)))
    rig = Rig(frame, account)
    rig.part.begin()
    value = rig.value()
    assert value is not None
    assert len(value.fields) == 49
    assert len(list(widgets(rig.part.box))) < 4 * STEP + 20
    assert len(state(rig.part.box)) < 150_000


def test_columns_are_told_apart() -> None:
    """Numbers and texts, columns of one label, and labels of several levels differ in the choice of columns."""
    frame = pd.DataFrame([[1, 2, 3, 4, 5, 6]], columns=pd.Index([1, "1", "x", "x", ("a", "b"), None], dtype=object))
    rig = Rig(frame)
    assert rig.part.columns.texts == ["1", "'1'", "('a', 'b')", "x (stands 2 times)"]
    rig.part.value = ac.Mapping(email="1", phone=1, first_name="x")
    assert rig.rows() == {"E-mail *": "'1'", "First name": "x (stands 2 times)", "Phone": "1"}
    assert "stands 2 times in the frame" in rig.problems()[0]
    levels = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")]))
    assert Rig(levels).part.columns.texts == ["('a', 'b')", "('a', 'c')"]


HOSTILE = ["<script>alert(1)</script>", "$x$ \\(y\\)", "a\u202eb", "N" * 10_000, "\ud800", "&lt;b&gt;", "' onclick='x"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_fields_and_columns_are_text(name: str) -> None:
    """Whatever fields and columns are called, no markup and no formula comes of it, and little of the longest."""
    frame = FRAME.assign(odd="<b>")
    frame.columns = pd.Index([*list(frame.columns[:-1]), name], dtype=object)
    account = Snapshot(host="h", custom_fields=(Field(id=1, title=name, type=name, perstag=name),))
    rig = Rig(frame, account)
    rig.part.begin()
    mapping = ac.Mapping(email="E-mail", first_name=name, phone=f"{name}?", fields={name: name, f"{name}!": "town"})
    rig.part.value = mapping
    assert rig.value() == mapping
    rig.rules("First name")
    rig.part.more.toggle.value = True
    said = state(rig.part.box)
    said.encode()
    assert "\u202e" not in said
    assert len(said) < 60_000
    assert all(len(row.children[1].value) < 1_000 for row in rig.part.rows.box.children)
    html = "".join(rig.notes(label) for label in ("First name", "E-mail")) + rig.part.note.value
    assert "<script" not in html
    assert "&lt;…" in html
    for row in rig.part.rows.box.children:
        assert row.children[0].description.count("$") < 2
        assert "\\(" not in row.children[0].description
    rig.row("First name").children[2].click()
    assert rig.value() == ac.Mapping(email="E-mail", phone=f"{name}?", fields={name: name, f"{name}!": "town"})


class Spiteful:
    """A cell with code of its own."""

    def __str__(self) -> str:
        raise RuntimeError("ann.secret@example.org")

    __repr__ = __str__
    __eq__ = __hash__ = __bool__ = __len__ = __iter__ = __str__  # type: ignore[assignment]  # whatever is asked


def test_no_value_of_a_person_is_in_a_widget() -> None:
    """What is in cells is in no widget, and in no error, whatever it is and wherever it is mapped to."""
    odd: list[Any] = [Spiteful(), ["ann.secret@example.org", "Lundsecret"]]
    frame = FRAME.assign(odd=odd * 10)
    rig = Rig(frame)
    rig.part.begin()
    for label in frame.columns:
        rig.part.value = ac.Mapping(
            email=label, first_name=label, last_name=label, phone=label, tags=label, opt_in=label,
            fields={"Birthday": label, "City": label, "Interests": label, "Unknown": label},
        )  # fmt: skip
        rig.offered()
        rig.part.more.column.value = rig.part.columns.texts.index(rig.part.columns.said(label))
        rig.rules("Birthday")
        said = state(rig.part.box) + "\n".join(rig.problems()) + rig.form.message.widget.value
        for value in ("secret", "1234567", "7654321", "01.02.2003", "2.2003"):
            assert value not in said, label
    assert rig.form.errors == []


def test_a_mapping_that_is_set_is_the_value() -> None:
    """Value, part, value is the identity, in the order of its fields, with the account and without."""
    rigs = [Rig(account=None), Rig()]

    @settings(max_examples=50)
    @given(mappings())
    def law(mapping: ac.Mapping) -> None:
        for rig in rigs:
            rig.part.value = mapping
            now = rig.value()
            assert now == mapping
            assert repr(now) == repr(mapping)  # 1 is not True, and fields keep their order
            rig.part.rules.toggle.value = not rig.part.rules.toggle.value
            assert len(rig.rows()) == len(mapping.fields) + sum(
                getattr(mapping, name) is not None for name in (*ATTRIBUTES, *SPECIAL)
            )

    law()
    assert [(rig.changes, rig.form.errors) for rig in rigs] == [([], []), ([], [])]


def test_in_swedish() -> None:
    """The part speaks the language of its form."""
    rig = Rig(language="sv")
    assert rig.problems() == ("Välj kolumnen med e-postadresserna.",)
    assert rig.rows() == {"E-post *": "Välj en kolumn …"}
