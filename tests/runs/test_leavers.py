"""People who left: found, told beforehand, and touched only where that was asked for; nobody else ever is."""

from __future__ import annotations

import json
import signal
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.errors import APIError, ConfigurationError, ConsentError, ExportInterrupted, GuardError, StateError
from ac_notebook.model.export import Export
from ac_notebook.sandbox import Sandbox
from ac_notebook.storage.database import open_database
from ac_notebook.storage.home import find_home
from ac_notebook.storage.journal import Journal
from tests.benchmarks import leavers
from tests.runs.departures import (
    LIST,
    MAPPING,
    SURE,
    address,
    export,
    fates,
    on_list,
    people,
    plan,
    requests,
    tagged,
    times_left,
    times_tagged,
)
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook import Connection

CONTACTS = "/api/3/contacts"
OFF: dict[str, Any] = {"leavers": "unsubscribe", "allow": SURE}
LEFT = {address(number) for number in range(26, 30)}


def left_off(box: Sandbox) -> set[str]:
    """Return who was taken off the list; each of them once."""
    found = times_left(box)
    assert set(found.values()) <= {1}
    assert set(found) == on_list(box, 2)
    return set(found)


# ------------------------------------------------------------------------------------------- what is done


def test_they_are_named_and_kept_unless_something_is_asked_for(box: Sandbox, connection: Connection) -> None:
    """By default nobody is touched and nothing more is read; the plan says how many left, and what can be done."""
    export(people(range(30)), connection)
    before = requests(box)
    made = plan(people(range(26)), connection)
    assert fates(made.leavers) == {"kept": 4}
    (told,) = [line for line in made.warnings if "last run" in line]
    assert "4" in told
    assert 'leavers="unsubscribe"' in told
    report = made.run()
    assert fates(report.leavers) == {"kept": 4}
    assert requests(box) == before
    assert not times_left(box)
    assert fates(plan(people(range(26)), connection, **OFF).leavers) == {}  # that was the last run but one


def test_they_are_unsubscribed_and_nobody_else_is(box: Sandbox, connection: Connection) -> None:
    """Exactly those who were in the last run and are not now leave the list, in as many requests as the plan said."""
    export(people(range(30)), connection)
    made = plan(people(range(26)), connection, **OFF)
    assert fates(made.leavers) == {"not_sent": 4}
    assert sum("Unsubscribing cannot be undone" in line for line in made.warnings) == 1
    before = requests(box)
    report = made.run()
    assert left_off(box) == LEFT
    assert fates(report.leavers) == {"unsubscribed": 4}
    assert report.leavers.sum() == 4
    after = requests(box)
    cost = made.departing.cost
    assert {name: after[name] - before[name] for name in after} == {"reads": cost.reads, "imports": cost.imports}
    assert (report.numbers["reads"], report.numbers["requests"]) == (cost.reads, cost.imports)
    assert report.counts.to_dict() == {**dict.fromkeys(report.counts.index, 0), "unchanged": 26}
    assert report.status == "Successful"
    assert "left: 4 unsubscribed" in ac.history()["details"].iloc[-1]
    for shown in (repr(report), report._repr_html_(), repr(made), made._repr_html_()):
        assert "Not in the segment any more" in shown
        assert "person." not in shown


def test_they_are_tagged_and_stay_on_the_list(box: Sandbox, connection: Connection) -> None:
    """A tag names the export, or the list of one that has no name; they stay subscribed, and are tagged once."""
    export(people(range(30)), connection)
    report = export(people(range(26)), connection, leavers="tag")
    assert fates(report.leavers) == {"tagged": 4}
    assert tagged(box, f"left: {LIST}") == LEFT
    assert not times_left(box)
    export(people(range(26)), connection, leavers="tag")
    export(people(range(20)), connection, leavers="tag")
    assert set(times_tagged(box).values()) == {1}
    assert len(tagged(box, f"left: {LIST}")) == 10


def test_progress_says_that_people_are_taken_off(box: Sandbox, connection: Connection) -> None:
    """It has a phase of its own; the numbers stay those of rows, to the end."""
    export(people(range(300)), connection)
    seen: list[ac.Progress] = []
    plan(people(range(296), city="Lund"), connection, **OFF).run(progress=seen.append)
    last = seen[-1]
    assert (last.phase, last.to_send, last.accepted, last.imported) == ("ended", 296, 296, 296)
    assert len(left_off(box)) == 4
    while_leaving = [progress for progress in seen if progress.phase == "leaving"]
    assert all((progress.to_send, progress.imported) == (296, 296) for progress in while_leaving)


def test_leaving_the_segment_is_leaving(box: Sandbox, connection: Connection) -> None:
    """Whose row is outside the segment now has left it."""
    frame = people(range(30), points=range(30))
    export(frame, connection, segment="points >= 0")
    export(frame, connection, segment="points < 26", **OFF)
    assert left_off(box) == LEFT


def test_what_is_sent_is_an_address_and_one_thing(box: Sandbox, clock: VirtualClock) -> None:
    """Nobody is subscribed by it, no automation starts, and no field, name or tag of theirs is touched."""
    bodies: list[dict[str, Any]] = []

    def note(_: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        bodies.append(json.loads(request.read()))
        return pass_on()

    inner = box.connection.link.transport
    assert inner is not None
    connection = through(box, clock, transport=Wire(inner, IMPORT, note))
    export(people(range(30)), connection)
    export(people(range(26)), connection, **OFF)
    export(people(range(23)), connection, leavers="tag")
    for body, said in zip(bodies[1:], ("unsubscribe", "tags"), strict=True):
        assert body["exclude_automations"] is True
        for contact in body["contacts"]:
            assert set(contact) == {"email", said, "exclude_automations"}
            assert contact["exclude_automations"] is True


# ------------------------------------------------------------------------------------------- who is never touched


def test_who_was_put_on_the_list_by_others_is_not_touched(box: Sandbox, connection: Connection) -> None:
    """Who is on the list and was never sent by this export stays there."""
    by_another = ac.Mapping(email="mail")
    export(people(range(100, 140)), connection, mapping=by_another)
    export(people(range(30)), connection)
    export(people(range(26)), connection, **OFF)
    assert left_off(box) == LEFT
    assert on_list(box) == {address(number) for number in (*range(26), *range(100, 140))}


def test_whom_another_export_sends_too_is_left_alone(box: Sandbox, connection: Connection) -> None:
    """Somebody whom another export keeps on the same list is not taken off it, and is counted."""
    export(people(range(28, 32)), connection, mapping=ac.Mapping(email="mail"))
    export(people(range(30)), connection)
    made = plan(people(range(26)), connection, **OFF)
    assert fates(made.leavers) == {"not_sent": 2, "elsewhere": 2}
    assert any("2 are left alone" in line for line in made.warnings)
    assert fates(made.run().leavers) == {"unsubscribed": 2, "elsewhere": 2}
    assert left_off(box) == {address(26), address(27)}


def test_whom_another_export_sends_meanwhile_is_left_alone(box: Sandbox, clock: VirtualClock) -> None:
    """A run may take an hour: who else puts people on the list is looked at again before anybody is taken off."""
    inner = box.connection.link.transport
    assert inner is not None
    export(people(range(30)), through(box, clock))

    def another(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number == 1:
            export(people([29]), through(box, clock), mapping=ac.Mapping(email="mail"))
        return pass_on()

    wired = through(box, clock, transport=Wire(inner, IMPORT, another))
    report = export(people(range(26), city="Lund"), wired, **OFF)
    assert fates(report.leavers) == {"unsubscribed": 3, "elsewhere": 1}
    assert left_off(box) == LEFT - {address(29)}


def test_whom_another_export_has_queued_is_left_alone(clock: VirtualClock) -> None:
    """What another export has sent and nobody has confirmed yet counts as its own."""
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    connection = through(box, clock)
    export(people(range(30)), connection)
    export(people([29]), connection, mapping=ac.Mapping(email="mail"), wait=0)
    assert fates(plan(people(range(26)), connection, **OFF).leavers) == {"not_sent": 3, "elsewhere": 1}


@pytest.mark.parametrize(
    "changed",
    [
        {"agreed": ""}, {"agreed": "perhaps"}, {"agreed": "no"}, {"mail": address(0)}, {"city": "x\0y"},
        {"mail": "PERSON.29@Example.ORG "},
    ],
    ids=repr,
)  # fmt: skip
def test_a_row_that_is_rejected_has_not_left(
    box: Sandbox, connection: Connection, changed: dict[str, str]
) -> None:  # fmt: skip
    """Who is in the frame with a row that is withheld, invalid, a duplicate or written otherwise stays on the list."""
    export(people(range(30)), connection)
    frame = people(range(30))
    for name, value in changed.items():
        row = 28 if value == address(0) else 29
        frame.loc[row, name] = value
    if changed.get("mail") == address(0):
        frame = pd.concat([frame, people([28], city="x\0y")], ignore_index=True)  # and another row, which is invalid
    assert fates(export(frame, connection, **OFF).leavers) == {}
    assert not times_left(box)


@pytest.mark.parametrize("cell", [None, "  ", "person.29(at)example.org", "nan", 17.5])
def test_a_row_whose_address_cannot_be_read_may_be_theirs(box: Sandbox, connection: Connection, cell: Any) -> None:
    """As long as a row has no readable address, nobody is called gone: not also where as many rows had none before."""
    frame = people(range(30)).astype({"mail": object})
    frame.loc[3, "mail"] = None
    export(frame, connection)
    later = people(range(1, 30)).astype({"mail": object})  # somebody left, a broken row was mended,
    later.loc[28, "mail"] = cell  # and another one broke
    made = plan(later, connection, **OFF)
    assert fates(made.leavers) == {"held_back": 2}
    assert any('allow={"unreadable"}' in line for line in made.warnings)
    made.run()
    assert not times_left(box)
    assert fates(export(people(range(1, 30)), connection, **OFF).leavers) == {"unsubscribed": 1}  # all are readable
    assert left_off(box) == {address(0)}


def test_that_may_be_allowed(box: Sandbox, connection: Connection) -> None:
    """Who knows that those rows are nobody's says so by name."""
    export(people(range(30)), connection)
    frame = pd.concat([people(range(26)), people([99], mail=None)], ignore_index=True)
    report = export(frame, connection, leavers="unsubscribe", allow={*SURE, "unreadable"})
    assert fates(report.leavers) == {"unsubscribed": 4}
    assert left_off(box) == LEFT


def test_a_rehearsal_takes_nobody_off(box: Sandbox, connection: Connection) -> None:
    """``first=20`` sends a few rows and nothing else, also where there are fewer; the whole run does the rest."""
    export(people(range(30)), connection)
    made = plan(people([*range(26), *range(40, 80)]), connection, **OFF)
    for first in (20, 500):
        report = made.run(first=first)
        assert fates(report.leavers) == {"not_sent": 4}
        report.raise_for_rows()
        assert not times_left(box)
    assert fates(made.run().leavers) == {"unsubscribed": 4}
    assert left_off(box) == LEFT


def test_a_rehearsal_is_no_last_run(box: Sandbox, connection: Connection) -> None:
    """After a first rehearsal of all customers nobody has left, since no run was whole; the plan says so."""
    plan(people(range(30)), connection).run(first=20)
    assert any("not written down yet" in line for line in plan(people(range(10, 30)), connection, **OFF).warnings)
    assert fates(export(people(range(10, 30)), connection, **OFF).leavers) == {}
    assert not times_left(box)


def test_a_segment_that_fails_takes_nobody_off(box: Sandbox, connection: Connection) -> None:
    """A segment that is empty, or cannot be worked out, and an empty frame stop before anything is sent."""
    export(people(range(30)), connection)
    before = len(box.requests())
    every = people(range(30))
    for frame, segment in ((every, "city == 'nowhere'"), (every, "no such"), (every[:0], None)):
        with pytest.raises(ConfigurationError, match=r"Nothing was sent|segment|rows"):
            export(frame, connection, segment=segment, **OFF)
    assert len(box.requests()) == before
    assert not times_left(box)


@pytest.mark.parametrize(
    ("path", "number", "done"), [(IMPORT, 1, 0), (CONTACTS, 1, 0), (CONTACTS, 3, 0), (IMPORT, 3, 10)],
)  # fmt: skip
def test_a_run_that_is_interrupted_does_nothing_more(
    box: Sandbox, clock: VirtualClock, path: str, number: int, done: int
) -> None:
    """Stopped while it sends rows, or reads the list, a run takes nobody off; the next one finds the same people."""
    inner = box.connection.link.transport
    assert inner is not None
    export(people(range(300)), through(box, clock))
    seen = threading.Event()

    def stop(count: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if count == number:
            signal.raise_signal(signal.SIGINT)
            seen.wait(0.3)  # the thread that waits has to see it before this one goes on
        return pass_on()

    later = people(range(290), city="Lund")
    with pytest.raises(ExportInterrupted) as caught:
        plan(later, through(box, clock, transport=Wire(inner, path, stop)), **OFF).run()
    report = caught.value.report
    assert report is not None
    assert int(report.leavers[["not_sent", "accepted", "unsubscribed"]].sum()) == 10
    assert report.leavers["not_sent"] == 10 - done
    if not done:
        assert not times_left(box)
    export(later, through(box, clock), **OFF)
    assert left_off(box) == {address(number) for number in range(290, 300)}


def test_a_run_that_fails_takes_nobody_off(box: Sandbox, clock: VirtualClock) -> None:
    """When the account refuses to go on, nobody is taken off the list; what was new since the last run is not gone."""
    inner = box.connection.link.transport
    assert inner is not None
    export(people(range(30)), through(box, clock))

    def refuse(_: int, __: httpx.Request, ___: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(402)

    with pytest.raises(APIError):
        export(people(range(40)[4:]), through(box, clock, transport=Wire(inner, IMPORT, refuse)), **OFF)
    assert not times_left(box)
    assert fates(export(people(range(40)), through(box, clock), **OFF).leavers) == {}


@pytest.mark.parametrize("newer", [range(45), range(29)], ids=["joined", "left"])
def test_an_old_plan_takes_nobody_off(box: Sandbox, connection: Connection, newer: range) -> None:
    """Whom a later run's data holds an older plan does not know: it stops, whatever that run sent, and says why."""
    export(people(range(30)), connection)
    old = plan(people(range(28)), connection, **OFF)
    old.run(first=20)  # its own runs do not make it older
    export(people(newer), connection)
    sent = requests(box)
    with pytest.raises(StateError, match=r"older than the run of .* whom newer data may hold"):
        old.replace(leavers="tag").run()
    with pytest.raises(StateError, match="older"):
        old.run()
    assert requests(box) == sent
    assert old.replace(leavers="keep").run().counts["unchanged"] == 28
    assert not times_left(box)


def test_an_old_plan_for_another_list_is_as_old(box: Sandbox, connection: Connection) -> None:
    """Given another list, a plan still holds the data of the day on which it was made."""
    old = plan(people(range(28)), connection, list="Newsletter", **OFF)
    export(people(range(30)), connection)
    with pytest.raises(StateError, match="older than the run of"):
        old.replace(list=LIST).run()
    assert fates(export(people(range(28)), connection, **OFF).leavers) == {"unsubscribed": 2}
    assert left_off(box) == {address(28), address(29)}


def test_who_opted_out_is_not_counted_as_taken_off(box: Sandbox, connection: Connection) -> None:
    """Who left the list alone, bounced or was deleted is no active subscriber: nothing is sent, once and for all."""
    export(people(range(30)), connection)
    box.unsubscribe(address(26), 5)
    box.bounce(address(27))
    box.delete(address(28))
    assert fates(export(people(range(26)), connection, **OFF).leavers) == {"unsubscribed": 1, "not_on_list": 3}
    assert times_left(box)[address(29)] == 1
    assert address(28) not in set(box.contacts()["email"])
    read = requests(box)
    assert fates(export(people(range(26)), connection, **OFF).leavers) == {}
    assert requests(box) == read
    assert any("who are back: 1." in line for line in plan(people(range(30)), connection).warnings)  # of whom it did


# ------------------------------------------------------------------------------------------- coming back


def test_who_comes_back_is_not_subscribed_again(box: Sandbox, connection: Connection) -> None:
    """The plan says that they will be refused; the rows are sent, refused with the reason, and never "unchanged"."""
    export(people(range(30)), connection)
    export(people(range(26)), connection, **OFF)
    made = plan(people(range(30)), connection, **OFF)
    assert made.counts["not_sent"] == 4
    assert any("who are back: 4" in line for line in made.warnings)
    report = made.run()
    assert (report.counts["refused"], report.counts["unchanged"]) == (4, 26)
    assert set(report.problems["code"]) == {"refused-unsubscribed"}
    assert on_list(box, 2) == LEFT
    export(people(range(26)), connection, **OFF)
    assert left_off(box) == LEFT


def test_who_comes_back_is_no_alarm(connection: Connection) -> None:
    """It is known that they will be refused: for the alarms they count as those who were refused before."""
    export(people(range(30)), connection)
    export(people(range(26)), connection, **OFF)
    made = plan(people(range(30)), connection)
    assert made.run().counts["refused"] == 4
    with closing(open_database(find_home())) as database:
        (last,) = Journal(database).earlier_runs(connection.account, scope=made.scope, most=1)
    assert last.facts["refused_before"] == 4


def test_who_subscribes_again_and_leaves_again_is_taken_off_again(box: Sandbox, connection: Connection) -> None:
    """Being taken off once is not for ever: who subscribed again and was imported since can leave again."""
    export(people(range(30)), connection)
    export(people(range(26)), connection, **OFF)
    account = box._state
    contact = account.find(address(26))
    assert contact is not None
    account.place(contact, account.lists[5], 1, 1_800_000_000, automated=False)  # by a form
    account.keep(contact)
    export(people(range(27)), connection, **OFF)
    assert fates(export(people(range(26)), connection, **OFF).leavers) == {"unsubscribed": 1}
    assert on_list(box, 2) == LEFT


def test_who_was_tagged_and_comes_back_keeps_the_tag(box: Sandbox, connection: Connection) -> None:
    """They are imported as anybody is, and the plan says that no import takes a tag off."""
    export(people(range(30)), connection)
    export(people(range(26)), connection, leavers="tag")
    made = plan(people(range(30)), connection, leavers="tag")
    assert any("takes no tag off" in line for line in made.warnings)
    assert made.run().counts["imported"] == 4
    assert fates(export(people(range(28)), connection, leavers="tag").leavers) == {"tagged": 2}


# ------------------------------------------------------------------------------------------- rails, consent, words


def test_the_first_time_has_to_be_allowed(box: Sandbox, connection: Connection) -> None:
    """Unsubscribing is done only by who says that it is meant; from then on it is usual for this export alone."""
    export(people(range(30)), connection)
    with pytest.raises(GuardError, match="cannot be undone") as caught:
        export(people(range(26)), connection, leavers="unsubscribe")
    assert caught.value.rails == ("unsubscribing",)
    assert not times_left(box)
    export(people(range(26)), connection, **OFF)
    export(people(range(24)), connection, leavers="unsubscribe")
    assert len(left_off(box)) == 6
    export(people(range(100, 130)), connection, mapping=ac.Mapping(email="mail"))
    with pytest.raises(GuardError):
        export(people(range(100, 129)), connection, mapping=ac.Mapping(email="mail"), leavers="unsubscribe")


@pytest.mark.parametrize("action", ["tag", "unsubscribe"])
def test_too_many_at_once_stop(box: Sandbox, connection: Connection, action: str) -> None:
    """More than half of twenty or more stop, as do more than 500 that are more than one in twenty; not half."""
    export(people(range(30)), connection)
    with pytest.raises(GuardError) as caught:
        export(people(range(14)), connection, leavers=action, allow=SURE)
    assert caught.value.rails == ("leavers",)
    assert not times_left(box)
    report = export(people(range(15)), connection, leavers=action, allow=SURE)
    assert report.leavers.sum() == 15


def test_who_is_kept_by_another_export_counts_among_the_many(box: Sandbox, connection: Connection) -> None:
    """A frame that lost nearly everybody stops, though another export keeps most of them on the list."""
    export(people(range(4, 40)), connection, mapping=ac.Mapping(email="mail"))
    export(people(range(40)), connection)
    with pytest.raises(GuardError, match=r"38 of the 40 people .* but for 36 whom another export") as caught:
        export(people(range(2)), connection, **OFF)
    assert caught.value.rails == ("leavers",)
    assert not times_left(box)


@pytest.mark.parametrize(("path", "number"), [(IMPORT, 1), (CONTACTS, 1), (CONTACTS, 2)])
def test_nothing_is_sent_without_consent(box: Sandbox, clock: VirtualClock, path: str, number: int) -> None:
    """Withdrawn while the rows were sent, or the list was read, the agreement is missed before anybody is taken off."""
    inner = box.connection.link.transport
    assert inner is not None
    export(people(range(30)), through(box, clock))

    def withdraw(count: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if count == number:
            connection.link.withdrawn.make(now=clock.now())
        return pass_on()

    connection = through(box, clock, transport=Wire(inner, path, withdraw))
    before = requests(box)
    with pytest.raises(ConsentError):
        export(people(range(26), city="Lund"), connection, **OFF)
    after = requests(box)
    assert after["imports"] == before["imports"] + 1
    assert after["reads"] == before["reads"] + (path == CONTACTS) * 2
    assert not times_left(box)


@pytest.mark.parametrize(
    "given",
    [
        {"leavers": "remove"}, {"leavers": True}, {"withdrawn": "tag"}, {"moved": "unsubscribe"}, {"key": ["id"]},
        {"moved": 1, "key": "id"}, {"key": "ids"},
    ],
)  # fmt: skip
def test_other_words_are_refused(connection: Connection, given: dict[str, Any]) -> None:
    """A slip is said before anything is asked or sent."""
    with pytest.raises(ConfigurationError, match="Nothing was sent"):
        export(people(range(3)), connection, **given)


def test_a_plan_takes_another_action_but_no_other_key(connection: Connection) -> None:
    """``replace`` looks anew at who left; a key is a column of the frame, which a plan no longer has."""
    export(people(range(30)), connection)
    made = plan(people(range(26)), connection)
    assert fates(made.replace(leavers="tag").leavers) == {"not_sent": 4}
    with pytest.raises(ConfigurationError, match="key"):
        made.replace(key="id")


# ------------------------------------------------------------------------------------------- faults of the service


def test_without_an_answer_it_is_repeated_and_found_done(box: Sandbox, clock: VirtualClock) -> None:
    """A request whose answer is lost is sent again, with automations off; each of them leaves once."""
    inner = box.connection.link.transport
    assert inner is not None
    export(people(range(30)), through(box, clock))

    def lose(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        answer = pass_on()
        if number == 1:
            raise httpx.ReadTimeout("", request=request)
        return answer

    report = export(people(range(26)), through(box, clock, transport=Wire(inner, IMPORT, lose)), **OFF)
    assert fates(report.leavers) == {"unsubscribed": 4}
    assert left_off(box) == LEFT


def test_with_automations_it_is_repeated_too(box: Sandbox, clock: VirtualClock) -> None:
    """No automation starts for who left, also where they do for rows: so a lost answer is no reason to give up."""
    inner = box.connection.link.transport
    assert inner is not None
    export(people(range(30)), through(box, clock), run_automations=True)
    bodies: list[dict[str, Any]] = []

    def lose(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        bodies.append(json.loads(request.read()))
        answer = pass_on()
        if number == 1:
            raise httpx.ReadTimeout("", request=request)
        return answer

    wired = through(box, clock, transport=Wire(inner, IMPORT, lose))
    report = export(people(range(26)), wired, run_automations=True, **OFF)
    assert fates(report.leavers) == {"unsubscribed": 4}
    assert left_off(box) == LEFT
    assert [body["exclude_automations"] for body in bodies] == [True, True]
    assert all(contact["exclude_automations"] is True for body in bodies for contact in body["contacts"])


def test_who_is_refused_has_a_word_of_their_own(clock: VirtualClock) -> None:
    """Somebody whom the importer does not take is refused, counted, and not sent again by every run."""
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    connection = through(box, clock)
    export(people(range(30)), connection)
    box.exclude(address(26))
    report = export(people(range(26)), connection, **OFF)
    assert fates(report.leavers) == {"unsubscribed": 3, "refused": 1}
    with pytest.raises(ac.errors.ActiveCampaignError, match="of the people to be unsubscribed or tagged 1 refused"):
        report.raise_for_rows()
    sent = requests(box)
    assert fates(export(people(range(26)), connection, **OFF).leavers) == {}
    assert requests(box) == sent


def test_what_is_not_confirmed_is_asked_about_by_the_next_run(clock: VirtualClock) -> None:
    """Queued and not over when the wait ended, they are accepted; the next run learns the end and sends nothing."""
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    connection = through(box, clock)
    export(people(range(30)), connection)
    report = export(people(range(26)), connection, wait=0, **OFF)
    assert fates(report.leavers) == {"accepted": 4}
    clock.sleep(60)
    assert fates(export(people(range(26)), connection, **OFF).leavers) == {}
    assert left_off(box) == LEFT
    assert requests(box)["imports"] == 2


def test_a_report_asks_again_about_them(clock: VirtualClock) -> None:
    """``refresh`` brings up to date what became of people who left, as of rows."""
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    connection = through(box, clock)
    export(people(range(30)), connection)
    report = export(people(range(26)), connection, wait=0, **OFF)
    clock.sleep(60)
    again = report.refresh()
    assert fates(again.leavers) == {"unsubscribed": 4}
    assert again.counts.equals(report.counts)
    assert fates(export(people(range(26)), connection, **OFF).leavers) == {}


def test_a_list_that_is_not_read_to_its_end_calls_nobody_gone(box: Sandbox, clock: VirtualClock) -> None:
    """Where far fewer subscribers are read than ActiveCampaign counts, who was not found is looked for again later."""
    inner = box.connection.link.transport
    assert inner is not None
    export(people(range(300)), through(box, clock))

    def empty(_: int, __: httpx.Request, ___: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json={"contacts": [], "meta": {"total": "0"}})

    wired = through(box, clock, transport=Wire(inner, "/api/3/contacts", empty))
    assert fates(export(people(range(290)), wired, **OFF).leavers) == {"not_sent": 10}
    assert fates(export(people(range(290)), through(box, clock), **OFF).leavers) == {"unsubscribed": 10}


def test_what_is_done_about_them_is_no_part_of_the_identity() -> None:
    """Who was in the last run of an unnamed export is known, whatever it says of leavers now."""
    first = Export(list=LIST, mapping=ac.Mapping.of(MAPPING))
    other = first.replace(options=ac.Options(leavers="tag", withdrawn="unsubscribe", key="id"))
    assert first.identity == other.identity
    assert Export(name="weekly", list=LIST, mapping=first.mapping).tag_of_leavers("VIP") == "left: weekly"


@pytest.mark.parametrize("action", leavers.ACTIONS)
def test_the_ledger_and_the_plan_agree(action: str) -> None:
    """Of a thousand people exactly those change who should, in as many requests as the plan said; soak: 100,000."""
    found = leavers.changed(1_000, action)
    assert found.found == found.wanted
    assert found.made == found.planned
    assert (found.twice, found.others) == (0, 0)
