"""Why ActiveCampaign's importer refused somebody: it does not say, so it is looked up."""

from __future__ import annotations

from enum import IntEnum


class Refusal(IntEnum):
    """A reason that was found. The numbers stand in the place of ``Outcome.REFUSED``, and may be stored.

    Reasons are those of the contract, section 7.2.

    Examples
    --------
    >>> Refusal.UNSUBSCRIBED.code
    'refused-unsubscribed'
    """

    UNSUBSCRIBED = 16
    EXCLUDED = 17
    BOUNCED = 18
    INVALID = 19
    CONTACT_LIMIT = 20
    UNKNOWN = 21

    @property
    def code(self) -> str:
        """The code of its problem."""
        return f"refused-{self.name.lower().replace('_', '-')}"


LEAST = int(min(Refusal))
"""Numbers from here on are reasons of a refusal, smaller ones are outcomes."""
