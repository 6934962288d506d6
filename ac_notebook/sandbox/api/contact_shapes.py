"""The JSON shapes of contacts and of what hangs on them, as recorded (sections 6.1, 6.3 and 6.4)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ac_notebook.sandbox.state.contacts import Contact, Membership, Tagging, Value

    from .shapes import Shape, Shapes

_CONSTANTS: Shape = {
    "orgid": "0",
    "orgname": "",
    "segmentio_id": "",
    "bounced_hard": "0",
    "bounced_soft": "0",
    "bounced_date": None,
    "ip": "0",
    "ua": None,
    "socialdata_lastcheck": None,
    "sentcnt": "0",
    "rating_tstamp": None,
    "gravatar": "0",
    "deleted": "0",
    "anonymized": "0",
    "adate": None,
    "edate": None,
    "deleted_at": None,
    "created_by": None,
    "updated_by": None,
    "mpp_tracking": "0",
    "last_click_date": None,
    "last_open_date": None,
    "last_mpp_open_date": None,
    "best_send_hour": None,
    "sms_consent": "0",
    "sms_consent_updated_at": None,
    "whatsapp_id": None,
    "whatsapp_username": None,
    "organization": None,
}  # fmt: skip - constants read better side by side
LINKS = (
    "bounceLogs", "contactAutomations", "contactData", "contactGoals", "contactLists", "contactLogs", "contactTags",
    "contactDeals", "deals", "fieldValues", "geoIps", "notes", "organization", "plusAppend", "trackingLogs",
    "scoreValues", "accountContacts", "automationEntryCounts",
)  # fmt: skip
# Section 3: the one link with a query of its own.
_AUTOMATIONS_QUERY = "?limit=1000&orders%5Blastdate%5D=DESC"
LIST_LINKS = ("automation", "list", "contact", "form", "autosyncLog", "campaign", "unsubscribeAutomation", "message")
# What the answers to the first write have, in recordings: fewer keys than rows have that are read.
NEW_CONTACT_LIST = (
    "status", "list", "contact", "sdate", "udate", "unsubreason", "campaign", "message", "first_name", "last_name",
    "sourceid", "unsubscribeAutomation", "links", "id",
)  # fmt: skip
NEW_CONTACT_TAG = ("contact", "tag", "cdate", "links", "id")
WRITTEN_FIELD_VALUE = ("contact", "field", "value", "cdate", "udate", "links", "owner", "id")


def new_contact(shapes: Shapes, row: Contact) -> Shape:
    """Return a contact in the short form that a new one is answered with (sections 6.2 and 11)."""
    return {
        "email": row.email,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "cdate": shapes.iso(row.created),
        "udate": shapes.iso(row.updated),
        "phone": row.phone,
        "orgid": "0",
        "orgname": row.organization,
        "links": _links(shapes, row.id),
        "id": str(row.id),
        "organization": None,
    }


def contact(shapes: Shapes, row: Contact) -> Shape:
    """Return a contact, in the long form of GET."""
    local, _, domain = row.email.rpartition("@")
    created, updated = shapes.iso(row.created), shapes.iso(row.updated)
    bounced = shapes.account.key(row.email) in shapes.account.bounced
    return {
        **_CONSTANTS,
        "cdate": created,
        "email": row.email,
        "phone": row.phone,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "orgname": row.organization,
        "bounced_hard": "1" if bounced else "0",
        "hash": hashlib.blake2b(str(row.id).encode(), digest_size=16).hexdigest(),
        "udate": updated,
        "email_local": local,
        "email_domain": domain,
        "created_timestamp": _local(created),
        "updated_timestamp": _local(updated),
        "created_utc_timestamp": _local(created),
        "updated_utc_timestamp": _local(updated),
        "scoreValues": [],
        "accountContacts": [],
        "links": _links(shapes, row.id),
        "id": str(row.id),
    }


def _links(shapes: Shapes, number: int) -> dict[str, str]:
    links = shapes.links("contacts", number, LINKS)
    links["contactAutomations"] += _AUTOMATIONS_QUERY
    return links


def _local(iso: str) -> str:
    return iso[:19].replace("T", " ")


def contact_list(shapes: Shapes, row: Contact, membership: Membership) -> Shape:
    """Return one membership of a contact."""
    number = shapes.account.link_id("list", row.id, membership.list)
    return {
        "contact": str(row.id),
        "list": str(membership.list),
        "form": None,
        "seriesid": "0",
        "sdate": shapes.iso(membership.subscribed),
        "udate": None if membership.updated == membership.subscribed else shapes.iso(membership.updated),
        "status": str(membership.status),
        "responder": "1",
        "sync": "0",
        "unsubreason": "",
        "campaign": None,
        "message": None,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "ip4Sub": "0",
        "sourceid": str(membership.source),
        "autosyncLog": None,
        "ip4_last": "0",
        "ip4Unsub": "0",
        "created_timestamp": shapes.local(membership.subscribed),
        "updated_timestamp": shapes.local(membership.updated),
        "created_by": None,
        "updated_by": None,
        "unsubscribeAutomation": None,
        "channel": "email",
        "links": shapes.links("contactLists", number, LIST_LINKS),
        "id": str(number),
        "automation": None,
    }


def contact_tag(shapes: Shapes, row: Contact, tagging: Tagging) -> Shape:
    """Return one tag on a contact."""
    number = shapes.account.link_id("tag", row.id, tagging.tag)
    return {
        "contact": str(row.id),
        "tag": str(tagging.tag),
        "cdate": shapes.iso(tagging.when),
        "created_timestamp": shapes.local(tagging.when),
        "updated_timestamp": shapes.local(tagging.when),
        "created_by": None,
        "updated_by": None,
        "links": shapes.links("contactTags", number, ("tag", "contact")),
        "id": str(number),
    }


def field_value(shapes: Shapes, row: Contact, field: int, value: Value | None = None) -> Shape:
    """Return what is stored of a contact for one field, which must be something, or another value for it."""
    value = value or row.value(field)
    assert value is not None  # noqa: S101 - see above
    number = shapes.account.link_id("value", row.id, field)
    return {
        "contact": str(row.id),
        "field": str(field),
        "value": value.text,
        "cdate": shapes.iso(value.created),
        "udate": shapes.iso(value.updated),
        "created_by": "0",
        "updated_by": "0",
        "links": shapes.links("fieldValues", number, ("owner", "field")),
        "id": str(number),
        "owner": str(row.id),
    }


def field_values(shapes: Shapes, row: Contact) -> list[Shape]:
    """Return the field values of a contact."""
    return [field_value(shapes, row, field) for field in shapes.account.fields if str(field) in row.values]


def contact_automations(shapes: Shapes, row: Contact) -> list[Shape]:
    """Return the automations that joining lists started; one may have started several times."""
    return [
        _contact_automation(shapes, row.id, position, start.list, shapes.iso(start.when))
        for position, start in enumerate(row.automations, start=1)
    ]


def _contact_automation(shapes: Shapes, contact: int, position: int, automation: int, started: str) -> Shape:
    number = shapes.account.link_id("automation", contact, position)
    return {
        "contact": str(contact),
        "seriesid": str(automation),
        "startid": "0",
        "status": "1",
        "adddate": started,
        "remdate": None,
        "timespan": None,
        "lastblock": "0",
        "lastdate": started,
        "completedElements": "0",
        "totalElements": "0",
        "completed": 0,
        "completeValue": 100,
        "links": shapes.links("contactAutomations", number, ("automation", "contact", "contactGoals")),
        "id": str(number),
        "automation": str(automation),
    }
