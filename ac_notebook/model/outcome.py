"""What may become of a row: exactly one of nine words."""

from __future__ import annotations

from enum import IntEnum


class Outcome(IntEnum):
    """What became of a row. The numbers are positions in the categories of ``report.outcome``, and may be stored.

    Examples
    --------
    >>> Outcome.IMPORTED.word
    'imported'
    """

    IMPORTED = 0
    ACCEPTED = 1
    UNCHANGED = 2
    DUPLICATE = 3
    REJECTED = 4
    REFUSED = 5
    UNCERTAIN = 6
    NOT_SENT = 7
    OUTSIDE_SEGMENT = 8

    @property
    def word(self) -> str:
        """The outcome as it is shown."""
        return self.name.lower()


WORDS = tuple(outcome.word for outcome in Outcome)

MEANINGS = {
    Outcome.IMPORTED: "on the list: ActiveCampaign completed its batch and named no failure for it",
    Outcome.ACCEPTED: "queued by ActiveCampaign, not confirmed yet: report.refresh() asks again",
    Outcome.UNCHANGED: "same as what this export imported before; not sent again",
    Outcome.DUPLICATE: "another row with the same address stands for it",
    Outcome.REJECTED: "not sent: it did not pass our checks",
    Outcome.REFUSED: "ActiveCampaign did not take it",
    Outcome.UNCERTAIN: "sent, and no answer came; it cannot be proved either way",
    Outcome.NOT_SENT: "the run stopped before it: run again to carry on",
    Outcome.OUTSIDE_SEGMENT: "not in the segment",
}
