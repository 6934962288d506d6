"""Doubts about columns are shown before anything is sent: by a plan and by a validation, the same, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.demo import MAPPING
from tests.people import MAPPING as PEOPLES_MAPPING
from tests.people import people

if TYPE_CHECKING:
    from ac_notebook import Connection

LIKE_ADDRESSES = "'who', mapped to 'first_name': 2 of 2 values looked at hold an @"


def frame() -> pd.DataFrame:
    """Return two customers with addresses in the column of names, and a column that stays here."""
    addresses = ["ann@example.org", "bo@example.org"]
    return pd.DataFrame({"e": addresses, "who": addresses, "ok": ["yes", "no"]})


def test_plan_and_validation_say_the_same(connection: Connection) -> None:
    """Both warn of the column, and of what is not mapped, in text and in HTML, without a value."""
    mapping = {"email": "e", "first_name": "who"}
    plan = ac.plan(frame(), connection=connection, list="VIP", mapping=mapping)
    check = ac.validate(frame(), mapping)
    assert plan.warnings == check.warnings
    assert check.warnings[0].startswith(LIKE_ADDRESSES)
    assert check.warnings[0].endswith("[name-holds-address]")
    assert check.warnings[1] == "Columns that are not mapped, and stay here: 'ok'."
    assert "'opt_in': 'ok'" in check.warnings[2]
    assert ac.validate(frame(), mapping, connection=connection).warnings == check.warnings
    for shown in (repr(plan), repr(check)):
        assert LIKE_ADDRESSES in shown
        assert "example.org" not in shown
    for html in (plan._repr_html_(), check._repr_html_()):
        assert "2 of 2 values looked at hold an @" in html
        assert "3 warnings" in html
        assert "example.org" not in html


def test_a_validation_without_doubts_says_nothing_of_them() -> None:
    """No empty heading."""
    check = ac.validate(frame()[["e"]], {"email": "e"})
    assert check.warnings == ()
    assert "arning" not in repr(check) + check._repr_html_()


def test_a_warning_holds_nothing_back(connection: Connection) -> None:
    """The rows are sent as they are."""
    plan = ac.plan(frame(), connection=connection, list="VIP", mapping={"email": "e", "first_name": "who"})
    assert plan.counts["not_sent"] == 2
    assert plan.run().counts["imported"] == 2


def test_warnings_stay_when_a_plan_is_changed(connection: Connection) -> None:
    """They are found once, in what the plan holds, also when the frame has changed since."""
    customers = frame()
    plan = ac.plan(customers, connection=connection, list="VIP", mapping={"email": "e", "first_name": "who"})
    before = plan.warnings
    customers["who"] = ["Ann", "Bo"]
    assert plan.replace(list="Newsletter").warnings == before
    assert plan.replace(timezone="Europe/Stockholm").warnings == before
    assert plan.replace(tags=["brand new"]).warnings[1:] == before


def test_only_mapped_columns_of_the_segment_are_looked_at(connection: Connection) -> None:
    """What does not leave needs no warning."""
    customers = pd.DataFrame({"e": ["ann@example.org", "bo@example.org"], "who": ["Ann", "bo@example.org"]})
    customers["password"] = ["hunter2", "letmein"]
    mapping = {"email": "e", "first_name": "who"}
    said = ac.plan(customers, connection=connection, list="VIP", mapping=mapping, segment=[True, False]).warnings
    assert said == ("Columns that are not mapped, and stay here: 'password'.",)
    said = ac.validate(customers, mapping, segment=[False, True]).warnings
    assert "name-holds-address" in said[0]


def test_fields_of_the_account_are_named_as_there(connection: Connection) -> None:
    """The sentence names the field's title, also when it was mapped by its id; dropdowns are left alone."""
    city = int(ac.describe(connection).fields.query("title == 'City'")["id"].iloc[0])
    customers = pd.DataFrame({"e": [f"p{row}@example.org" for row in range(30)], "c": "Oslo", "t": "Gold"})
    mapping: dict[Any, Any] = {"email": "e", city: "c", "Tier": "t"}
    (said,) = ac.validate(customers, mapping, connection=connection).warnings
    assert said.startswith("'c', mapped to 'City': 30 of 30 values looked at are one and the same")


@pytest.mark.parametrize(
    ("customers", "mapping"),
    [(ac.sandbox.sample_customers(n=5_000, seed=2026), MAPPING), (people(1_000), PEOPLES_MAPPING)],
    ids=["demo", "people"],
)
def test_the_samples_are_not_suspicious(connection: Connection, customers: pd.DataFrame, mapping: Any) -> None:
    """The demonstration's customers and those of the tests give no warning of a column."""
    plan = ac.plan(customers, connection=connection, list="Newsletter", mapping=mapping)
    assert [warning for warning in plan.warnings if warning.endswith("]")] == []
