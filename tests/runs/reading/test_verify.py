"""Reading back after a run."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from ac_notebook import errors
from tests.people import people
from tests.runs.reading.scene import CONTACTS, VIP, exported, meddling, requests_of

if TYPE_CHECKING:
    import ac_notebook as ac
    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock


def meddled(box: Sandbox, connection: ac.Connection, rows: int) -> ac.Report:
    """Export people, of whom four are changed afterwards, each in another way."""
    report = exported(connection, rows, tags=["spring"])
    account = box._state
    first, second = account.find("person.1@example.org"), account.find("person.2@example.net")
    assert first is not None
    assert second is not None
    account.write(first, "first_name", "Secret")
    account.write_value(first, int(box.fields().set_index("title")["id"]["City"]), "Hidden", 1)
    account.keep(first)
    account.untag(second, 1)
    account.keep(second)
    box.unsubscribe("person.3@mail.example.org", VIP)
    box.delete("person.4@example.com")
    return report


@pytest.mark.parametrize(("rows", "sample"), [(5, "all"), (5, 5), (140, "all")])
def test_what_differs_is_found(
    box: Sandbox, connection: ac.Connection, capsys: pytest.CaptureFixture[str], rows: int, sample: Any
) -> None:
    """Contact by contact or as a list: counts, fields and rows of what differs; nothing is changed, nobody is named."""
    report = meddled(box, connection, rows)
    found, made = requests_of(box, lambda: report.verify(sample))
    assert found.counts.to_dict() == {"same": rows - 4, "differs": 3, "missing": 1}
    assert (found.verified, found.missing, found.is_same, found.imported) == (rows, 1, False, rows)
    assert found.differing.to_dict() == {"first_name": 1, "City": 1, "tags": 1, "status": 1}
    assert list(found.table.itertuples(name=None)) == [
        (1, 1, "differs", "first_name, City"), (2, 2, "differs", "tags"), (3, 3, "differs", "status"),
        (4, 4, "missing", ""),
    ]  # fmt: skip
    # Of who is missing one question fewer is asked than was thought of, one by one.
    assert found.predicted - made == (0 if rows == 140 else 2)
    assert found.requests == made
    text = f"{found!r}{found._repr_html_()}{found.table.to_string()}{capsys.readouterr().out}"
    for value in ("Secret", "Hidden", "person.1", "@"):
        assert value not in text
    assert "SANDBOX" in repr(found)


def test_a_sample_is_drawn_by_its_seed(box: Sandbox, connection: ac.Connection) -> None:
    """A sample looks at so many, the same ones for the same seed, and costs what it says."""
    report = exported(connection, 150)
    box.unsubscribe("person.7@mail.example.org", VIP)
    found, made = requests_of(box, lambda: report.verify(5))
    assert (found.verified, found.seed, found.predicted) == (5, 0, made)
    assert "drawn by chance, seed=0" in repr(found)
    hits = {seed: report.verify(75, seed=seed).counts["differs"] for seed in (1, 2)}
    assert set(hits.values()) <= {0, 1}
    assert report.verify(75, seed=1).counts["differs"] == hits[1]


def test_what_was_not_sent_is_not_verified(box: Sandbox, connection: ac.Connection) -> None:
    """Rejected and refused rows are not looked at; those of an earlier run are."""
    frame = people(6)
    frame.loc[0, "E-mail"] = "none"
    box.exclude(frame["E-mail"][1])
    exported(connection, frame[:4])
    report = exported(connection, frame)
    assert report.counts[["imported", "unchanged", "refused", "rejected"]].tolist() == [2, 2, 1, 1]
    found = report.verify("all")
    assert found.counts.to_dict() == {"same": 4, "differs": 0, "missing": 0}
    assert found.is_same


def test_deleted_while_it_is_read_back(box: Sandbox, clock: VirtualClock, connection: ac.Connection) -> None:
    """Somebody deleted between two questions about them is missing, and that is all."""
    report = exported(connection, 4)

    def act(number: int, _: Any) -> None:
        if number == 4:  # all were found by their addresses
            box.delete("person.2@example.net")

    assert report.plan is not None
    plan = dataclasses.replace(report.plan, connection=meddling(box, clock, CONTACTS, act))
    found = dataclasses.replace(report, plan=plan).verify("all")
    assert found.counts.to_dict() == {"same": 3, "differs": 0, "missing": 1}


def test_contacts_with_many_tags(connection: ac.Connection) -> None:
    """Tags of a contact beyond the first page are read, too, so that none of them is told as missing."""
    names = ",".join(f"tag {number}" for number in range(130))
    report = exported(connection, people(2).assign(tags=names))
    assert report.verify("all", progress=False).is_same


@pytest.mark.parametrize("sample", [0, -1, True, 2.5, "most", None, pd.Series([1, 2])])
def test_a_sample_is_a_number(connection: ac.Connection, sample: Any) -> None:
    """Anything but a number of contacts and "all" is refused in a sentence."""
    report = exported(connection, 2)
    with pytest.raises(errors.ConfigurationError, match="sample="):
        report.verify(sample)
    with pytest.raises(errors.ConfigurationError, match="seed="):
        report.verify(seed=-1)


def test_a_report_without_its_plan_cannot_be_verified(connection: ac.Connection) -> None:
    """A report of another kernel says what to do instead; so does a withdrawn agreement."""
    report = exported(connection, 2)
    with pytest.raises(errors.ConfigurationError, match="compare=True"):
        dataclasses.replace(report, plan=None).verify()
    connection.withdraw()
    with pytest.raises(errors.ConsentError):
        report.verify()
    assert "verif" not in repr(report)
