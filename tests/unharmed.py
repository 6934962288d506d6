"""What holds for every sandbox of the suite, whatever was done to it: no import brings back who left or bounced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.sandbox.ledger import JOINED
from ac_notebook.sandbox.state.contacts import ACTIVE, UNSUBSCRIBED

if TYPE_CHECKING:
    from ac_notebook.sandbox import Sandbox


def brought_back(box: Sandbox) -> list[int]:
    """Return the contacts whom an import made active who had opted out of that list, or whose mail had bounced."""
    account = box._state
    changed = any(
        place.status == ACTIVE and place.updated != place.subscribed
        for contact in account.contacts()
        for place in contact.places
    )
    if not changed and not account.bounced:
        return []  # nobody's place on a list was ever made active after another status: the usual case, and quick
    joined = box.ledger(effect=JOINED)
    joined = joined[joined["source"].str.startswith("import ")]
    left = joined["old"].isin([UNSUBSCRIBED, str(UNSUBSCRIBED)])
    contacts = box.contacts()
    places = box.memberships()
    bounced = contacts.loc[contacts["email"].isin(account.bounced), "id"]
    active = places.loc[(places["status"] == ACTIVE) & places["contact"].isin(bounced), "contact"]
    return sorted({*joined.loc[left, "contact"].tolist(), *active.tolist()})
