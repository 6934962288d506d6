"""What runs are told of exports and connections that were renamed, copied, removed, or took another's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from tests.storage.journals import opened

if TYPE_CHECKING:
    from pathlib import Path

MAPPING = {"email": "mail"}


def run(export: ac.Export, **more: Any) -> str:
    """Run an export with two people, and return the run's id."""
    frame = pd.DataFrame({"mail": ["ann@example.org", "bo@example.org"]})
    return ac.export(frame, export, progress=False, **more).run


def of(connection: ac.Connection, name: str, list_: str = "VIP") -> ac.Export:
    """Save an export."""
    return ac.Export(name, connection=connection, list=list_, mapping=MAPPING).save()


@pytest.fixture
def shop(connection: ac.Connection) -> ac.Connection:
    """A saved connection."""
    return connection.replace(name="Shop").save()


def test_a_renamed_export_takes_its_runs_along(shop: ac.Connection) -> None:
    """They have its name of today; one that takes the old name has runs of its own, and none before its first."""
    weekly = of(shop, "Weekly")
    before = run(weekly)
    monthly = weekly.edit(name="Monthly")
    after = run(monthly)
    assert ac.runs()["export"].tolist() == ["Monthly", "Monthly"]
    with pytest.raises(errors.ConfigurationError, match="'Weekly' is known"):
        ac.runs("Weekly")
    other = of(shop, "Weekly", "Newsletter")
    assert ac.runs("Weekly").empty
    assert ac.runs(ac.Export("Weekly", list="VIP", mapping=MAPPING)).empty
    third = run(other)
    assert ac.runs()["export"].tolist() == ["Weekly", "Monthly", "Monthly"]
    for named in ("Monthly", monthly):
        assert ac.runs(named)["id"].tolist() == [after, before]
    for named in ("Weekly", other):
        assert ac.runs(named)["id"].tolist() == [third]
    assert [(ac.report(one).export, len(ac.report(one).runs)) for one in (after, third)] == [
        ("Monthly", 2), ("Weekly", 1)
    ]  # fmt: skip


def test_a_chart_follows_an_export_to_another_list(shop: ac.Connection) -> None:
    """Runs of a saved export are those of one chart wherever they went, also where another took its first name."""
    of(shop, "Weekly").edit(name="Monthly")
    second = of(shop, "Weekly")
    run(second)
    last = run(second.edit(list="Newsletter"))
    assert len(ac.report(last).runs) == 2


def test_a_removed_export_keeps_its_runs(home: Path, shop: ac.Connection) -> None:
    """Under its name, and a copy has its own; a damaged definition takes the name away, not the runs."""
    weekly = of(shop, "Weekly")
    first, second = run(weekly), run(weekly.duplicate("Copy"))
    weekly.remove()
    assert ac.runs("Weekly")["id"].tolist() == [first]
    assert ac.runs("Copy")["id"].tolist() == [second]
    with opened(home) as (database, _):
        database.execute("UPDATE exports SET updater = 'x' WHERE name = 'Copy'")
    assert ac.runs()["id"].tolist() == [second, first]


def test_a_connection_that_takes_anothers_name(connection: ac.Connection, shop: ac.Connection) -> None:
    """Its runs are its own; where one was removed and made anew under its name, those of both are."""
    first = run(of(shop, "Weekly"))
    store = shop.edit(name="Store").save()
    new = connection.replace(name="Shop", created=None).save()
    assert ac.runs(connection="Store")["id"].tolist() == [first]
    assert ac.runs(connection="Shop").empty
    second = run(of(new, "Other"))
    assert ac.runs(connection="Shop")["id"].tolist() == [second]
    store.remove()
    assert ac.runs(connection="Shop")["id"].tolist() == [second, first]


def test_the_exports_have_the_status_of_the_runs(shop: ac.Connection) -> None:
    """A run that a guard rail, or a withdrawn agreement, kept from sending is the last one there, too."""
    weekly = of(shop, "Weekly")
    frame = pd.DataFrame({"mail": [f"p{number}@example.org" for number in range(1_200)]})
    ac.export(frame, weekly, progress=False)
    assert ac.exports()["status"].tolist() == ["Successful"]
    with pytest.raises(errors.GuardError):
        ac.export(frame[:100], weekly, progress=False)
    assert ac.exports()["status"].tolist() == ac.runs()["status"].tolist()[:1] == ["Failed"]
    assert ac.exports()["refreshed at"][0] == pd.Timestamp(ac.report(ac.runs()["id"][0]).started)


@pytest.mark.parametrize("wrong", [pd.DataFrame({"a": [1]}), np.arange(3), ["Failed"], 3, ""], ids=repr)
def test_a_status_that_is_none_is_a_sentence(wrong: Any) -> None:
    """Whatever stands for a status, there are six, and they are named."""
    with pytest.raises(errors.ConfigurationError, match="'Queued', 'Processing'"):
        ac.runs(status=wrong)


@pytest.mark.parametrize("key", [np.int64(5), pd.Timestamp("2026-03-02"), "id"], ids=repr)
def test_any_column_may_be_the_key(key: Any, shop: ac.Connection) -> None:
    """A label that JSON does not know is kept as it is written in code; a number of NumPy's as the number."""
    frame = pd.DataFrame({"mail": ["ann@example.org"], key: [1]})
    given: dict[str, Any] = {"connection": shop, "list": "VIP", "mapping": MAPPING, "progress": False}
    past = ac.report(ac.export(frame, key=key, **given).run)
    assert past.options["key"] == {"id": "id", np.int64(5): "5"}.get(key, repr(key))
