"""What a user may have overlooked is said before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors

if TYPE_CHECKING:
    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox

MAPPING = {"email": "e"}


def plan_of(connection: Connection, mapping: Any = None, **columns: list[Any]) -> ac.Plan:
    """Return the plan for two customers with some more columns."""
    frame = pd.DataFrame({"e": ["a@example.org", "b@example.org"], **columns})
    return ac.plan(frame, connection=connection, list="VIP", mapping=mapping or MAPPING)


def test_columns_that_stay_behind_are_named(connection: Connection) -> None:
    """The plan names the columns that are not mapped."""
    assert plan_of(connection, n=["x", "y"], born=["1987-01-02", None]).warnings == (
        "Columns that are not mapped, and stay here: 'n', 'born'.",
    )
    assert plan_of(connection).warnings == ()


@pytest.mark.parametrize("answers", [["ja", "nej"], [True, False], ["Yes", None], pd.array([True, None], "boolean")])
def test_a_column_of_consent_that_is_not_mapped_is_pointed_out(connection: Connection, answers: list[Any]) -> None:
    """A column of yes and no is pointed out as long as no opt-in column is mapped."""
    (_, said) = plan_of(connection, Marketing=answers).warnings
    assert "'opt_in': 'Marketing'" in said
    mapped = plan_of(connection, {"email": "e", "opt_in": "other"}, Marketing=answers, other=["ja", "ja"])
    assert len(mapped.warnings) == 1


def test_an_answer_that_is_neither_yes_nor_no_is_told_apart(connection: Connection) -> None:
    """Only a plain yes is sent; what is not understood has a code of its own, which says what is."""
    plan = plan_of(connection, {"email": "e", "opt_in": "o"}, o=["kanske", "nej"])
    assert plan.problems["code"].tolist() == ["opt-in-unclear", "opt-in-false"]
    assert plan.counts["rejected"] == 2
    assert "True and False" in plan.problems["hint"].iloc[0]


def test_a_file_without_a_header_is_noticed_and_not_quoted(box: Sandbox, connection: Connection) -> None:
    """Column names that hold an address are not taken for names, and are not shown."""
    frame = pd.DataFrame({"ann@example.org": ["bo@example.org"], "Ann": ["Bo"]})
    for act in (
        lambda: ac.suggest_mapping(frame),
        lambda: ac.validate(frame, {"email": "E-mail"}),
        lambda: ac.plan(frame, connection=connection, list="VIP", mapping={"email": "E-mail"}),
    ):
        with pytest.raises(errors.ConfigurationError, match="header=None") as caught:
            act()
        assert "ann@" not in str(caught.value)
    assert box.requests().empty


def test_a_stopped_sandbox_is_said_so() -> None:
    """After ``stop()`` a plan says that the sandbox was stopped and how to start one."""
    with ac.sandbox.start(speed=600) as sandbox:
        connection = sandbox.connection
    # Its link waits on the machine's clock: not repeated here, only asked about once.
    with pytest.raises(errors.UnreachableError, match=r"ac\.sandbox\.start"), connection.client() as client:
        raise client._error(client.ask("users/me"), "users/me")


@pytest.mark.parametrize(
    ("segment", "said"),
    [("`pionts` > 1", "Did you mean 'points'"), ("points = 1", "two signs"), ("pionts > 1", "Did you mean 'points'")],
)
def test_segments_with_a_slip_get_the_remedy(connection: Connection, segment: str, said: str) -> None:
    """A misspelt column, with backticks too, and a single equals sign are recognised."""
    frame = pd.DataFrame({"e": ["a@example.org"], "points": [1]})
    with pytest.raises(errors.ConfigurationError, match=said):
        ac.plan(frame, connection=connection, list="VIP", mapping=MAPPING, segment=segment)


def test_tags_that_are_no_list_get_a_sentence(connection: Connection) -> None:
    """``tags=5`` is refused in words; a text is one tag."""
    frame = pd.DataFrame({"e": ["a@example.org"]})
    with pytest.raises(errors.ConfigurationError, match="list of text"):
        ac.plan(frame, connection=connection, list="VIP", mapping=MAPPING, tags=5)  # type: ignore[arg-type]  # the point
    assert ac.plan(frame, connection=connection, list="VIP", mapping=MAPPING, tags="spring").export.tags == ("spring",)


def test_what_a_rehearsal_left_is_not_called_a_stop(connection: Connection) -> None:
    """After ``run(first=1)`` the report says that the others are left for the next run."""
    plan = plan_of(connection)
    assert "left for the next run, because of first=1" in repr(plan.run(first=1))
    plan.run()
    assert "there was nothing to send" in repr(plan.run())


def test_times_without_a_zone_are_pointed_out_until_one_is_stated(connection: Connection) -> None:
    """They are taken to be in UTC, which is seldom meant; whoever states a zone has thought of it."""
    frame = pd.DataFrame({"e": ["a@example.org"], "seen": pd.to_datetime(["2026-03-01 08:30"])})
    plan = ac.plan(frame, connection=connection, list="VIP", mapping={"email": "e", "Last visit": "seen"})
    [said] = plan.warnings
    assert said.startswith("Times without a zone: 1. They are taken to be in UTC;")
    assert plan.replace(timezone="Europe/Stockholm").warnings == ()


@pytest.mark.parametrize(
    ("labels", "named"), [(["C1", "C2"], "C1"), ([10, 20], "10"), (["Ann", "C2"], "0"), ([0, 0], "0")], ids=str
)
def test_the_row_that_stands_for_another_is_named_as_the_table_names_rows(
    connection: Connection, labels: list[Any], named: str
) -> None:
    """By its label; by position where one of both labels may be people's data; and the hint of the code follows."""
    frame = pd.DataFrame({"e": ["a@example.org", "A@example.org"], "n": ["Ann", "Anna"]}, index=labels)
    plan = ac.plan(frame, connection=connection, list="VIP", mapping={"email": "e", "first_name": "n"})
    [hint] = plan.problems["hint"]
    assert hint.startswith(f"row {named} stands for it; keep the row that is right; duplicates=")
    assert plan.problems.index.tolist() == ([labels[1]] if named in ("C1", "10") else [1])
    assert plan.run().problems["hint"].tolist() == [hint]


def test_a_preview_is_text_also_where_all_is_blank(connection: Connection) -> None:
    """A column without any value to send is no column of numbers."""
    frame = pd.DataFrame({"e": ["a@example.org"], "town": [None]})
    plan = ac.plan(frame, connection=connection, list="VIP", mapping={"email": "e", "City": "town"})
    shown = plan.preview(clear=True)
    assert set(shown.dtypes.map(str)) == {"object"}
    assert shown["City"].isna().all()
