"""Naughty values arrive byte for byte, or are rejected with a code, and harm nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from tests.naughty import oracle
from tests.naughty.every import differences, exported, held_in, read, refused_requests, wanted, wrong_rows
from tests.naughty.own import GROUPS, LONGEST, OWN
from tests.naughty.rig import REPRESENTATIONS, diagonal, furnish, held_by, naughty, options

if TYPE_CHECKING:
    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox


def test_the_lists_are_long_enough() -> None:
    """The Big List's two editions, and at least 300 more of our own, each group with a reason."""
    assert len(OWN) >= 300
    assert len(naughty()) >= len(OWN) + 600
    assert all(len(group.why) > 3 and len(group[1]) > 3 for group in GROUPS.values())
    assert {"", "undefined", "NULL", "1;DROP TABLE users"} <= set(naughty())


@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_every_value_in_every_target(representation: str) -> None:
    """In three attributes, ten types of fields and tags, as any dtype: byte-equal on the other side, or a code.

    As objects each value is in each target; as anything else in a third of them, and in all in ``make soak``.
    """
    share = 1 if representation == "object" else 3
    report, wrong = differences(representation, share)
    assert not wrong, "\n".join(wrong)
    assert report.counts[["imported", "rejected"]].gt(1_000 // share).all()


def test_a_value_of_ten_megabytes(box: Sandbox, connection: Connection) -> None:
    """Rejected wherever it stands, and the rows around it arrive."""
    furnish(box)
    frame, cells = diagonal(["before", LONGEST, "behind"], REPRESENTATIONS["object"], ("first_name", "Area", "tags"))
    report = exported(box, connection, frame)
    verdicts = [oracle.verdict(target, value, options()) for target, value in cells]
    wrong = wrong_rows(box, report, cells, verdicts)
    assert not wrong, "\n".join(wrong)
    assert report.outcome.tolist() == ["imported", "rejected", "imported"] * 3


def _lists_of(value: str) -> list[list[str]]:
    return [[value], [value, "plain"], ["plain", value]]


def test_every_value_in_lists(box: Sandbox, connection: Connection) -> None:
    """As an item of a list, alone, first or last: checkbox and listbox fields and tags tell all items apart."""
    furnish(box)
    offered = options() | {"plain"}
    box.add_field("Boxes", "checkbox", options=sorted(offered))
    values = [cell for value in held_by("large", naughty()) if len(value) < 1_000 for cell in _lists_of(value)]
    frame, cells = diagonal(values, lambda cells: pd.Series(cells, dtype=object), ("List", "tags"))
    frame = frame.rename(columns={"List": "Boxes"})
    report = ac.export(
        frame, connection=connection, list="Newsletter", mapping={"email": "mail", "Boxes": "Boxes", "tags": "tags"}
    )
    assert report.counts.sum() == len(frame)
    assert refused_requests(box).empty
    verdicts = [_verdict_of_list(target, items, offered) for target, items in cells]
    held = held_in(box)
    outcomes = report.outcome.astype(str).tolist()
    codes = report.problems.groupby(level=0)["code"].agg(set).to_dict()
    wrong = []
    for row, ((target, items), should) in enumerate(zip(cells, verdicts, strict=True)):
        contact = held.get(f"row.{row}@example.org", {})
        label = "Boxes" if target == "List" else "tags"
        if outcomes[row] == "imported":
            right = should.sent and read(label, contact[label]) == wanted(label, should.text)
        else:
            right = outcomes[row] == "rejected" and codes[row] <= should.codes
        if not right:
            wrong.append(
                f"{target}: {items!a} is {outcomes[row]} {codes.get(row)} {contact.get(label)!a}, not {should}"
            )
    assert not wrong, "\n".join(wrong)


def _verdict_of_list(target: str, items: list[str], offered: frozenset[str]) -> oracle.Verdict:
    if any(oracle.verdict("first_name", item, offered).sent is False for item in items):
        return oracle.verdict("tags", "\x00inside", offered)
    return oracle.several(items, offered) if target == "List" else oracle.tags(items)


def test_every_value_in_all_columns_at_once(box: Sandbox, connection: Connection) -> None:
    """A row that holds a value wherever text may stand arrives whole, or is rejected whole."""
    furnish(box)
    targets = ("first_name", "last_name", "phone", "Line", "Area", "Hidden", "tags")
    values = [value for value in naughty() if len(value) < 1_000]
    frame = pd.DataFrame({"mail": [f"row.{row}@example.org" for row in range(len(values))]})
    for target in targets:
        frame[target] = pd.Series(values, dtype=object)
    report = exported(box, connection, frame)
    held = held_in(box)
    for row, value in enumerate(values):
        verdicts = {target: oracle.verdict(target, value, options()) for target in targets}
        if report.outcome[row] == "imported":
            contact = held[f"row.{row}@example.org"]
            assert all(should.sent for should in verdicts.values()), ascii(value)
            for target, should in verdicts.items():
                assert read(target, contact[target]) == wanted(target, should.text), (target, ascii(value))
        else:
            assert any(should.codes for should in verdicts.values()), ascii(value)
