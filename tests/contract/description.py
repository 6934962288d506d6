"""Every request that the client sends: this project's own description, in JSON Schema, each rule with its source.

A source is a section of the project's contract with the service, a page of the vendor's documentation, or "ours" where
the service leaves it open and we chose. What is not described is refused: the service drops a misspelled name silently.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.contract.bodies import END, MOST_BYTES, NUMBER, PAGE, Schema, import_body, thing

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE = "/api/3/"
"""What every path begins with (contract section 1)."""

PAGES = "https://developers.activecampaign.com/reference/pagination"


def once(schema: Schema) -> Schema:
    """Return the schema of the values of a parameter or header that stands there exactly once."""
    return {"$comment": "ours: nothing is said twice", "type": "array", "items": schema, "minItems": 1, "maxItems": 1}


def _text(source: str, **rules: Any) -> Schema:
    return once({"$comment": source, "type": "string", **rules})


_HEADERS: dict[str, Schema] = {
    "host": _text("contract section 1", minLength=1),
    "api-token": _text("https://developers.activecampaign.com/reference/authentication", pattern=rf"^[!-~]+{END}"),
    "accept": _text("ours: answers are read as JSON", const="application/json"),
    "accept-encoding": _text("ours: an answer's size is limited as it is read", const="identity"),
    "user-agent": _text("ours: who asks", const="ac_notebook"),
}
_BODY_HEADERS: dict[str, Schema] = {
    "content-type": _text(PAGE, const="application/json"),
    "content-length": _text("ours: never in chunks", pattern=NUMBER),
}

_PAGING: dict[str, Schema] = {
    "limit": _text(PAGES, pattern=rf"^(?:[1-9][0-9]?|100){END}"),
    "offset": _text(PAGES, pattern=rf"^(?:0|[1-9][0-9]*){END}"),
}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A kind of request.

    Parameters
    ----------
    method
        HTTP method.
    path
        Below ``/api/3/``; a part in braces stands for anything.
    source
        Where the service describes it.
    parts
        What stands for the parts in braces, by name.
    query
        What the query may hold, by name.
    needed
        What the query must hold.
    body
        What the body holds; None for no body.
    """

    method: str
    path: str
    source: str
    parts: Mapping[str, Schema] = field(default_factory=dict)
    query: Mapping[str, Schema] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    body: Schema | None = None

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def schema(self) -> Schema:
        """The whole request in one schema; see :class:`tests.contract.checking.Sent` for its form."""
        headers = dict(_HEADERS)
        rules: dict[str, Schema] = {
            "path": thing(self.source, self.parts, required=tuple(self.parts)),
            "query": thing(self.source, self.query, required=self.needed),
        }
        if self.body is None:
            rules["bytes"] = {"$comment": "ours: nothing else has a body", "const": 0}
        else:
            headers |= _BODY_HEADERS
            rules["body"] = self.body
            rules["bytes"] = {"$comment": PAGE, "type": "integer", "maximum": MOST_BYTES}
        rules["headers"] = thing("ours: no others, so no cookies", headers, required=tuple(headers))
        return thing("ours: the form of a request", rules, required=tuple(rules))


_LIST = "https://developers.activecampaign.com/reference/retrieve-a-list"
_CONTACTS = "https://developers.activecampaign.com/reference/list-all-contacts"

_ID: dict[str, Schema] = {"id": {"$comment": "contract section 6.1", "type": "string", "pattern": NUMBER}}

_WHOLE: Schema = {"$comment": "contract section 6.3", "type": "integer", "minimum": 1}
_OFF_A_LIST = thing(
    "contract section 6.3",
    {
        "contactList": thing(
            "ours: nobody is put on a list this way, which would subscribe people who had left",
            {
                "list": _WHOLE,
                "contact": _WHOLE,
                "status": {"$comment": "contract section 6.3: unsubscribed", "const": 2},
            },
            required=("list", "contact", "status"),
        )
    },
    required=("contactList",),
)

OPERATIONS = (
    Operation(method="GET", path="users/me", source="contract section 1"),
    Operation(method="GET", path="lists", source="contract section 4", query=_PAGING, needed=("limit", "offset")),
    Operation(
        method="GET", path="lists/exclusions", source="contract section 9", query=_PAGING, needed=("limit", "offset"),
    ),
    Operation(
        method="GET", path="lists/{id}", source=_LIST,
        parts={"id": {"$comment": "contract section 4", "type": "string", "pattern": NUMBER}},
    ),
    # Without a limit they end after 20 rows, whatever a page says of it (contract section 3, CONFLICT).
    Operation(method="GET", path="fields", source="contract section 5.1", query=_PAGING, needed=("limit", "offset")),
    Operation(
        method="GET", path="tags", source="contract section 6.4",
        query={**_PAGING, "search": _text("contract section 6.4", minLength=1)}, needed=("limit", "offset"),
    ),
    # Four questions: who is on a list, who has a tag, is somebody a contact, how many are there (`limit` only).
    Operation(
        method="GET", path="contacts", source=_CONTACTS,
        query={
            "email": _text("contract section 6.2", pattern=rf"^[^@\s]+@[^@\s]+{END}"),
            "listid": _text(_CONTACTS, pattern=NUMBER),
            "tagid": _text(_CONTACTS, pattern=NUMBER),
            "status": _text("contract sections 3 and 6.3", pattern=rf"^(?:-1|[0-3]){END}"),
            "limit": _PAGING["limit"],
            "orders[id]": _text("contract section 3", enum=["ASC", "DESC"]),
            "id_greater": _text("contract section 3", pattern=rf"^(?:0|[1-9][0-9]*){END}"),
            "id_less": _text("contract section 3", pattern=NUMBER),
        },
        needed=("limit",),
    ),
    Operation(method="GET", path="settings/account", source="contract section 8"),
    Operation(
        method="GET", path="groups", source="contract section 4", query={"limit": _PAGING["limit"]}, needed=("limit",),
    ),
    Operation(
        method="GET", path="groupLimits", source="contract section 8",
        query={"limit": _PAGING["limit"]}, needed=("limit",),
    ),
    Operation(
        method="GET", path="contacts/{id}/contactLists", source="contract section 6.3",
        parts=_ID,
        query={"limit": _PAGING["limit"]}, needed=("limit",),
    ),
    Operation(method="GET", path="contacts/{id}", source="contract section 6.1", parts=_ID),
    Operation(
        method="GET", path="contacts/{id}/contactTags", source="contract sections 3 and 6.4", parts=_ID, query=_PAGING,
    ),
    # Reading a list: values by field, and all taggings; `limit` alone counts them.
    Operation(
        method="GET", path="fieldValues", source="contract section 3",
        query={**_PAGING, "filters[fieldid]": _text("contract section 3", pattern=NUMBER)},
        needed=("limit", "filters[fieldid]"),
    ),
    Operation(method="GET", path="contactTags", source="contract section 3", query=_PAGING, needed=("limit",)),
    # Rehearsals give back what they took.
    Operation(method="DELETE", path="contactTags/{id}", source="contract section 6.4", parts=_ID),
    Operation(method="DELETE", path="contacts/{id}", source="contract section 2.1", parts=_ID),
    Operation(method="DELETE", path="tags/{id}", source="contract section 2.1", parts=_ID),
    Operation(method="POST", path="contactLists", source="contract section 6.3", body=_OFF_A_LIST),
    Operation(method="GET", path="import/bulk_import", source="contract section 7.4"),
    Operation(method="POST", path="import/bulk_import", source=PAGE, body=import_body()),
    Operation(
        method="GET", path="import/info", source="contract section 7.3",
        query={"batchId": _text("contract section 7.3", pattern=rf"^[!-~]+{END}")}, needed=("batchId",),
    ),
)  # fmt: skip
"""Every kind of request."""

_CALLBACK = "a second way to hear of an end; results of people would go to somebody else's server (section 7.5)"

NOT_SENT = {
    "contacts[].customer_acct_name": "accounts of the CRM are not part of an export",
    "callback.url": _CALLBACK,
    "callback.requestType": _CALLBACK,
    "callback.detailed_results": _CALLBACK,
    "callback.params[].key": _CALLBACK,
    "callback.params[].value": _CALLBACK,
    "callback.headers[].key": _CALLBACK,
    "callback.headers[].value": _CALLBACK,
}
"""What a bulk import may hold and ours never does, with the reason."""
