"""What is done to people one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.remote.people import is_done, take_tag_off

if TYPE_CHECKING:
    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox


def test_one_of_many_tags_is_taken_off(box: Sandbox, connection: Connection) -> None:
    """A tag that stands beyond the first page is found, and taken off."""
    account = box._state
    contact = account.create("ann@example.org", 1)
    tags = [account.add_tag(f"tag {number}", 1) for number in range(130)]
    for tag in tags:
        account.tag(contact, tag, 1)
    account.keep(contact)
    with connection.client() as client:
        assert is_done(take_tag_off(client, contact.id, tags[-1].id))
        assert take_tag_off(client, contact.id, tags[-1].id) is None
    assert "tag 129" not in set(box.contact_tags()["tag"])
