from __future__ import annotations

import datetime as dt

import pandas as pd

import ac_notebook as ac
from ac_notebook.model.changes import WORDS
from ac_notebook.model.mapping import Mapping
from tests.frames.rig import account, field, prepared

FIELDS = [
    field("date", title="Born", number=1), field("datetime", title="Seen", number=2),
    field("dropdown", title="Level", number=3, options=[("g", "Gold")]), field("text", title="Note", number=4),
    field("number", title="Points", number=5), field("datetime", title="Wall", number=6),
]  # fmt: skip


def test_every_kind_of_change_occurs() -> None:
    """Each normalisation that the table of words names is told of, in the row that it touched, and no other is."""
    frame = pd.DataFrame(
        {
            "m": ["a@example.org", "b@example.org", "å@example.org"],
            "n": [" trimmed ", "NULL", "name"],
            "p": ["070-123 45 67", "+46701234567", None],
            "born": ["19.05.2020 02:45", None, "19.05.2020 00:00"],
            "seen": pd.Series(["2020-05-19 02:45:00.5", None, None]).astype("datetime64[ns, UTC]"),
            "level": ["Gold", "g", None],
            "note": pd.Series([["x", "y"], ["z"], None], dtype=object),
            "points": [7.0, 2.5, None],
            "wall": pd.Series([dt.datetime(2020, 5, 19), None, None], dtype=object),  # noqa: DTZ001
        }
    )
    mapping = Mapping(
        email="m", first_name="n", phone="p",
        fields={"Born": "born", "Seen": "seen", "Level": "level", "Note": "note", "Points": "points", "Wall": "wall"},
        formats={"Born": "%d.%m.%Y %H:%M"}, blank={"Level": "clear"},
    )  # fmt: skip
    done, contacts = prepared(frame, mapping, known=account(*FIELDS), region="SE")
    assert len(contacts) == 3
    assert {one.kind: (one.target, one.examples) for one in done.changes} == {
        "trimmed": ("first_name", (0,)), "blank-like": ("first_name", (1,)), "not-ascii": ("email", (2,)),
        "phone-normalised": ("phone", (0,)), "date-parsed": ("Born", (0, 2)), "time-dropped": ("Born", (0,)),
        "fraction-dropped": ("Seen", (0,)), "label-to-value": ("Level", (0,)), "cleared": ("Level", (2,)),
        "list-joined": ("Note", (0,)), "float-to-integer": ("Points", (0,)), "zone-assumed": ("Wall", (0,)),
    }  # fmt: skip
    assert {one.kind for one in done.changes} == set(WORDS)


def test_a_validation_and_a_plan_tell_the_same() -> None:
    """One table: field, change, how many values, examples by row, and what it means."""
    frame = pd.DataFrame({"E-mail": [" a@example.org", "b@example.org "]}, index=["A-1", "A-2"])
    with ac.sandbox.start() as sandbox:
        plan = ac.plan(frame, connection=sandbox.connection, list="Newsletter", mapping={"email": "E-mail"})
    for table in (ac.validate(frame, {"email": "E-mail"}).changes, plan.changes):
        assert list(table.columns) == ["field", "change", "values", "examples", "meaning"]
        assert table.to_numpy().tolist() == [["email", "trimmed", 2, ["A-1", "A-2"], WORDS["trimmed"]]]


def test_examples_are_positions_where_labels_are_people() -> None:
    """As everywhere else."""
    frame = pd.DataFrame({"E-mail": ["b@example.org", " a@example.org"]}, index=["bo@example.org", "ann@example.org"])
    assert ac.validate(frame, {"email": "E-mail"}).changes["examples"].tolist() == [[1]]
    assert list(ac.validate(frame.iloc[:1], {"email": "E-mail"}).changes.columns)[-1] == "meaning"
