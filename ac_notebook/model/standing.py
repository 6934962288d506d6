"""How people stand on a list, and what sending them would do."""

from __future__ import annotations

from enum import IntEnum

STATUS_WORDS = ("unconfirmed", "active", "unsubscribed", "bounced")
"""Statuses on a list, in words (contract section 6.3)."""

UNCONFIRMED, ACTIVE, UNSUBSCRIBED, BOUNCED = range(4)


def status_code(number: str, *, has_bounced: bool) -> int:
    """Return the place in :data:`STATUS_WORDS` of a status as ActiveCampaign numbers it.

    1 is active and 2 unsubscribed. Which of 0 and 3 is unconfirmed and which bounced is in conflict among the sources
    (contract section 6.3), so the contact's own mark decides: without a bounce it is unconfirmed.

    Examples
    --------
    >>> [STATUS_WORDS[status_code(number, has_bounced=number == "3")] for number in "0123"]
    ['unconfirmed', 'active', 'unsubscribed', 'bounced']
    """
    if number in ("1", "2"):
        return int(number)
    return BOUNCED if has_bounced else UNCONFIRMED


class Standing(IntEnum):
    """What sending a row would do, as far as the account tells."""

    CREATE = 0
    JOIN = 1
    CREATE_OR_JOIN = 2
    UPDATE = 3
    SAME = 4
    STAYS_UNSUBSCRIBED = 5
    STAYS_BOUNCED = 6
    EXCLUDED = 7

    @property
    def word(self) -> str:
        """What a person reads."""
        return STANDING_WORDS[self]


STANDING_WORDS = (
    "create", "join", "create or join", "update", "same", "stays unsubscribed", "stays bounced", "excluded",
)  # fmt: skip

STANDING_MEANINGS = {
    Standing.CREATE: "no contact has the address: it is made, and joins the list",
    Standing.JOIN: "a contact of the account that is not on the list, and joins it",
    Standing.CREATE_OR_JOIN: "not on the list; whether it is a contact elsewhere was not asked",
    Standing.UPDATE: "on the list, with other values",
    Standing.SAME: "on the list, with the same values",
    Standing.STAYS_UNSUBSCRIBED: "opted out of the list: an import subscribes nobody again",
    Standing.STAYS_BOUNCED: "mail to it bounced: ActiveCampaign does not take it",
    Standing.EXCLUDED: "on an exclusion list: ActiveCampaign does not take it",
}
