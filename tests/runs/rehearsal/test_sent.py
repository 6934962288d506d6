"""What leaves in a rehearsal: only the kinds of requests that are listed here, and imports that are safe alone."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from ac_notebook.runs.rehearsal.cast import NO_LIST, NOBODY, NOWHERE
from tests.contract.checking import Recorder
from tests.runs.rehearsal.accounts import FIELDS, MINE, ODD, account, every_position, rehearse
from tests.virtual import through

if TYPE_CHECKING:
    from ac_notebook.sandbox import Quirks
    from tests.contract.checking import Sent

READ = {
    "contacts", "contacts/N", "fields", "groupLimits", "import/bulk_import", "import/info", "lists", "lists/exclusions",
    "settings/account", "tags",
}  # fmt: skip
UNDONE = {
    ("GET", "contacts/N/contactTags"),
    ("POST", "contactLists"),
    ("DELETE", "contactTags/N"),
    ("DELETE", "tags/N"),
}
DELETED = {("DELETE", "contacts/N"), ("DELETE", "tags/N")}
POSITIONS = every_position()


def kinds(requests: list[Sent]) -> set[tuple[str, str]]:
    """Return methods and paths, with N for each number."""
    return {(sent.method, re.sub(r"[0-9]+", "N", sent.path.removeprefix("/api/3/"))) for sent in requests}


def imports(requests: list[Sent]) -> list[dict[str, Any]]:
    """Return the bodies of the imports."""
    return [json.loads(sent.content) for sent in requests if sent.path.endswith("import/bulk_import") and sent.content]


def recorded(quirks: Quirks, **more: Any) -> tuple[list[Sent], str, list[Sent], list[Sent]]:
    """Rehearse, undo, and undo with deletion; return what was sent in each, and the tag."""
    box, clock = account(quirks)
    inner = box.connection.link.transport
    assert inner is not None
    recorder = Recorder(inner)
    connection = through(box, clock, transport=recorder)
    rehearsal = rehearse(box, clock, connection=connection, **more)
    first = len(recorder.sent)
    rehearsal.undo()
    second = len(recorder.sent)
    again = rehearse(box, clock, connection=connection, addresses=["other@example.org"], fields=(), automations=False)
    third = len(recorder.sent)
    again.undo(delete_contacts=True)
    sent = recorder.sent
    return sent[:first], rehearsal.trace.tag, sent[first:second], sent[third:]


def test_only_known_kinds_of_requests_leave() -> None:
    """A rehearsal reads and imports; only undoing it changes anything otherwise."""
    made, _, undone, deleted = recorded(POSITIONS[1])
    assert kinds(made) <= {("GET", path) for path in READ} | {("POST", "import/bulk_import")}
    assert kinds(undone) <= {("GET", path) for path in READ} | UNDONE
    assert kinds(deleted) <= {("GET", path) for path in READ} | DELETED
    for sent in undone:
        if sent.method == "POST":
            assert json.loads(sent.content)["contactList"]["status"] == 2  # never on a list


@pytest.mark.parametrize("quirks", POSITIONS[1:2], ids=[1])
def test_each_import_is_safe_by_itself(quirks: Quirks) -> None:
    """Automations are excluded in both places, everybody has the tag and is of the user's own, and one list is used."""
    made, tag, _, _ = recorded(quirks, automations=False, fields=FIELDS)
    for body in imports(made):
        assert body["exclude_automations"] is True
        for contact in body["contacts"]:
            assert contact["exclude_automations"] is True
            address = contact.get("email")
            assert address is None or address.lower() in (*MINE, ODD, NOBODY, NOWHERE)
            assert address is None or contact["tags"] == [tag]
            lists = contact.get("subscribe", []) + contact.get("unsubscribe", [])
            assert {entry["listid"] for entry in lists} <= {4, NO_LIST}
    assert all(len(sent.content) <= 400_001 for sent in made)


def test_automations_are_let_start_for_three_only() -> None:
    """With automations=True they are not excluded for three of the addresses, and for all others they are."""
    made, _, _, _ = recorded(POSITIONS[0])
    partly = [
        contact["email"]
        for body in imports(made)
        for contact in body["contacts"]
        if not (body.get("exclude_automations") and contact.get("exclude_automations"))
    ]
    assert sorted(partly) == sorted([*MINE[3:6], MINE[5]])  # the last one twice: to see whether they start again
