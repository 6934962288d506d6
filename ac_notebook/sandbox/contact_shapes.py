"""The JSON shapes of contacts and of what hangs on them, as recorded (sections 6.1, 6.3 and 6.4)."""

import hashlib
from typing import Any

from . import readings
from .account import Account, Contact, Membership
from .shapes import Shape, Times, links

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
_LINKS = (
    "bounceLogs", "contactAutomations", "contactData", "contactGoals", "contactLists", "contactLogs", "contactTags",
    "contactDeals", "deals", "fieldValues", "geoIps", "notes", "organization", "plusAppend", "trackingLogs",
    "scoreValues", "accountContacts", "automationEntryCounts",
)  # fmt: skip
_LIST_LINKS = ("automation", "list", "contact", "form", "autosyncLog", "campaign", "unsubscribeAutomation", "message")


def link_id(contact: int, other: int) -> int:
    """Return the id of a membership, a tagging or a field value: made from both ends, so that none need be kept."""
    return contact * 100_000 + other


def contact(row: Contact, account: Account, base: str, times: Times) -> Shape:
    """Return a contact, in the long form of GET."""
    local, _, domain = row.email.rpartition("@")
    created, updated = times.iso(row.created), times.iso(row.updated)
    bounced = readings.key_of(row.email) in account.bounced
    return {
        **_CONSTANTS,
        "cdate": created,
        "email": row.email,
        "phone": row.phone,
        "firstName": row.first_name,
        "lastName": row.last_name,
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
        "links": links(base, "contacts", row.id, _LINKS),
        "id": str(row.id),
    }


def _local(iso: str) -> str:
    return iso[:19].replace("T", " ")


def contact_list(row: Contact, membership: Membership, base: str, times: Times) -> Shape:
    """Return one membership of a contact."""
    number = link_id(row.id, membership.list)
    return {
        "contact": str(row.id),
        "list": str(membership.list),
        "form": None,
        "seriesid": "0",
        "sdate": times.iso(membership.subscribed),
        "udate": None if membership.updated == membership.subscribed else times.iso(membership.updated),
        "status": str(membership.status),
        "responder": "1",
        "sync": "0",
        "unsubreason": "",
        "campaign": None,
        "message": None,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "ip4Sub": "0",
        "sourceid": "3",
        "autosyncLog": None,
        "ip4_last": "0",
        "ip4Unsub": "0",
        "created_timestamp": times.local(membership.subscribed),
        "updated_timestamp": times.local(membership.updated),
        "created_by": None,
        "updated_by": None,
        "unsubscribeAutomation": None,
        "channel": "email",
        "links": links(base, "contactLists", number, _LIST_LINKS),
        "id": str(number),
        "automation": None,
    }


def contact_tag(row: Contact, tag: int, base: str, times: Times) -> Shape:
    """Return one tag on a contact."""
    number = link_id(row.id, tag)
    return {
        "contact": str(row.id),
        "tag": str(tag),
        "cdate": times.iso(row.updated),
        "created_timestamp": times.local(row.updated),
        "updated_timestamp": times.local(row.updated),
        "created_by": None,
        "updated_by": None,
        "links": links(base, "contactTags", number, ("tag", "contact")),
        "id": str(number),
    }


def field_values(row: Contact, account: Account, base: str, times: Times) -> list[Shape]:
    """Return the field values of a contact."""
    changed = times.iso(row.updated)
    shapes = []
    for field_id, position in account.field_position.items():
        value = row.field_values[position] if position < len(row.field_values) else None
        if value is None:
            continue
        number = link_id(row.id, field_id)
        shape: dict[str, Any] = {
            "contact": str(row.id),
            "field": str(field_id),
            "value": value,
            "cdate": changed,
            "udate": changed,
            "created_by": "0",
            "updated_by": "0",
            "links": links(base, "fieldValues", number, ("owner", "field")),
            "id": str(number),
            "owner": str(row.id),
        }
        shapes.append(shape)
    return shapes


def contact_automation(row: Contact, membership: Membership, base: str, times: Times) -> Shape:
    """Return an automation that joining a list started."""
    number = link_id(row.id, membership.list)
    started = times.iso(membership.subscribed)
    return {
        "contact": str(row.id),
        "seriesid": str(membership.list),
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
        "links": links(base, "contactAutomations", number, ("automation", "contact", "contactGoals")),
        "id": str(number),
        "automation": str(membership.list),
    }
