"""People change: an opt-in that turned false, an address that changed: named, and touched only when asked for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.errors import APIError, GuardError, ServerError
from tests.runs.departures import SURE, address, export, fates, on_list, people, plan, requests, times_left
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox

WITHDRAWN: dict[str, Any] = {"withdrawn": "unsubscribe", "allow": SURE}
MOVED: dict[str, Any] = {"moved": "unsubscribe", "key": "id", "allow": SURE}
NEW = "new.{}@example.org"


def saying(words: dict[int, Any], numbers: range = range(30)) -> pd.DataFrame:
    """Return people of whom some say something else to the opt-in."""
    frame = people(numbers).astype({"agreed": object})
    for number, word in words.items():
        frame.loc[number, "agreed"] = word
    return frame


def moving(numbers: range = range(30), *, moved: tuple[int, ...] = (5, 6)) -> pd.DataFrame:
    """Return people of whom some have a new address."""
    frame = people(numbers)
    for number in moved:
        frame.loc[frame["id"] == 1_000 + number, "mail"] = NEW.format(number)
    return frame


# ------------------------------------------------------------------------------------------- opt-in


def test_who_said_yes_and_says_no_now_is_named(box: Sandbox, connection: Connection) -> None:
    """The plan and the report name the rows by a code, count the people, and leave them on the list by default."""
    export(people(range(30)), connection)
    made = plan(saying({3: "no", 7: "no"}), connection)
    assert fates(made.withdrawn) == {"kept": 2}
    assert made.counts["rejected"] == 2
    named = made.problems[made.problems["code"] == "opt-in-withdrawn"]
    assert (list(named.index), set(named["outcome"])) == ([3, 7], {"rejected"})
    assert any("opt-in-withdrawn" in line and 'withdrawn="unsubscribe"' in line for line in made.warnings)
    before = requests(box)
    report = made.run()
    assert list(report.problems[report.problems["code"] == "opt-in-withdrawn"].index) == [3, 7]
    assert requests(box) == before
    assert fates(plan(saying({3: "no", 7: "no"}), connection).withdrawn) == {"kept": 2}  # until something is done
    assert not times_left(box)


def test_who_withdrew_is_taken_off_when_that_is_asked_for(box: Sandbox, connection: Connection) -> None:
    """They leave the list once; the row stays rejected; yes again is sent, and refused by the service."""
    export(people(range(30)), connection)
    frame = saying({3: "no", 7: "no"})
    with pytest.raises(GuardError):
        export(frame, connection, withdrawn="unsubscribe")
    report = export(frame, connection, **WITHDRAWN)
    assert fates(report.withdrawn) == {"unsubscribed": 2}
    assert fates(report.leavers) == {}
    assert report.counts["rejected"] == 2
    assert on_list(box, 2) == {address(3), address(7)}
    assert fates(export(frame, connection, **WITHDRAWN).withdrawn) == {}
    again = export(people(range(30)), connection, **WITHDRAWN)
    assert again.counts["refused"] == 2
    assert times_left(box) == {address(3): 1, address(7): 1}


def test_a_blank_or_unclear_answer_takes_nobody_off(box: Sandbox, connection: Connection) -> None:
    """Only who says no has withdrawn; a column that became blank by mistake says nothing, and the plan says that."""
    export(people(range(30)), connection)
    made = plan(saying(dict(enumerate(["", None, "perhaps", np.nan]))), connection, **WITHDRAWN)
    assert fates(made.withdrawn) == {}
    assert any("says nothing clear now: 4" in line for line in made.warnings)
    made.run()
    assert not times_left(box)


def test_any_row_that_says_no_withdraws(box: Sandbox, connection: Connection) -> None:
    """One person, one verdict: of two rows of an address one that says no is enough."""
    export(people(range(30)), connection)
    frame = pd.concat([people(range(30)), people([4], agreed="no", mail="Person.4@EXAMPLE.org")], ignore_index=True)
    report = export(frame, connection, **WITHDRAWN)
    assert fates(report.withdrawn) == {"unsubscribed": 1}
    assert on_list(box, 2) == {address(4)}


def test_who_was_never_imported_by_this_export_cannot_withdraw(box: Sandbox, connection: Connection) -> None:
    """Somebody whom only another export, or nobody, put on the list stays as is."""
    export(people(range(40)), connection, mapping=ac.Mapping(email="mail"))
    export(people(range(30)), connection)
    export(saying({35: "no", 36: "no", 50: "no"}, range(60)), connection, **WITHDRAWN)
    assert not times_left(box)


def test_who_left_before_and_comes_back_saying_no_withdraws(box: Sandbox, connection: Connection) -> None:
    """Who was kept when the row went missing is still known to have been imported."""
    export(people(range(30)), connection)
    export(people(range(26)), connection)
    assert fates(export(saying({28: "no"}), connection, **WITHDRAWN).withdrawn) == {"unsubscribed": 1}
    assert on_list(box, 2) == {address(28)}


def test_who_withdrew_is_known_after_an_answer_that_never_came(box: Sandbox, clock: VirtualClock) -> None:
    """Where no whole run has written down yet who is on the list, a request that is lost loses nobody who said no."""
    inner = box.connection.link.transport
    assert inner is not None
    plan(people(range(30)), through(box, clock)).run(first=500)

    def lose(_: int, request: httpx.Request, __: Callable[[], httpx.Response]) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    frame = saying({3: "no"})
    for _ in range(2):
        with pytest.raises(ServerError, match=r"no row was sent\. Opt-in withdrawn: 1 uncertain") as caught:
            export(frame, through(box, clock, transport=Wire(inner, IMPORT, lose)), **WITHDRAWN)
        report = caught.value.report
        assert report is not None
        assert report.to_dict()["people"] == ac.report(report.run).people == {"withdrawn": {"uncertain": 1}}
    assert fates(export(frame, through(box, clock), **WITHDRAWN).withdrawn) == {"unsubscribed": 1}
    assert times_left(box) == {address(3): 1}


def test_who_left_long_ago_is_known_after_an_answer_that_never_came(box: Sandbox, clock: VirtualClock) -> None:
    """Who left, came back with other values that were perhaps never received, and says no then, withdraws."""
    inner = box.connection.link.transport
    assert inner is not None
    export(people(range(30)), through(box, clock))
    export(people(range(29)), through(box, clock))

    def lose(_: int, request: httpx.Request, __: Callable[[], httpx.Response]) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    back = people(range(30)).assign(city=lambda rows: rows["city"].where(rows.index < 29, "Lund"))
    with suppress(APIError):
        export(back, through(box, clock, transport=Wire(inner, IMPORT, lose)))
    assert fates(export(saying({29: "no"}), through(box, clock), **WITHDRAWN).withdrawn) == {"unsubscribed": 1}


def test_a_no_outside_the_segment_is_no_withdrawal(box: Sandbox, connection: Connection) -> None:
    """Rows outside the segment are not looked at: whose row went there has left."""
    frame = people(range(30), points=range(30))
    export(frame, connection)
    frame.loc[29, "agreed"] = "no"
    report = export(frame, connection, segment="points < 29", **WITHDRAWN)
    assert (fates(report.withdrawn), fates(report.leavers)) == ({}, {"kept": 1})


def test_booleans_say_no(box: Sandbox, connection: Connection) -> None:
    """False is a no, in whatever dtype."""
    export(people(range(30)), connection)
    for dtype in (bool, "boolean", object):
        frame = people(range(30)).assign(agreed=pd.Series([number != 3 for number in range(30)], dtype=dtype))
        assert fates(plan(frame, connection).withdrawn) == {"kept": 1}
    assert not times_left(box)


# ------------------------------------------------------------------------------------------- address


def test_a_changed_address_is_recognised_by_its_key(box: Sandbox, connection: Connection) -> None:
    """The customer has not left; the plan counts the old contacts that stay subscribed, and offers to take them off."""
    export(people(range(30)), connection, key="id")
    made = plan(moving(), connection, key="id")
    assert (fates(made.moved), fates(made.leavers)) == ({"kept": 2}, {})
    assert any("still on the list: 2" in line and 'moved="unsubscribe"' in line for line in made.warnings)
    made.run()
    assert not times_left(box)
    assert fates(plan(moving(), connection, key="id").moved) == {}  # said once


def test_the_old_contact_is_taken_off_once_the_new_one_is_there(box: Sandbox, connection: Connection) -> None:
    """Both addresses are known afterwards, the old one unsubscribed, the new one subscribed."""
    export(people(range(30)), connection, key="id")
    report = export(moving(), connection, **MOVED)
    assert fates(report.moved) == {"unsubscribed": 2}
    assert report.counts["imported"] == 2
    assert on_list(box, 2) == {address(5), address(6)}
    assert {NEW.format(5), NEW.format(6)} < on_list(box)
    assert fates(export(moving(), connection, **MOVED).moved) == {}
    assert fates(export(moving(moved=(5,)), connection, **MOVED).moved) == {"not_sent": 1}  # back, and refused


def test_whose_new_address_is_not_taken_keeps_the_old_one(box: Sandbox, connection: Connection) -> None:
    """Nobody loses both: the old contact waits until the new one is on the list, and is taken off then."""
    export(people(range(30)), connection, key="id")
    box.exclude(NEW.format(5))
    report = export(moving(), connection, **MOVED)
    assert fates(report.moved) == {"unsubscribed": 1, "not_sent": 1}
    assert on_list(box, 2) == {address(6)}
    made, asked = plan(moving(), connection, **MOVED), requests(box)
    assert (made.departing.cost.reads, made.departing.cost.imports) == (0, 0)
    made.run()
    assert requests(box) == asked
    assert not any("the list is read" in line for line in made.warnings)
    box._state.exclusions.clear()
    report = export(moving(), connection, resend="all", **MOVED)
    assert fates(report.moved) == {"unsubscribed": 1}
    assert on_list(box, 2) == {address(5), address(6)}


@pytest.mark.parametrize("cell", [None, "", "person.5(at)example.org"])
def test_whose_address_cannot_be_read_is_known_by_the_key(box: Sandbox, connection: Connection, cell: Any) -> None:
    """With a key it is known whose row has no address: that person has not left, and who did is taken off."""
    export(people(range(30)), connection, key="id")
    frame = people(range(26)).astype({"mail": object})
    frame.loc[5, "mail"] = cell
    report = export(frame, connection, leavers="unsubscribe", **MOVED)
    assert (fates(report.leavers), fates(report.moved)) == ({"unsubscribed": 4}, {})
    assert set(times_left(box)) == {address(number) for number in range(26, 30)}


def test_a_row_without_address_and_key_may_be_anybodys(box: Sandbox, connection: Connection) -> None:
    """Where not even a key tells whose a row is, nobody is called gone."""
    export(people(range(30)), connection, key="id")
    frame = people(range(26)).astype({"mail": object, "id": object})
    frame.loc[5, ["mail", "id"]] = None
    report = export(frame, connection, leavers="unsubscribe", **MOVED)
    assert fates(report.leavers) == {"held_back": 5}
    assert not times_left(box)


def test_a_key_of_several_people_tells_nothing(box: Sandbox, connection: Connection) -> None:
    """A household's key, or one of two rows, moves nobody, and takes nobody off."""
    household = people(range(30))
    household.loc[[5, 6], "id"] = 99
    export(household, connection, key="id")
    frame = household.drop(index=6).assign(mail=lambda rows: rows["mail"].replace(address(5), NEW.format(5)))
    report = export(frame, connection, leavers="unsubscribe", **MOVED)
    assert (fates(report.leavers), fates(report.moved)) == ({}, {})
    export(people(range(40, 70)), connection, list="Newsletter", key="id")
    twice = pd.concat([moving(range(40, 70), moved=(45,)), people([80], id=1_045)], ignore_index=True)
    report = export(twice, connection, list="Newsletter", leavers="unsubscribe", **MOVED)
    assert (fates(report.leavers), fates(report.moved)) == ({}, {})
    assert not times_left(box)


def test_a_key_is_the_same_in_every_type(connection: Connection) -> None:
    """Numbers, as pandas makes them of a column with gaps, and texts are the same key; another column's are others."""
    export(people(range(30)), connection, key="id")
    for dtype in ("float64", "Int64", str, object, "string"):
        assert fates(plan(moving().astype({"id": dtype}), connection, key="id").moved) == {"kept": 2}
    renamed = plan(moving().rename(columns={"id": "number"}), connection, key="number")
    assert (fates(renamed.moved), fates(renamed.leavers)) == ({}, {"kept": 2})


@pytest.mark.parametrize("cell", [NEW.format(5), None, "person.5(at)example.org"])
def test_who_says_no_under_another_address_withdraws(box: Sandbox, connection: Connection, cell: Any) -> None:
    """By the key it is known whose row says no: the old contact is named, and taken off where that is asked for."""
    export(people(range(30)), connection, key="id")
    frame = people(range(30)).astype({"mail": object})
    frame.loc[5, ["mail", "agreed"]] = [cell, "no"]
    made = plan(frame, connection, leavers="unsubscribe", **MOVED)
    assert (fates(made.withdrawn), fates(made.moved), fates(made.leavers)) == ({"kept": 1}, {}, {})
    assert list(made.problems[made.problems["code"] == "opt-in-withdrawn"].index) == [5]
    assert fates(export(frame, connection, withdrawn="unsubscribe", **MOVED).withdrawn) == {"unsubscribed": 1}
    assert set(times_left(box)) == {address(5)}


def test_a_customer_who_says_both_has_not_withdrawn_the_old_address(box: Sandbox, connection: Connection) -> None:
    """A yes with the new address and a no with a third are two contacts, and the key tells nothing of the old one."""
    export(people(range(30)), connection, key="id")
    third = people([5], mail="third@example.org", agreed="no")
    report = export(pd.concat([moving(moved=(5,)), third], ignore_index=True), connection, key="id", **WITHDRAWN)
    assert fates(report.withdrawn) == {}
    assert not times_left(box)


@pytest.mark.parametrize("label", [pd.Timestamp("2026-01-01"), np.int64(7), ("id", 1)], ids=repr)
def test_a_key_is_any_label_of_a_column(connection: Connection, label: Any) -> None:
    """Also one that JSON has no form for, in an export that is not saved; the report of the run tells it."""
    frame = people(range(30)).rename(columns={"id": label})
    report = export(frame, connection, key=label)
    assert "key" in ac.report(report.run).options
    later = frame.assign(mail=frame["mail"].replace(address(5), NEW.format(5)))
    assert fates(plan(later, connection, key=label).moved) == {"kept": 1}


def test_without_a_key_the_old_address_has_left(connection: Connection) -> None:
    """Where nothing tells who a customer is, a changed address looks like somebody who left and somebody new."""
    export(people(range(30)), connection)
    made = plan(moving(), connection, key="id")  # the keys are remembered from now on
    assert (fates(made.moved), fates(made.leavers)) == ({}, {"kept": 2})
    made.run()
    assert fates(plan(moving(moved=(5, 6, 7)), connection, key="id").moved) == {"kept": 1}


def test_the_key_is_not_sent(box: Sandbox, connection: Connection) -> None:
    """The column of keys stays here, and so do its values: no file of the state holds one."""
    export(people(range(30), id=[f"secret-key-{number}" for number in range(30)]), connection, key="id")
    from ac_notebook.storage.home import find_home  # noqa: PLC0415 - where the state is

    for path in find_home().rglob("*"):
        if path.is_file():
            assert b"secret-key" not in path.read_bytes()
    assert "secret-key" not in box.contacts().to_csv()
