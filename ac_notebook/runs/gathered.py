"""What rows of answers add to what is gathered of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.model.standing import ACTIVE, status_code
from ac_notebook.remote.parsing import whole
from ac_notebook.remote.whole_list import linked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.frames.roll import Gathering
    from ac_notebook.remote.whole_list import Row


def add_contact(gathering: Gathering, row: Row, status: str | None) -> None:
    """Add a contact from its row, with its status on the list by ActiveCampaign's number; None for no list."""
    has_bounced = bounced(row)
    # On a list, one that bounced only for the time being counts too: it is a mark of which number means what.
    marked = has_bounced or says_so(row.get("bounced_soft"))
    texts = {
        "email": text(row.get("email")), "first_name": text(row.get("firstName")),
        "last_name": text(row.get("lastName")), "phone": text(row.get("phone")),
    }  # fmt: skip
    code = ACTIVE if status is None else status_code(status, has_bounced=marked)
    gathering.contact(int(row["id"]), texts, status=code, bounced=has_bounced)


def add_value(gathering: Gathering, row: Row) -> None:
    """Add a value of a custom field from its row."""
    contact, number, value = linked(row, "contact"), linked(row, "field"), row.get("value")
    if contact is not None and number is not None and value is not None:
        gathering.value(contact, number, text(value))


def add_taggings(gathering: Gathering, rows: Iterable[Row]) -> None:
    """Add tags on contacts from their rows."""
    for row in rows:
        contact, number = linked(row, "contact"), linked(row, "tag")
        if contact is not None and number is not None:
            gathering.tag(contact, number)


def bounced(row: Row) -> bool:
    """Return whether mail to a contact bounced for good."""
    return says_so(row.get("bounced_hard"))


def says_so(value: object) -> bool:
    """Return whether a count or a flag is above nought; both come as text or number."""
    return bool(whole(value)) or value is True


def text(value: object) -> str:
    """Return a text of a row; what is no text is written as one, and nothing is empty."""
    return value if isinstance(value, str) else "" if value is None else str(value)
