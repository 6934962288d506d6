"""The JSON shapes of users, lists, fields and tags, as recorded (sections 4, 5.1, 6.4 and 8)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .account import Account, MailingList, Tag
from .fields import Field

Shape = dict[str, Any]


class Times:
    """Writes moments as the service does: ISO with the account's offset, or local without one."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def iso(self, when: float) -> str:
        """Return the form of `cdate` and `udate`."""
        return datetime.fromtimestamp(when, self._zone).isoformat(timespec="seconds")

    def local(self, when: float) -> str:
        """Return the form of `created_timestamp`; the ones called utc look the same (section 6.1)."""
        return self.iso(when)[:19].replace("T", " ")


def links(base: str, resource: str, number: int, names: Iterable[str]) -> dict[str, str]:
    """Return the `links` of one row."""
    root = f"{base}/api/3/{resource}/{number}/"
    return {name: root + name for name in names}


def user(account: Account, base: str) -> Shape:
    """Return the one user, as /users/me gives it."""
    return {
        "username": "admin",
        "firstName": "Sandbox",
        "lastName": "Admin",
        "email": "admin@example.com",
        "phone": "",
        "signature": None,
        "lang": "english",
        "localZoneid": account.zone.key,
        "mfaEnabled": "0",
        "roles": [],
        "links": links(base, "users", 1, ("lists", "userGroup", "dealGroupTotals", "dealGroupUsers", "configs")),
        "id": "1",
    }


_LIST_CONSTANTS: Shape = {
    "userid": "1",
    "p_use_tracking": "1",
    "p_use_analytics_read": "0",
    "p_use_analytics_link": "0",
    "p_use_twitter": "0",
    "p_use_facebook": "0",
    "p_embed_image": "1",
    "p_use_captcha": "1",
    "send_last_broadcast": "0",
    "private": "0",
    "analytics_domains": None,
    "analytics_source": "",
    "analytics_ua": "",
    "twitter_token": "",
    "twitter_token_secret": "",
    "facebook_session": None,
    "carboncopy": "",
    "subscription_notify": "",
    "unsubscription_notify": "",
    "require_name": "0",
    "get_unsubscribe_reason": "0",
    "to_name": "Recipient",
    "optinoptout": "1",
    "sender_name": "",
    "sender_addr1": "",
    "sender_addr2": "",
    "sender_city": "",
    "sender_state": "",
    "sender_zip": "",
    "sender_country": "",
    "sender_phone": "",
    "sender_url": "http://www.example.com",
    "sender_reminder": "You subscribed on our site.",
    "fulladdress": "",
    "optinmessageid": "0",
    "optoutconf": "0",
    "deletestamp": None,
    "description": "",
    "channel": "email",
    "created_by": "1",
    "updated_by": "1",
    "user": "1",
}  # fmt: skip - forty constants read better side by side
_LIST_LINKS = ("contactGoalLists", "user", "addressLists")


def mailing_list(row: MailingList, base: str, times: Times, *, counts: bool) -> Shape:
    """Return a list; `counts` are in the collection but not in GET /lists/{id} (section 4)."""
    made = times.iso(row.created)
    shape = _LIST_CONSTANTS | {
        "stringid": "-".join(row.name.lower().split()),
        "name": row.name,
        "cdate": made,
        "udate": made,
        "created_timestamp": times.local(row.created),
        "updated_timestamp": times.local(row.created),
        "links": links(base, "lists", row.id, _LIST_LINKS),
        "id": str(row.id),
    }
    if counts:
        shape |= {"active_subscribers": str(row.subscribers), "non_deleted_subscribers": str(row.contacts)}
    return shape


def field(row: Field, account: Account, base: str, times: Times) -> Shape:
    """Return a custom field."""
    made = times.iso(account.created)
    return {
        "title": row.title,
        "descript": None,
        "type": row.type,
        "isrequired": "0",
        "perstag": row.perstag,
        "defval": None,
        "show_in_list": "0",
        "rows": "0",
        "cols": "0",
        "visible": "1",
        "service": "AI" if row.perstag == "PREFERRED_LANGUAGE" else "",
        "ordernum": str(row.id),
        "cdate": made,
        "udate": made,
        "created_timestamp": times.local(account.created),
        "updated_timestamp": times.local(account.created),
        "created_by": None,
        "updated_by": None,
        "options": [str(option.id) for option in row.options],
        "relations": [str(row.id)],
        "links": links(base, "fields", row.id, ("options", "relations")),
        "id": str(row.id),
    }


def field_options(row: Field, base: str) -> list[Shape]:
    """Return the options of one field."""
    return [
        {
            "field": str(row.id),
            "orderid": str(position),
            "value": option.value,
            "label": option.label,
            "isdefault": "0",
            "cdate": None,
            "udate": None,
            "links": links(base, "fieldOptions", option.id, ("field",)),
            "id": str(option.id),
        }
        for position, option in enumerate(row.options, start=1)
    ]


def field_relation(row: Field, account: Account, times: Times) -> Shape:
    """Return the relation of one field; relid 0 is all lists, and `links` is an empty list (section 5.1)."""
    return {
        "field": str(row.id),
        "relid": "0",
        "dorder": "0",
        "cdate": times.iso(account.created),
        "links": [],
        "id": str(row.id),
    }


def tag(row: Tag, base: str, times: Times) -> Shape:
    """Return a tag."""
    return {
        "tagType": "contact",
        "tag": row.name,
        "description": "",
        "cdate": times.iso(row.created),
        "subscriber_count": str(row.subscribers),
        "created_timestamp": times.local(row.created),
        "updated_timestamp": times.local(row.created),
        "created_by": None,
        "updated_by": None,
        "deleted": "0",
        "links": links(base, "tags", row.id, ("contactGoalTags",)),
        "id": str(row.id),
    }
