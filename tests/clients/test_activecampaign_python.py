"""activecampaign-python 1.0.10, unpatched, over a socket: what it reads back, and what the account then holds.

It returns the JSON of an answer whatever its status, so a refusal is seen by its body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import ac_notebook as ac
from tests.benchmarks import side_by_side
from tests.benchmarks.side_by_side import Sizes
from tests.benchmarks.ways.exporter import CLIENT
from tests.clients import harness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[harness.Session]:
    """All that the script was told, and the account."""
    with harness.session("with_activecampaign_python.py", tmp_path_factory.mktemp("home")) as session:
        yield session


def emails(answer: dict[str, Any]) -> list[str]:
    """Return the addresses of a page of contacts."""
    return [row["email"] for row in answer["contacts"]]


def test_it_finds_out_whose_key_it_is(session: harness.Session) -> None:
    """The user of the key has an id and an address."""
    user = session["account"]["me"]["user"]
    assert user["id"].isdigit()
    assert "@" in user["email"]


def test_it_creates_and_updates_contacts(session: harness.Session) -> None:
    """A contact created, synced and updated is one contact, with the newest of each value."""
    told = session["contacts"]
    number = told["created"]["contact"]["id"]
    assert told["synced"]["contact"]["id"] == told["updated"]["contact"]["id"] == number
    assert told["updated"]["contact"]["lastName"] == "Lovelace"
    contact = told["read"]["contact"]
    assert (contact["firstName"], contact["lastName"]) == ("Ada", "Lovelace")
    assert contact["phone"] == "+44 20 7946 0002"
    person = session.person("ada@example.org")
    assert str(person["id"]) == number
    assert (person["first_name"], person["last_name"], person["phone"]) == ("Ada", "Lovelace", "+44 20 7946 0002")
    assert session.person("other-2@example.org")["first_name"] == "Other"


def test_it_is_refused_addresses_that_are_taken_or_none(session: harness.Session) -> None:
    """A second contact of an address is a duplicate, and what is no address is invalid."""
    told = session["contacts"]
    assert [error["code"] for error in told["again"]["errors"]] == ["duplicate"]
    assert [error["code"] for error in told["invalid"]["errors"]] == ["email_invalid"]
    assert not session.knows("nobody")


def test_it_lists_contacts(session: harness.Session) -> None:
    """Contacts are found by address, and paged in the order asked for."""
    told = session["contacts"]
    assert emails(told["found"]) == ["ada@example.org"]
    assert told["found"]["meta"]["total"] == "1"
    assert (emails(told["absent"]), told["absent"]["meta"]["total"]) == ([], "0")
    assert emails(told["page"]) == ["other-1@example.org", "other-2@example.org"]
    assert told["page"]["meta"]["total"] == "3"


def test_it_deletes_contacts(session: harness.Session) -> None:
    """A deleted contact is gone, and cannot be deleted again."""
    told = session["contacts"]
    assert told["deleted"] == {}
    assert "No Result found for Subscriber" in told["gone"]["message"]
    assert "No Result found for Subscriber" in told["deleted_again"]["message"]
    assert not session.knows("spare@example.org")


def test_it_creates_lists(session: harness.Session) -> None:
    """A list created can be read, is found among all and by name, and a deleted one is gone."""
    told = session["lists"]
    number = told["created"]["list"]["id"]
    assert (told["read"]["list"]["id"], told["read"]["list"]["name"]) == (number, "Autumn")
    assert told["permitted"]["listGroup"]["list"] == number
    assert number in [row["id"] for row in told["all"]["lists"]]
    assert [row["id"] for row in told["named"]["lists"]] == [number]
    assert told["deleted"] == {}
    assert "message" in told["gone"]
    names = session.box.lists().set_index("id")["name"]
    assert names[int(number)] == "Autumn"
    assert "Spare" not in set(names)


def test_it_puts_contacts_on_lists(session: harness.Session) -> None:
    """Who was subscribed is a member, who was then unsubscribed is none and keeps that status."""
    told = session["lists"]
    number = int(told["created"]["list"]["id"])
    assert str(told["subscribed"]["contactList"]["status"]) == "1"
    assert told["joined"]["contactList"]["id"] == told["left"]["contactList"]["id"]
    assert emails(told["members"]) == ["reader@example.org"]
    rows = [(row["list"], row["status"]) for row in told["leaver"]["contactLists"]]
    assert rows == [(str(number), "2")]
    assert session.lists("reader@example.org") == {number: 1}
    assert session.lists("leaver@example.org") == {number: 2}


def test_it_tags_contacts(session: harness.Session) -> None:
    """A tag and its place on a contact are made once, however often they are asked for; what was taken off is off."""
    told = session["tags"]
    number = told["created"]["tag"]["id"]
    assert told["again"].get("tag", {"id": number})["id"] == number  # or it is refused: the service did both over time
    assert [row["tag"] for row in told["found"]["tags"]] == ["spring"]
    assert told["put_again"]["contactTag"]["id"] == told["put"]["contactTag"]["id"]
    assert emails(told["tagged"]) == ["tagged@example.org"]
    assert told["removed"] == {}
    assert "No Result found" in told["removed_again"]["message"]
    assert [row["tag"] for row in told["left"]["contactTags"]] == [number]
    assert session.tags("tagged@example.org") == {"spring"}


def test_it_renames_and_deletes_tags(session: harness.Session) -> None:
    """A tag has the name it was given last, until it is deleted."""
    told = session["tags"]
    assert told["renamed"]["tag"]["tag"] == told["read"]["tag"]["tag"] == "spare, renamed"
    assert told["deleted"] == {}
    assert "No Result found for Tag" in told["gone"]["message"]


def test_it_creates_fields(session: harness.Session) -> None:
    """A field gets a tag of its title, options and a relation; its title is taken then; a deleted one is gone."""
    told = session["fields"]
    number = told["created"]["field"]["id"]
    by_title = {row["title"]: row for row in told["all"]["fields"]}
    assert told["created"]["field"]["perstag"] == by_title["Shoe size"]["perstag"] == "SHOE_SIZE"
    assert by_title["Shoe size"]["id"] == number
    assert [error["code"] for error in told["again"]["errors"]] == ["duplicate"]
    assert (told["related"]["fieldRel"]["field"], told["related"]["fieldRel"]["relid"]) == (number, "0")
    assert [row["value"] for row in told["options"]["fieldOptions"]] == ["red", "green"]
    assert [row["label"] for row in told["options_read"]["fieldOptions"]] == ["Red", "Green"]
    ids = [row["id"] for row in told["options_read"]["fieldOptions"]]
    assert told["choice"]["field"]["options"] == ids
    assert told["changed"]["field"]["title"] == "Spare, renamed"
    assert told["deleted"] == {}
    assert "No Result found for Field" in told["gone"]["message"]
    titles = set(session.box.contacts().columns)
    assert {"Shoe size", "Colour"} <= titles
    assert not {"Spare", "Spare, renamed"} & titles


def test_it_writes_values_of_fields(session: harness.Session) -> None:
    """A value written again is the same value changed, and what was deleted is gone."""
    told, known = session["values"], session["values"]["known"]
    number = told["created"]["fieldValue"]["id"]
    assert told["again"]["fieldValue"]["id"] == number
    assert told["read"]["fieldValue"]["value"] == "Milan"
    assert told["put"]["fieldValue"]["value"] == "London"
    assert {row["field"] for row in told["synced"]["fieldValues"]} >= {known["TIER"], known["POINTS"]}
    assert told["deleted"] == {}
    left = {row["field"]: row["value"] for row in told["left"]["fieldValues"]}
    assert left == {known["CITY"]: "London", known["TIER"]: "Gold", known["POINTS"]: "12"}
    person = session.person("valued@example.org")
    assert (person["City"], person["Tier"], person["Points"]) == ("London", "Gold", "12")
    assert not person["Birthday"]


def test_it_imports_in_bulk(session: harness.Session) -> None:
    """What was queued arrives with names, fields, tags and list; the address that cannot be is told as a failure."""
    told = session["bulk"]
    assert told["queued"]["success"]
    assert told["queued"]["queued_contacts"] == 4
    assert told["info"]["status"] == "completed"
    assert told["info"]["failure"] == ["nobody@nodot"]
    expected = [f"bulk-{n}@example.org" for n in range(3)]
    assert [row["id"] for row in told["members"]["contacts"]] == told["info"]["success"]
    assert emails(told["members"]) == expected
    assert [row["contacts"] for row in told["totals"]["recentlyCompleted"]] == ["4"]
    for n, email in enumerate(expected):
        person = session.person(email)
        assert (person["first_name"], person["phone"], person["City"]) == (f"Bulk {n}", "123", f"City {n}")
        assert session.lists(email) == {int(told["list"]): 1}
        assert session.tags(email) == {"bulk", f"bulk-{n}"}
    assert not session.knows("nobody@nodot")


def test_it_is_told_why_an_import_is_refused(session: harness.Session) -> None:
    """A batch with a contact without address is refused whole, with the contact's number."""
    told = session["bulk"]
    assert told["refused"]["success"] == 0
    assert [reason["contact"] for reason in told["refused"]["failureReasons"]] == [2]
    assert told["no_batch"] == {"success": 0, "message": "'batchId' is a required field."}


def test_a_wrong_key_is_its_known_key_error(tmp_path: Path) -> None:
    """It looks for the Content-Type, which the answer to a wrong key does not have: as users of it report."""
    with ac.sandbox.start(speed=harness.SPEED) as box:
        told = harness.run("refused_activecampaign_python.py", box, tmp_path, key="wrong")
        assert told == {"missing": "content-type"}
        assert list(box.requests()["status"]) == [403]


def test_it_exports_as_its_documentation_shows() -> None:
    """The benchmarks' export with it puts people on the list one by one, and does not outlive a lost answer."""
    harness.need(harness.PYTHON)
    found = side_by_side.tried(Sizes(single=20, single_faults=20), (CLIENT,))
    export, lost, killed = found.undisturbed[CLIENT], found.lost[CLIENT], found.killed[CLIENT]
    assert export.missing == export.unsaid == killed.missing == 0
    assert export.requests > 3 * export.sent > 0
    assert export.back == export.left > 0
    assert export.blanked == export.known > 0
    assert lost.ended == "ConnectionError"
    assert lost.missing > 0
