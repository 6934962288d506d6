"""Nobody but the user's own new addresses is changed, whatever stands in the account, and whenever it comes there."""

from __future__ import annotations

from typing import Any

import pytest

from ac_notebook.errors import ConfigurationError
from ac_notebook.sandbox import Quirks
from tests.runs.rehearsal.accounts import MINE, account, rehearse, wrong

THREE: dict[str, Any] = {"addresses": MINE[:3], "fields": (), "automations": False}


def test_a_contact_in_the_other_case_is_left_alone() -> None:
    """An address that is written in capitals is looked up in capitals, too: that may be somebody else's contact."""
    box, clock = account(Quirks(address_case="matters"))
    box.unsubscribe("ME+0@example.org", 4)
    (other,) = box.contacts()["id"]
    effects = len(box.ledger())
    with pytest.raises(ConfigurationError, match="contacts already"):
        rehearse(box, clock, **{**THREE, "addresses": MINE[:1]})
    rehearse(box, clock, **THREE).undo(delete_contacts=True)
    assert other not in set(box.ledger().iloc[effects:]["contact"])
    assert box.contacts()["email"].tolist() == ["ME+0@example.org"]


@pytest.mark.parametrize("rest", ["dropped", "applied"])
def test_addresses_that_were_deleted_may_be_used_again(rest: Any) -> None:
    """Where deleted people are restored, with what they had, nothing wrong is concluded from them."""
    quirks = Quirks(deleted_contact="restored", opted_out_rest=rest, both_ways="subscribes")
    box, clock = account(quirks)
    rehearse(box, clock).undo(delete_contacts=True)
    assert wrong(rehearse(box, clock), quirks) == []
