"""How the sandbox reads the contract where it is silent or contradicts itself: always the harsher way.

Every such choice is in this module (or, for limits, in `limits.py`), with the section of the contract notes that it
belongs to, so that each can become a switch.
"""

import re
from collections.abc import Callable

# Section 3, CONFLICT: the reference gives GET /fields a default page of 100; real truncation at 20 was reported.
DEFAULT_PAGE = 20
# Section 3, UNKNOWN: a limit above 100 is cut to 100 rather than refused (a client that trusts it loses rows silently).
LARGEST_PAGE = 100
# Section 5.3: a datetime is converted to the zone of the account, and reads back differently.
ZONE = "America/Chicago"
# Section 7.4: how long a finished batch counts as recently completed, in days.
RECENT_DAYS = 7
# Section 2.1, UNKNOWN: a bad or missing key is refused before it is counted, with an empty body of no type.
KEY_REFUSED_STATUS = 403
# Section 7.3, UNKNOWN: a batchId nobody was given is an error, not an unfinished import.
UNKNOWN_BATCH_STATUS = 404
# Section 7.1: the successful answer is JSON labelled as HTML.
IMPORT_CONTENT_TYPE = "text/html; charset=UTF-8"
# Section 7.1: the texts of refusals; wording is unstable on the real service.
NOT_VALID = (
    "JSON payload did not pass validation. Please fix failure Reasons and retry. "
    "The import was not queued for processing."
)
NOT_QUEUED = "The import was not queued for processing."
UNPARSABLE = "Invalid or unparsable json"

# Section 7.1, UNKNOWN split of the two layers of validation. First layer: what refuses the whole batch.
_WELL_FORMED = re.compile(r"[^\s@][^\s]*@[^\s]*")
# Section 7.2, second layer: one address fails, quietly. Harsher than the list there: the apostrophe (as in the example
# of /import/info), empty labels ("a..b"), and anything outside ASCII also fail.
_DELIVERABLE = re.compile(
    r"[^\"(),:;<>@\[\]'\\.\s\x00-\x1f\x7f-\U0010ffff]+(?:\.[^\"(),:;<>@\[\]'\\.\s\x00-\x1f\x7f-\U0010ffff]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
)
well_formed: Callable[[str], object] = _WELL_FORMED.fullmatch
deliverable: Callable[[str], object] = _DELIVERABLE.fullmatch


def key_of(email: str) -> str:
    """Return what two addresses of one contact have in common (section 7.6: upsert by address; UNKNOWN: case)."""
    return email.lower()


def automations_run(*, excluded_for_batch: bool, excluded_for_contact: bool) -> bool:
    """Tell whether automations start: section 7.1, CONFLICT on the place of `exclude_automations`; both are needed."""
    return not (excluded_for_batch and excluded_for_contact)


def success_ids(created: list[str], updated: list[str]) -> list[str]:
    """Return the ids that /import/info calls a success: section 7.3, CONFLICT; only newly created contacts."""
    del updated
    return created


def cleared_by(value: str) -> bool:
    """Tell whether a value sent in bulk clears what is stored: section 7.6, UNKNOWN; an empty one does."""
    return value == ""


def refuses_whole_contact(*, unknown_list: bool, opted_out: bool) -> bool:
    """Tell whether a contact fails as a whole, fields and tags included.

    Section 7.2, UNKNOWN: what else is applied to somebody who opted out; nothing is. The notes say nothing of a list
    that does not exist; such a contact fails too, rather than arriving on no list.
    """
    return unknown_list or opted_out


def status_after(*, joins: bool, leaves: bool) -> int | None:
    """Return the membership status after an import names a list: unsubscribing wins over subscribing (UNKNOWN, 7.1)."""
    if leaves:
        return 2
    return 1 if joins else None
