"""Every value in the sandbox is what the documented conversion says, cell by cell, for every mapped column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ac_notebook.demo import MAPPING
from tests.runs.arrival import CELLS, compare, export_sample

if TYPE_CHECKING:
    from tests.runs.arrival import Arrived

ROWS = 20_000
SEED = 20_261
FEW = 400
WRONG: dict[str, str | None] = {
    "first_name": "Somebody",
    "last_name": "",
    "phone": " +46 70 1",
    "Birthday": "1931-02-28",
    "Last visit": "2026-01-01T00:00:00+00:00",
    "Points": "7.0",
    "Interests": "Travel",
    "Tier": "gold",
    "City": None,
}


def test_every_value_arrives_as_documented() -> None:
    """Over a socket, each row has the outcome it should have, and each cell, tag and membership is as documented."""
    arrived = export_sample(ROWS, SEED)
    found = compare(arrived)
    assert found.wrong == ()
    assert found.cells.keys() == CELLS == (MAPPING.keys() - {"opt_in"}) | {"list"}
    assert set(found.cells.values()) == {found.imported}
    counts = arrived.report.counts
    assert counts["imported"] == len(arrived.contacts)
    assert counts.drop("imported").sum() == ROWS - len(arrived.contacts)
    assert counts[["imported", "duplicate", "rejected"]].gt(0).all()
    assert not arrived.requests["status"].ge(400).any()
    assert arrived.automations.empty


def _one_cell(arrived: Arrived, target: str, value: str | None) -> Arrived:
    contacts = arrived.contacts.copy()
    contacts.loc[contacts[target].notna().idxmax(), target] = value
    return replace(arrived, contacts=contacts)


def test_one_wrong_cell_is_noticed() -> None:
    """The comparison would notice a single cell, tag or membership that is another than documented."""
    arrived = export_sample(FEW, SEED)
    assert compare(arrived).wrong == ()
    for target, value in WRONG.items():
        said = compare(_one_cell(arrived, target, value)).wrong
        assert any(f"1 cells of {target} differ" in sentence for sentence in said), target
    other = compare(_one_cell(arrived, "email", "other@example.org")).wrong
    assert "1 contacts are missing, 1 are too many" in other
    tagged = compare(replace(arrived, contact_tags=arrived.contact_tags.iloc[1:])).wrong
    assert any("1 contacts have other tags" in sentence for sentence in tagged)
    members = compare(replace(arrived, memberships=arrived.memberships.iloc[1:])).wrong
    assert members == ("1 memberships are missing, 0 are too many",)
    assert compare(replace(arrived, customers=arrived.customers.iloc[::-1])).wrong
