"""Memberships: putting a contact on a list, or off it (section 6.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.sandbox.api import answers, contact_shapes, contact_writes
from ac_notebook.sandbox.api.answers import json_answer
from ac_notebook.sandbox.api.call import Call, RefusedError, Route
from ac_notebook.sandbox.api.queries import id_in
from ac_notebook.sandbox.state.contacts import ACTIVE, BY_IMPORT, RESUBSCRIBED, UNSUBSCRIBED

if TYPE_CHECKING:
    from typing import Any

    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.state.contacts import Contact
    from ac_notebook.sandbox.state.places import MailingList

_NO_CHOICE = "The value you selected is not a valid choice."  # section 2.1


def put_on_list(call: Call) -> Answer:
    """Answer POST /contactLists: a status for a contact on a list, where it may have had another."""
    content = call.content("contactList")
    row, mailing_list = _both(call, content)
    status = _status(call, content.get("status"))
    before = row.status_on(mailing_list.id)
    source = _source(content, RESUBSCRIBED if before == UNSUBSCRIBED and status == ACTIVE else BY_IMPORT)
    if not _is_refused(call, before, status):
        if status not in (UNSUBSCRIBED, call.account.bounced_status):
            contact_writes.check_not_blocked(call, row.email, (mailing_list.id,))
        if status == ACTIVE:
            billed = call.quirks.limit_counts == "all" or row.active
            contact_writes.check_limit(call, full=call.account.full and not billed)
        call.account.place(row, mailing_list, status, call.seconds, automated=True, source=source)
        call.account.keep(row)  # the contact's own udate stays: nothing says that it moves
    return _answer(call, content, row, mailing_list.id, known=before is not None)


def _both(call: Call, content: dict[str, Any]) -> tuple[Contact, MailingList]:
    """Return the contact and the list that a body names; section 6.3, UNKNOWN what one gets that is not there."""
    numbers = id_in(content.get("contact")), id_in(content.get("list"))
    row, mailing_list = call.account.contact(numbers[0]), call.account.lists.get(numbers[1])
    if row is None:
        raise RefusedError(answers.not_found("Subscriber", numbers[0]))
    if mailing_list is None:
        raise RefusedError(answers.not_found("_List", numbers[1]))
    if not call.account.sees(call.user.group, mailing_list.id):
        raise RefusedError(answers.forbidden_to("view lists"))  # as when it is asked for
    return row, mailing_list


def _status(call: Call, sent: object) -> int:
    """Return a status that may be given here: section 6.3, CONFLICT on 0 and 3."""
    status = int(sent) if sent in ("0", "1", "2", "3") and isinstance(sent, str) else sent
    known = (ACTIVE, UNSUBSCRIBED) if call.quirks.contact_list_statuses == "1 and 2" else (0, 1, 2, 3)
    if type(status) is not int or status not in known:
        raise RefusedError(answers.invalid(_NO_CHOICE, pointer="/data/attributes/status"))
    return status


def _source(content: dict[str, Any], otherwise: int) -> int:
    """Return the `sourceid`, which may be a number or a text (section 10)."""
    if "sourceid" not in content:
        return otherwise
    source = id_in(content["sourceid"])
    if not source:
        raise RefusedError(answers.invalid(_NO_CHOICE, pointer="/data/attributes/sourceid"))
    return source


def _is_refused(call: Call, before: int | None, status: int) -> bool:
    """Tell whether a change is passed over in silence, as it brings back who opted out, which the user may not.

    Section 6.3: 1 after 2 re-subscribes. So does, by a detour, any other status that is not 2.

    Raises
    ------
    RefusedError
        Where that is the answer (UNKNOWN).
    """
    if before != UNSUBSCRIBED or status == UNSUBSCRIBED or call.may("pgContactResubscribe"):
        return False
    refused = call.quirks.resubscribe_refused
    if refused == "ignored":
        return True
    detail = "You do not have permission to resubscribe contacts."
    raise RefusedError(answers.errors("Forbidden" if refused == 403 else "Invalid", detail, status=refused))  # noqa: PLR2004


def _answer(call: Call, content: dict[str, Any], row: Contact, list_id: int, *, known: bool) -> Answer:
    """Return the membership as it now is, in one of the shapes that are in CONFLICT (section 6.3)."""
    membership = next(place for place in row.places if place.list == list_id)
    shape = contact_shapes.contact_list(call.shapes, row, membership)
    beside = {"contacts": [contact_shapes.contact(call.shapes, row)]}
    shape["status"] = membership.status
    if call.quirks.contact_list_answer == "flat":
        shape |= {"contact": row.id, "list": list_id, "sourceid": membership.source}
        return json_answer(beside | {"contactList": shape})
    if known:
        return json_answer({"contactList": shape})
    shape = {name: shape[name] for name in contact_shapes.NEW_CONTACT_LIST}
    # as they were sent: texts in a recording, numbers elsewhere (section 10)
    shape |= {"contact": content["contact"], "list": content["list"], "sourceid": membership.source}
    return json_answer(beside | {"contactList": shape}, 201)


ROUTES = (Route("POST", "contactLists", put_on_list, "contacts", "pgContactEdit"),)
