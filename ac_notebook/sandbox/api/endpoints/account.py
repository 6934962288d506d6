"""Users and the account: users/me, settings/account, groupLimits (section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.sandbox.api.answers import forbidden, json_answer, message
from ac_notebook.sandbox.api.call import Call, Route
from ac_notebook.sandbox.api.queries import Page
from ac_notebook.sandbox.state.places import ADMIN_GROUP

if TYPE_CHECKING:
    from ac_notebook.sandbox.api.answers import Answer


def me(call: Call) -> Answer:
    """Answer GET /users/me: whose key it is."""
    return json_answer({"user": call.shapes.user(call.user)})


def settings(call: Call) -> Answer:
    """Answer GET /settings/account: a flat object, for keys of the group Admin only.

    What `subscriber_limit` is without a limit is not documented, only that it is a number. Here it is 0: so groupLimits
    says "none" (section 8), and a client that takes it at its word must stop for it, which a large number would hide.
    """
    if call.quirks.settings_account == "missing":
        return message("Not Found", 404)
    if call.user.group != ADMIN_GROUP:
        return forbidden()
    user = call.shapes.user(call.user)
    return json_answer(
        {
            "account": call.service.name,
            "email": user["email"],
            "first_name": user["firstName"],
            "last_name": user["lastName"],
            "cname": "",
            "status": "active",
            "subscriber_limit": call.account.contact_limit or 0,
            "subscriber_total": call.account.billed(),
            "trial": False,
            "credits": None,
            "branding": True,
        }
    )


def group_limits(call: Call) -> Answer:
    """Answer GET /groupLimits: one row per group, where a limit of "0" is none."""
    rows = list(call.account.groups.values())
    content = [call.shapes.group_limit(row) for row in Page.of(call.query, call.quirks).cut(rows)]
    return json_answer({"groupLimits": content, "meta": {"total": call.shapes.total(len(rows))}})


ROUTES = (
    Route("GET", "users/me", me, "account"),
    Route("GET", "settings/account", settings, "account"),
    Route("GET", "groupLimits", group_limits, "account"),
)
