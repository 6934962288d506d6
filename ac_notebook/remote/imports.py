"""What an answer to an import says about the batch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ac_notebook.remote.parsing import whole

if TYPE_CHECKING:
    from ac_notebook.remote.answers import Answer

_NUMBER = re.compile(r"[!-~]{1,200}")
"""How a batch's number may look: a UUID as far as anybody has seen, and a text for certain (contract section 7.1)."""


@dataclass(frozen=True, kw_only=True)
class Queued:
    """A batch that the service queued: its number there, and whether all contacts that were sent are in it."""

    number: str
    is_whole: bool


def queued(answer: Answer, *, contacts: int) -> Queued | None:
    """Return the batch that an answer says was queued; None when it does not say so beyond doubt (hazards F13).

    Parameters
    ----------
    answer
        What came, with the meaning ``ok``.
    contacts
        How many were sent.

    Examples
    --------
    >>> from ac_notebook.remote.answers import Answer
    >>> queued(Answer(meaning="ok", body={"success": 1, "queued_contacts": 9, "batchId": "b1"}), contacts=10)
    Queued(number='b1', is_whole=False)
    >>> queued(Answer(meaning="ok", body={"success": 1, "batchId": 7}), contacts=10) is None
    True
    """
    number = answer.get("batchid")
    if not _is_yes(answer.get("success")) or not isinstance(number, str) or not _NUMBER.fullmatch(number):
        return None
    told = answer.get("queued_contacts", contacts)
    return Queued(number=number, is_whole=whole(told) == contacts)


def _is_yes(value: object) -> bool:
    """Return whether ``success`` says yes: it is not reliably 0 or 1 (contract section 7.1)."""
    count = whole(value)
    return value is True or value == "true" or (count is not None and count > 0)
