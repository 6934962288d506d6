"""mcp-activecampaign 0.2.0, unpatched: its server as a process, its tools over MCP, the account over a socket.

It keeps to five requests a second itself, so this takes some ten seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from tests.clients import harness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRIPT = "with_mcp_activecampaign.py"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[harness.Session]:
    """All that the script was told, and the account."""
    with harness.session(SCRIPT, tmp_path_factory.mktemp("home")) as session:
        yield session


def emails(answer: dict[str, Any]) -> list[str]:
    """Return the addresses of a list of contacts."""
    return [row["email"] for row in answer["contacts"]]


def test_it_creates_and_updates_contacts(session: harness.Session) -> None:
    """A contact created and updated is one contact, and reads back with the newest of each value."""
    told = session["contacts"]
    assert told["updated"]["id"] == told["created"]["id"]
    read = told["read"]
    assert (read["id"], read["first_name"], read["last_name"]) == (told["created"]["id"], "Grace", "Hopper")
    assert read["phone"] == "+1 212 555 0001"
    assert "T" in read["created_at"]
    person = session.person("grace@example.org")
    assert (person["first_name"], person["last_name"], person["phone"]) == ("Grace", "Hopper", "+1 212 555 0001")


def test_it_lists_and_searches_contacts(session: harness.Session) -> None:
    """A contact is found by its address and by a part of it."""
    told = session["contacts"]
    assert (told["found"]["total"], emails(told["found"])) == (1, ["grace@example.org"])
    assert (told["searched"]["total"], emails(told["searched"])) == (1, ["grace@example.org"])


def test_it_is_refused_in_words(session: harness.Session) -> None:
    """A taken address and a deleted contact are refused with the service's status and words."""
    told = session["contacts"]
    assert "422: Email address already exists in the system" in told["again"]
    assert "404: No Result found for Subscriber" in told["gone"]
    assert not session.knows("spare@example.org")


def test_it_puts_contacts_on_lists(session: harness.Session) -> None:
    """Who was subscribed is a member, who was then unsubscribed is none and keeps that status."""
    told = session["lists"]
    number = told["list"]
    assert told["all"]["total"] == len(session.box.lists())
    assert (told["read"]["id"], told["read"]["name"]) == (number, "VIP")
    assert str(told["subscribed"]["status"]) == "1"
    assert emails(told["members"]) == ["reader@example.org"]
    assert told["leaver"]["lists"] == [{"id": number, "status": "2"}]
    assert session.lists("reader@example.org") == {int(number): 1}
    assert session.lists("leaver@example.org") == {int(number): 2}


def test_it_tags_contacts(session: harness.Session) -> None:
    """The tag that was put on a contact is on it, the one that was taken off is not."""
    told = session["tags"]
    number = told["created"]["id"]
    assert [(row["id"], row["tag"], row["description"]) for row in told["found"]["tags"]] == [
        (number, "spring", "Offers")
    ]
    assert told["put"]["id"] in {row["contact_tag_id"] for row in told["left"]["tags"]}
    assert [row["tag_id"] for row in told["left"]["tags"]] == [number]
    assert emails(told["tagged"]) == ["tagged@example.org"]
    assert session.tags("tagged@example.org") == {"spring"}


def test_it_writes_values_of_fields(session: harness.Session) -> None:
    """A value written again is the same value changed, and reads back."""
    told = session["fields"]
    numbers = told["numbers"]
    assert told["all"]["total"] == len(told["all"]["fields"])
    assert told["again"]["id"] == told["created"]["id"]
    read = {row["field_id"]: row["value"] for row in told["read"]["field_values"]}
    assert read == {numbers["CITY"]: "London", numbers["TIER"]: "Gold"}
    person = session.person("valued@example.org")
    assert (person["City"], person["Tier"]) == ("London", "Gold")


def test_it_imports_in_bulk(session: harness.Session) -> None:
    """What was queued arrives; the list and the tag that it names beside the contacts are no part of an import."""
    told = session["bulk"]
    assert told["queued"] == {"queued": 3, "message": "Contact import queued"}
    expected = [f"bulk-{n}@example.org" for n in range(3)]
    assert sorted(emails(told["found"])) == expected
    for n, email in enumerate(expected):
        person = session.person(email)
        assert (person["first_name"], person["phone"]) == (f"Bulk {n}", "123")
        assert session.lists(email) == {}
        assert session.tags(email) == set()
    assert "400: JSON payload did not pass validation" in told["refused"]


def test_it_waits_as_long_as_it_is_told_to(tmp_path: Path) -> None:
    """A call refused with 429 is made again after the seconds of `Retry-After`, and all calls are answered."""
    # A third of the service's pace: the client's own five a second are too many then, and it is told to wait for two
    # seconds or more; without reading that, it would wait for one.
    with ac.sandbox.start(speed=1 / 3) as box:
        told = harness.run(SCRIPT, box, tmp_path, "limits")["limits"]
        requests = box.requests()
    assert [answer["total"] for answer in told["answers"]] == [0] * 6
    assert list(requests["status"]) == [200] * 5 + [429, 200]
    pause: pd.Timedelta = requests["time"].iloc[6] - requests["time"].iloc[5]
    assert pd.Timedelta(seconds=2) <= pause < pd.Timedelta(seconds=4)


def test_a_wrong_key_is_said_so(tmp_path: Path) -> None:
    """With a key that the account does not know, a tool tells of the 403, though its body is empty."""
    with ac.sandbox.start(speed=harness.SPEED) as box:
        told = harness.run(SCRIPT, box, tmp_path, "refusal", key="wrong")["refusal"]
        assert set(box.requests()["status"]) == {403}
    assert all("403: " in words for words in told.values())
