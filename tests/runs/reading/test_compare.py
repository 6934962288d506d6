"""A plan against what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.sandbox import Quirks, Sandbox
from tests.contract.uses import customers_of_every_type, every_type_mapping
from tests.people import MAPPING, people
from tests.runs.reading.scene import CONTACTS, VIP, exported, meddling, requests_of
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from ac_notebook import Plan

WORDS = (
    "create", "join", "create or join", "update", "same", "stays unsubscribed", "stays bounced", "excluded",
)  # fmt: skip


def planned(connection: ac.Connection, frame: pd.DataFrame, **more: Any) -> Plan:
    """Plan an export to the list VIP."""
    return ac.plan(frame, connection=connection, **{"list": "VIP", "mapping": MAPPING, "progress": False, **more})


def cast(box: Sandbox, connection: ac.Connection) -> tuple[pd.DataFrame, list[str]]:
    """Return people in every standing on the list, and their words: two rows of each word, and one that is rejected."""
    frame = people(13)
    exported(connection, frame[:10], tags=["spring"])
    exported(connection, frame[10:11], list="Newsletter")
    box.unsubscribe(frame["E-mail"][0], VIP)
    box.bounce(frame["E-mail"][1])
    box.exclude(frame["E-mail"][2])
    box.exclude("person.3@", match="begin")
    box.delete(frame["E-mail"][9])
    now = frame.copy()
    now.loc[4, "Given name"] = "Other"
    now.loc[5, "dob"] = pd.Timestamp("1999-01-02")
    now.loc[5, "Mobile"] = "+46 8 1"
    now.loc[6, "Mobile"] = None  # a blank is not sent, and so no change
    now.loc[12, "E-mail"] = "no address"
    words = ["stays unsubscribed", "stays bounced", "excluded", "excluded", "update", "update", "same", "same", "same",
             "create", "join", "create", ""]  # fmt: skip
    return now, words


@pytest.mark.parametrize("account", [False, True])
def test_every_row_has_its_word(
    box: Sandbox, connection: ac.Connection, capsys: pytest.CaptureFixture[str], account: Any
) -> None:
    """Create, join, update, same and those who stay away are told apart; as many requests as predicted, no effect."""
    frame, words = cast(box, connection)
    plan = planned(connection, frame, tags=["Spring"])
    compared, made = requests_of(box, lambda: plan.compare(account=account, progress=True))
    assert [word if isinstance(word, str) else "" for word in compared.comparison] == words
    assert compared.comparison.index.equals(frame.index)
    assert compared.comparison.cat.categories.tolist() == list(WORDS)
    assert compared.compared.predicted == compared.compared.requests == made
    assert "SANDBOX · Comparing with 'VIP' (list 5): " in capsys.readouterr().out
    found = compared.differences(clear=True)
    assert list(found.itertuples(name=None)) == [
        (4, "first_name", "O'Neil", "Other"),
        (5, "phone", "", "+46 8 1"),
        (5, "Birthday", "1950-07-05", "1999-01-02"),
    ]
    text = f"{compared!r}{compared._repr_html_()}"
    assert "Update: 2 rows, on the list" in text
    assert "first_name 1, phone 1, Birthday 1" in text
    for value in ("Other", "+46 8 1", "1999-01-02", "person.4"):
        assert value not in text
        assert value not in compared.differences().to_string()
    assert plan.compared is None


def test_a_second_export_finds_everything_the_same(box: Sandbox, connection: ac.Connection) -> None:
    """Fields of every type, messy values and tags: after an export each row that arrived compares as the same."""
    box.add_field("Note", "textarea")
    box.add_field("Source", "hidden")
    box.add_field("Size", "radio", options=["S", "M", "L"])
    box.add_field("Shops", "listbox", options=["North", "South"])
    frame = customers_of_every_type()[:120]
    call: dict[str, Any] = {"mapping": every_type_mapping(), "tags": ["spring", 'with "quotes"', "Žluťoučký"]}
    report = exported(connection, frame, **call)
    plan = planned(connection, frame, compare=True, **call)
    imported = report.outcome == "imported"
    assert set(plan.comparison[imported]) == {"same"}
    assert plan.comparison[~imported].isna().all()
    assert plan.differences().empty
    clearing = call["mapping"].replace(blank=dict.fromkeys(("phone", "City", "Birthday"), "clear"))
    again = planned(connection, frame, compare=True, **{**call, "mapping": clearing})
    assert set(again.comparison[imported]) == {"same"}


def test_other_spellings_of_a_value_are_the_same(box: Sandbox, connection: ac.Connection) -> None:
    """What the account writes otherwise is no change: numbers, order of options, zones, ends of lines, letter case."""
    number = box.add_field("Note", "textarea")
    frame = pd.DataFrame({
        "mail": ["Anna@Example.org"], "points": ["12.50"], "likes": [["Music", "Sport"]], "note": ["a\r\nb"],
        "visit": [pd.Timestamp("2026-03-01 12:00", tz="UTC")],
    })  # fmt: skip
    mapping = {"email": "mail", "Points": "points", "Interests": "likes", "Note": "note", "Last visit": "visit"}
    options = [option.value for field in ac.describe(connection).custom_fields if field.title == "Interests"
               for option in field.options][:2]  # fmt: skip
    frame["likes"] = [options]
    exported(connection, frame, mapping=mapping, tags=["Spring"])
    account = box._state
    contact = account.find("anna@example.org")
    assert contact is not None
    numbers = box.fields().set_index("title")["id"]
    for name, text in (("Points", "12.5"), ("Interests", f"||{options[1]}||{options[0]}||"), ("Note", "a\nb")):
        account.write_value(contact, int(numbers[name]), text, 1)
    account.keep(contact)
    assert number in account.fields
    now = frame.assign(mail="anna@EXAMPLE.org", visit=pd.Timestamp("2026-03-01 13:00", tz="Europe/Stockholm"))
    plan = planned(connection, now, mapping=mapping, tags=["SPRING"], compare=True)
    assert plan.comparison.tolist() == ["same"]


def test_a_row_that_differs_and_is_not_sent_is_told(box: Sandbox, connection: ac.Connection) -> None:
    """What somebody else changed since this export sent it is an update that only ``resend="all"`` makes."""
    exported(connection, 3)
    account = box._state
    contact = account.find("person.1@example.org")
    assert contact is not None
    account.write(contact, "first_name", "Else")
    account.keep(contact)
    plan = planned(connection, people(3), compare=True)
    assert plan.comparison.tolist() == ["same", "update", "same"]
    assert "Not sent: 1 row that would change something" in repr(plan)
    assert "Not sent" not in repr(plan.replace(resend="all").compare())


def test_a_tag_of_another_kind_is_no_tag_of_contacts(box: Sandbox, clock: VirtualClock) -> None:
    """Where a template's tag is called the same as the contacts' one, contacts are compared by theirs."""
    exported(through(box, clock), 3, tags=["spring"])
    inner = box.connection.link.transport
    assert inner is not None

    def act(_: int, request: httpx.Request) -> httpx.Response:
        body = httpx.Response(200, content=inner.handle_request(request).read()).json()
        body["tags"].append({**body["tags"][0], "id": "77", "tag": "spring", "tagType": "template"})
        return httpx.Response(200, json=body)

    plan = planned(meddling(box, clock, "/api/3/tags", act), people(3), tags=["spring"], compare=True)
    assert plan.comparison.tolist() == ["same"] * 3


def test_odd_arguments_are_refused_in_a_sentence(connection: ac.Connection) -> None:
    """Anything but a number of rows, or but True and False, is told by the argument's name."""
    plan = planned(connection, people(2), compare=True)
    no_numbers: list[Any] = ["x", 2.5, -1, True, pd.NA, [1]]
    for given in no_numbers:
        for show in (plan.differences, plan.preview):
            with pytest.raises(errors.ConfigurationError, match="rows="):
                show(given)
    no_truths: list[Any] = ["x", 1, pd.NA, None]
    for given in no_truths:
        with pytest.raises(errors.ConfigurationError, match="account="):
            plan.compare(account=given)
        for show in (plan.differences, plan.preview):
            with pytest.raises(errors.ConfigurationError, match="clear="):
                show(clear=given)


def test_what_clears_and_what_adds_is_a_change(connection: ac.Connection) -> None:
    """A blank that clears, a tag that is missing, and a person who is not confirmed are updates, each by its name."""
    frame = people(4)
    exported(connection, frame)
    cleared = frame.assign(city=None)
    mapping = ac.Mapping.of(MAPPING).replace(blank={"City": "clear"})
    plan = planned(connection, cleared, mapping=mapping, tags=["new one"], compare=True)
    found = plan.differences(2, clear=True)
    assert found["field"].tolist() == ["City", "tags", "City", "tags"]
    assert found["new"].tolist()[:2] == ["", "new one"]
    assert plan.compared is not None
    assert plan.compared.differences.counts() == {"City": 4, "tags": 4}
    assert plan.differences(1)["old"].iloc[0] == "M…"
    assert plan.differences(0).empty


def test_unconfirmed_people_are_updates(clock: VirtualClock) -> None:
    """Somebody who is unconfirmed on the list is told as an update of the status."""
    box = Sandbox(clock=clock.monotonic, now=clock.now, quirks=Quirks(double_opt_in="unconfirmed"))
    number = box.add_list("Double", double_opt_in=True)
    connection = through(box, clock)
    exported(connection, 2, list=number)
    plan = planned(connection, people(2), list=number, compare=True)
    assert plan.comparison.tolist() == ["update"] * 2
    assert plan.differences().iloc[0].tolist() == ["status", "unconfirmed", "active"]


def test_many_who_are_not_there_are_not_asked_about(box: Sandbox, connection: ac.Connection) -> None:
    """More than a hundred who are not on the list: nobody is looked up, and the word says so."""
    exported(connection, 5, list="Newsletter")
    plan, made = requests_of(box, lambda: planned(connection, people(101), compare=True))
    assert set(plan.comparison) == {"create or join"}
    assert made < 30
    sure = plan.compare(account=True)
    assert sure.comparison.value_counts()[["create", "join"]].tolist() == [96, 5]


def test_a_contact_that_bounced_elsewhere(box: Sandbox, connection: ac.Connection) -> None:
    """Somebody who is not on the list and whose mail bounced is not taken, however that is found out."""
    exported(connection, 2, list="Newsletter")
    box.bounce("person.1@example.org")
    plan = planned(connection, people(2), compare=True)
    assert plan.comparison.tolist() == ["join", "stays bounced"]
    assert plan.compare(account=True).comparison.tolist() == ["join", "stays bounced"]


def test_faults_while_comparing(box: Sandbox, clock: VirtualClock) -> None:
    """Faults that pass change no word; exclusions that may not be read are named as unknown."""
    frame, words = cast(box, through(box, clock))

    def act(number: int, _: httpx.Request) -> httpx.Response | None:
        return httpx.Response(500) if number % 5 == 2 else None

    plan = planned(meddling(box, clock, CONTACTS, act), frame, tags=["spring"], compare=True)
    assert [word if isinstance(word, str) else "" for word in plan.comparison] == words
    closed = meddling(box, clock, "/api/3/lists/exclusions", lambda *_: httpx.Response(403, json={"message": "no"}))
    plan = planned(closed, frame, tags=["spring"], compare=True)
    assert plan.comparison.tolist()[2:4] == ["same"] * 2
    assert "Exclusions: could not be read" in repr(plan)


def test_what_cannot_be_compared_is_a_sentence(connection: ac.Connection) -> None:
    """Without a comparison, without an agreement, or with another word than True: an error that says what to do."""
    plan = planned(connection, people(3))
    for ask in (lambda: plan.comparison, plan.differences):
        with pytest.raises(errors.ConfigurationError, match=r"plan\.compare\(\)"):
            ask()
    with pytest.raises(errors.ConsentError):
        planned(connection.replace(consent=None), people(3), compare=True)
    with pytest.raises(errors.ConfigurationError, match="compare="):
        planned(connection, people(3), compare="yes")
    compared = plan.compare()
    assert compared.replace(list="Newsletter").compared is None
    assert compared.comparison.notna().all()


def test_export_compares_too(box: Sandbox, connection: ac.Connection) -> None:
    """``export(compare=True)`` compares, and sends what it would have sent without."""
    assert exported(connection, 3, compare=True).counts["imported"] == 3


def test_nobody_to_send_is_nobody_to_compare(connection: ac.Connection) -> None:
    """Where no row can be sent, no row has a word."""
    frame = people(3).assign(ok=False)
    plan = planned(connection, frame, mapping={"email": "E-mail", "opt_in": "ok"}, compare=True)
    assert plan.comparison.isna().all()
    assert plan.differences().empty


@pytest.mark.parametrize("labels", ["address", "repeated"])
def test_labels_that_are_people_are_not_shown(connection: ac.Connection, labels: str) -> None:
    """Where labels may be people's data or repeat, the masked table has positions in their place."""
    frame = people(2)
    exported(connection, frame)
    index = pd.Index(frame["E-mail"]) if labels == "address" else pd.Index([7, 7])
    now = frame.assign(**{"Given name": "Eve"}).set_index(index)
    plan = planned(connection, now, compare=True)
    assert plan.differences().index.tolist() == [0, 1]
    assert plan.differences(clear=True).index.tolist() == index.tolist()
    assert plan.comparison.index.equals(index)
