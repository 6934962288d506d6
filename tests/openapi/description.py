"""The sandbox in OpenAPI: every route with its parameters and bodies, and which answers lead on to which request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.openapi import bodies
from tests.openapi.bodies import EMAIL, LIST_ID, NUMBER, SWITCH, TEXT, any_of, array, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.openapi.bodies import Schema

    Ids = Mapping[str, Sequence[str]]

BASE = "/api/3"
CALLBACK = "http://127.0.0.1:9/"
"""Where nobody listens: the port of the discard service."""

_WHOLE: Schema = {"type": "integer", "minimum": -1, "maximum": 120}
_PAGE = {"limit": _WHOLE, "offset": _WHOLE}
_ORDER = one_of("ASC", "DESC", "asc")
_MOMENT = any_of(one_of("2026-03-02", "2026-03-02T12:00:00-06:00"), {"type": "string", "format": "date-time"})
_OPERATORS = ("eq", "neq", "lt", "lte", "gt", "gte", "contains", "starts_with")
_CONTACTS: dict[str, Schema] = {
    **_PAGE,
    **dict.fromkeys(("search", "email_like", "phone"), TEXT),
    **dict.fromkeys(("tagid", "seriesid", "segmentid", "formid", "waitid", "organization", "exclude"), NUMBER),
    **dict.fromkeys(("id_greater", "id_less"), _WHOLE),
    **{f"orders[{name}]": _ORDER for name in ("id", "email", "first_name", "last_name", "name", "cdate", "score")},
    **{f"filters[{name}]": _MOMENT for name in ("created_before", "created_after", "updated_before", "updated_after")},
    "email": EMAIL,
    "ids[]": array(NUMBER),
    "ids": NUMBER,
    "listid": LIST_ID,
    "status": one_of(-1, 0, 1, 2, 3),
    "in_group_lists": SWITCH,
}
_NAMED_LISTS = {
    **_PAGE,
    **{f"filters[name][{name}]": TEXT for name in _OPERATORS},
    "filters[name]": TEXT,
    "orders[name]": one_of("asc", "desc", "weight"),
}
_NAMED_TAGS = {
    **_PAGE,
    **{f"filters[search][{name}]": TEXT for name in _OPERATORS},
    "search": TEXT,
    "orders[search]": one_of("asc", "desc", "weight"),
}
_EXCLUSIONS = {
    **_PAGE,
    "filters[matchPhrase]": TEXT,
    "filters[lists][]": array(LIST_ID),
    "filters[lists]": LIST_ID,
    "orders[matchPhrase]": one_of("ASC", "DESC"),
    "orders[lists]": one_of("ASC", "DESC"),
}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A kind of request.

    Attributes
    ----------
    path
        Below ``/api/3/``, as in the table of routes; ``<number>`` stands for an id.
    leads
        Where an id in the answer leads: by the place of the id, what it is the ``{number}`` of.
    """

    method: str
    path: str
    query: Mapping[str, Schema] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    body: Schema | None = None
    leads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def template(self) -> str:
        """The path in the notation of OpenAPI."""
        return f"{BASE}/{self.path.replace('<', '{').replace('>', '}')}"

    def parameters(self, ids: Ids) -> list[Schema]:
        """Return what the path and the query hold; see `description` for the ids."""
        told: list[Schema] = []
        if "<" in self.path:
            known = ids.get(self.path.partition("/")[0])
            number = any_of(one_of(*known), NUMBER) if known else NUMBER
            told.append({"name": "number", "in": "path", "required": True, "schema": number})
        for name, schema in self.query.items():
            known = ids.get(name)
            asked = any_of(one_of(*known), schema) if known else schema
            told.append({"name": name, "in": "query", "required": name in self.needed, "schema": asked})
        return told

    def described(self, ids: Ids) -> Schema:
        """Return the operation in the notation of OpenAPI; all that is said of answers is where they lead."""
        answer: Schema = {"description": "Some answer; only that it is none of a broken server is looked at."}
        links = {
            f"{number} of {place}: {target}": {
                "operationId": target,
                "parameters": {"query.batchId" if target == INFO else "path.number": f"$response.body#{place}"},
            }
            for place, targets in self.leads.items()
            for number, target in enumerate(targets, start=1)
        }
        told: Schema = {"operationId": self.name, "responses": {"default": answer}}
        if links:
            told["responses"] |= {status: answer | {"links": links} for status in ("200", "201")}
        parameters = self.parameters(ids)
        if parameters:
            told["parameters"] = parameters
        if self.body is not None:
            told["requestBody"] = {"required": True, "content": {"application/json": {"schema": self.body}}}
        return told


INFO = "GET import/info"
_OF_CONTACT = ("contactLists", "contactTags", "fieldValues", "contactAutomations")


def _on(method: str, path: str, body: Schema | None = None, **more: Any) -> Operation:
    return Operation(method=method, path=path, body=body, **more)


def _one(resource: str, *methods: str) -> tuple[str, ...]:
    return tuple(f"{method} {resource}/<number>" for method in methods)


def operations(callback: str = CALLBACK) -> tuple[Operation, ...]:
    """Return every kind of request; bulk imports name `callback` as who is to be told of their end."""
    to_contact = {
        "/contact/id": (
            *_one("contacts", "GET", "PUT", "PATCH", "DELETE"),
            *(f"GET contacts/<number>/{name}" for name in _OF_CONTACT),
        )
    }
    to_value = {"/fieldValue/id": _one("fieldValues", "GET", "PUT", "DELETE")}
    to_field = {
        "/field/id": (
            *_one("fields", "GET", "PUT", "DELETE"), "GET fields/<number>/options", "GET fields/<number>/relations",
        )
    }  # fmt: skip
    to_list = {"/list/id": _one("lists", "GET", "PUT", "PATCH", "DELETE")}
    to_tag = {"/tag/id": _one("tags", "GET", "PUT", "PATCH", "DELETE")}
    return (
        _on("GET", "users/me"),
        _on("GET", "settings/account"),
        _on("GET", "groupLimits", query=_PAGE),
        _on("GET", "contacts", query=_CONTACTS),
        _on("POST", "contacts", bodies.CONTACT, leads=to_contact),
        _on("POST", "contacts/sync", bodies.CONTACT, leads=to_contact),
        _on("POST", "contact/sync", bodies.CONTACT, leads=to_contact),
        _on("GET", "contacts/<number>"),
        _on("PUT", "contacts/<number>", bodies.CONTACT_CHANGE, leads=to_contact),
        _on("PATCH", "contacts/<number>", bodies.CONTACT_CHANGE),
        _on("DELETE", "contacts/<number>"),
        *(_on("GET", f"contacts/<number>/{name}") for name in _OF_CONTACT),
        _on("POST", "contactLists", bodies.CONTACT_LIST),
        _on("GET", "contactTags", query=_PAGE),
        _on("POST", "contactTags", bodies.CONTACT_TAG, leads={"/contactTag/id": _one("contactTags", "DELETE")}),
        _on("DELETE", "contactTags/<number>"),
        _on("GET", "fieldValues", query={**_PAGE, "filters[fieldid]": NUMBER, "filters[val]": bodies.VALUE}),
        _on("POST", "fieldValues", bodies.FIELD_VALUE, leads=to_value),
        _on("GET", "fieldValues/<number>"),
        _on("PUT", "fieldValues/<number>", bodies.FIELD_VALUE_CHANGE),
        _on("DELETE", "fieldValues/<number>"),
        _on("GET", "fields", query={**_PAGE, "filters[perstag]": TEXT}),
        _on("POST", "fields", bodies.FIELD, leads=to_field),
        _on("GET", "fields/<number>"),
        _on("PUT", "fields/<number>", bodies.FIELD_CHANGE),
        _on("DELETE", "fields/<number>"),
        _on("GET", "fields/<number>/options"),
        _on("GET", "fields/<number>/relations"),
        _on(
            "POST", "fieldOption/bulk", bodies.FIELD_OPTIONS,
            leads={"/fieldOptions/0/id": _one("fieldOptions", "GET", "DELETE")},
        ),
        _on("GET", "fieldOptions/<number>"),
        _on("DELETE", "fieldOptions/<number>"),
        _on("GET", "fieldRels", query=_PAGE),
        _on(
            "POST", "fieldRels", bodies.FIELD_RELATION, leads={"/fieldRel/id": _one("fieldRels", "GET", "DELETE")}
        ),
        _on("GET", "fieldRels/<number>"),
        _on("DELETE", "fieldRels/<number>"),
        _on("GET", "lists", query=_NAMED_LISTS),
        _on("POST", "lists", bodies.LIST, leads=to_list),
        _on("GET", "lists/<number>"),
        _on("PUT", "lists/<number>", bodies.LIST_CHANGE),
        _on("PATCH", "lists/<number>", bodies.LIST_CHANGE),
        _on("DELETE", "lists/<number>"),
        _on("GET", "lists/exclusions", query=_EXCLUSIONS),
        _on("GET", "lists/exclusions/<number>"),
        _on("PUT", "lists/exclusions/<number>", bodies.EXCLUSION_CHANGE),
        _on("GET", "groups", query=_PAGE),
        _on("POST", "groups", bodies.GROUP, leads={"/group/id": _one("groups", "GET", "PUT", "DELETE")}),
        _on("GET", "groups/<number>"),
        _on("PUT", "groups/<number>", bodies.GROUP),
        _on("DELETE", "groups/<number>"),
        _on("GET", "listGroups", query=_PAGE),
        _on("POST", "listGroups", bodies.LIST_GROUP, leads={"/listGroup/id": _one("listGroups", "GET", "DELETE")}),
        _on("GET", "listGroups/<number>"),
        _on("DELETE", "listGroups/<number>"),
        _on("GET", "tags", query=_NAMED_TAGS),
        _on("POST", "tags", bodies.TAG, leads=to_tag),
        _on("GET", "tags/<number>"),
        _on("PUT", "tags/<number>", bodies.TAG_CHANGE),
        _on("PATCH", "tags/<number>", bodies.TAG_CHANGE),
        _on("DELETE", "tags/<number>"),
        _on("POST", "import/bulk_import", bodies.bulk_import(callback), leads={"/batchId": (INFO,)}),
        _on("GET", "import/bulk_import"),
        _on("GET", "import/info", query={"batchId": TEXT}, needed=("batchId",)),
    )  # fmt: skip


def description(callback: str = CALLBACK, ids: Ids | None = None) -> Schema:
    """Return the whole of it in the notation of OpenAPI 3.0.

    Parameters
    ----------
    callback
        Who is to be told of the end of imports.
    ids
        What is somebody's id beside small numbers: by the first part of a path, or by the name of a parameter.
    """
    paths: dict[str, Schema] = {}
    for operation in operations(callback):
        paths.setdefault(operation.template, {})[operation.method.lower()] = operation.described(ids or {})
    return {
        "openapi": "3.0.3",
        "info": {"title": "The sandbox of ac_notebook: not ActiveCampaign", "version": "3"},
        "paths": paths,
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "Api-Token"}}},
    }
