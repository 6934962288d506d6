"""active-campaign-api-node 1.0.1 (npm), unpatched, over a socket: the statuses and bodies it reads, and the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.clients import harness

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[harness.Session]:
    """All that the script was told, and the account."""
    with harness.session("with_active_campaign_api_node.js", tmp_path_factory.mktemp("home")) as session:
        yield session


def statuses(told: dict[str, Any], *names: str) -> list[int]:
    """Return the statuses of some answers."""
    return [told[name]["status"] for name in names]


def emails(answer: dict[str, Any]) -> list[str]:
    """Return the addresses of a page of contacts."""
    return [row["email"] for row in answer["data"]["contacts"]]


def test_it_finds_out_whose_key_it_is(session: harness.Session) -> None:
    """The user of the key has an id and an address, and the group of administrators is there, with its own id."""
    told = session["account"]
    assert "@" in told["me"]["data"]["user"]["email"]
    assert {row["title"]: row["id"] for row in told["groups"]["data"]["groups"]}["Admin"] == "3"


def test_it_creates_and_updates_contacts(session: harness.Session) -> None:
    """A contact created, synced and updated is one contact, with the newest of each value; a new one is a 201."""
    told = session["contacts"]
    assert statuses(told, "created", "again", "synced", "synced_new") == [201, 422, 200, 201]
    assert statuses(told, "updated", "read") == [200, 200]
    assert told["again"]["data"]["errors"][0]["code"] == "duplicate"
    contact = told["read"]["data"]["contact"]
    assert contact["id"] == told["created"]["data"]["contact"]["id"] == told["synced"]["data"]["contact"]["id"]
    assert (contact["firstName"], contact["lastName"]) == ("Mary", "Somerville")
    person = session.person("mary@example.org")
    assert (person["first_name"], person["last_name"], person["phone"]) == ("Mary", "Somerville", "+44 131 496 0002")
    assert session.person("new@example.org")["first_name"] == "New"


def test_it_lists_and_deletes_contacts(session: harness.Session) -> None:
    """Contacts are found by address and from an id on; a deleted one is gone."""
    told = session["contacts"]
    assert emails(told["found"]) == ["mary@example.org"]
    assert emails(told["page"]) == ["spare@example.org"]
    assert told["deleted"] == {"status": 200, "data": {}}
    assert told["gone"]["status"] == 404
    assert not session.knows("spare@example.org")


def test_it_creates_lists(session: harness.Session) -> None:
    """A list created can be read and is found among all, and a deleted one is gone."""
    told = session["lists"]
    number = told["created"]["data"]["list"]["id"]
    assert statuses(told, "created", "permitted", "read", "all", "deleted", "gone") == [201, 201, 200, 200, 200, 404]
    assert told["read"]["data"]["list"]["name"] == "Autumn"
    assert number in [row["id"] for row in told["all"]["data"]["lists"]]
    names = session.box.lists().set_index("id")["name"]
    assert names[int(number)] == "Autumn"
    assert "Spare" not in set(names)


def test_it_puts_contacts_on_lists(session: harness.Session) -> None:
    """A first subscription is a 201 and a change of it a 200; who unsubscribed is no member and keeps that status."""
    told = session["lists"]
    number = int(told["created"]["data"]["list"]["id"])
    assert statuses(told, "subscribed", "joined", "left") == [201, 201, 200]
    assert emails(told["members"]) == ["reader@example.org"]
    assert session.lists("reader@example.org") == {number: 1}
    assert session.lists("leaver@example.org") == {number: 2}


def test_it_tags_contacts(session: harness.Session) -> None:
    """A tag and its place on a contact are made once, however often they are asked for; what was taken off is off."""
    told = session["tags"]
    assert statuses(told, "created", "put", "put_again", "removed", "removed_again") == [201, 201, 200, 200, 404]
    number = told["created"]["data"]["tag"]["id"]
    again = told["again"]["data"]  # the tag that there is, or a refusal: the service did both over time
    assert again.get("tag", {"id": number})["id"] == number
    assert [row["tag"] for row in told["found"]["data"]["tags"]] == ["spring"]
    assert told["put_again"]["data"]["contactTag"]["id"] == told["put"]["data"]["contactTag"]["id"]
    assert emails(told["tagged"]) == ["tagged@example.org"]
    assert session.tags("tagged@example.org") == {"spring"}


def test_it_renames_and_deletes_tags(session: harness.Session) -> None:
    """A tag has the name it was given last, until it is deleted."""
    told = session["tags"]
    assert statuses(told, "renamed", "read", "deleted", "gone") == [200, 200, 200, 404]
    assert told["read"]["data"]["tag"]["tag"] == "spare, renamed"


def test_it_creates_fields(session: harness.Session) -> None:
    """Fields are created with options and a relation, changed and deleted; its own reading of one asks a wrong path."""
    told = session["fields"]
    names = ("created", "again", "related", "options", "changed", "deleted", "all", "read")
    assert statuses(told, *names) == [201, 422, 201, 201, 200, 200, 200, 404]
    by_title = {row["title"]: row for row in told["all"]["data"]["fields"]}
    assert by_title["Shoe size"]["id"] == told["created"]["data"]["field"]["id"]
    options = [row["id"] for row in told["options"]["data"]["fieldOptions"]]
    assert by_title["Colour"]["options"] == options
    assert told["changed"]["data"]["field"]["title"] == "Spare, renamed"
    titles = set(session.box.contacts().columns)
    assert {"Shoe size", "Colour"} <= titles
    assert not {"Spare", "Spare, renamed"} & titles


def test_it_writes_values_of_fields(session: harness.Session) -> None:
    """A value written again is the same value changed, and what was deleted is gone."""
    told = session["values"]
    number = told["created"]["data"]["fieldValue"]["id"]
    assert told["again"]["data"]["fieldValue"]["id"] == number
    assert statuses(told, "put", "read", "synced", "deleted", "all") == [200] * 5
    assert told["read"]["data"]["fieldValue"]["value"] == "London"
    assert {row["field"] for row in told["synced"]["data"]["fieldValues"]} >= {told["known"]["TIER"]}
    assert [row["value"] for row in told["all"]["data"]["fieldValues"]] == ["London"]
    person = session.person("valued@example.org")
    assert (person["City"], person["Tier"]) == ("London", "Gold")
    assert not person["Birthday"]


def test_it_imports_in_bulk(session: harness.Session) -> None:
    """What was queued arrives with names, fields, tags and list; a batch with a contact without address is refused."""
    told = session["bulk"]
    assert told["queued"]["status"] == 200
    assert told["queued"]["data"]["queued_contacts"] == 3  # JSON, though it is labelled as HTML
    expected = [f"bulk-{n}@example.org" for n in range(3)]
    assert sorted(emails(told["found"])) == expected
    for n, email in enumerate(expected):
        person = session.person(email)
        assert (person["first_name"], person["City"]) == (f"Bulk {n}", f"City {n}")
        assert session.lists(email) == {3: 1}
        assert session.tags(email) == {"bulk"}
    assert told["refused"]["status"] == 400
    assert told["refused"]["data"]["failureReasons"][0]["contact"] == 1
