"""contact/sync: the upsert of one contact (section 6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.sandbox.api import answers, contact_writes
from ac_notebook.sandbox.api.call import Call, RefusedError, Route

if TYPE_CHECKING:
    from ac_notebook.sandbox.api.answers import Answer

_NO_EMAIL = "Contact email must be provided for sync"  # section 2.1


def sync(call: Call) -> Answer:
    """Answer POST /contact/sync: 201 and the short form for a new contact, 200 and the long one for a known one."""
    content = call.content("contact")
    if content.get("email") in (None, ""):
        raise RefusedError(answers.errors("Bad Request", _NO_EMAIL, status=400))
    email = contact_writes.check_address(call, content["email"])
    row = call.account.find(email)
    # Section 4, UNKNOWN whether pgContactSync is enough: who may not add or change people may not do so here either.
    contact_writes.require(call, "pgContactAdd" if row is None else "pgContactEdit")
    sent = contact_writes.read(call, content)
    if row is None:
        return contact_writes.answer(call, contact_writes.create(call, email, sent), sent, 201)
    contact_writes.write(call, row, sent)
    return contact_writes.answer(call, row, sent, 200)


ROUTES = (Route("POST", "contact/sync", sync, "contacts", "pgContactSync"),)
