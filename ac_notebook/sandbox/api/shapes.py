"""How the API writes moments, links, and the rows of lists, fields, tags and groups (sections 4, 5.1, 6.4 and 8)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox.state.places import PERMISSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.sandbox.state.account import Account
    from ac_notebook.sandbox.state.fields import Field, Option
    from ac_notebook.sandbox.state.places import Exclusion, Group, ListGroup, MailingList, Relation, Tag, User

Shape = dict[str, Any]

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
LIST_LINKS = ("contactGoalLists", "user", "addressLists")
FIELD_LINKS = ("options", "relations")
TAG_LINKS = ("contactGoalTags", "templateTags")
GROUP_LINKS = ("userGroups", "groupLimit", "dealGroupGroups", "listGroups", "addressGroups", "automationGroups")
_LIST_GROUP_FLAGS = (
    "p_list_add", "p_list_edit", "p_list_delete", "p_list_sync", "p_list_filter", "p_message_add", "p_message_edit",
    "p_message_delete", "p_message_send", "p_subscriber_add", "p_subscriber_edit", "p_subscriber_delete",
    "p_subscriber_import", "p_subscriber_approve",
)  # fmt: skip
_GROUP_LIMITS: Shape = {
    "limitMail": "0",
    "limitMailType": "month",
    "limitList": "0",
    "limitCampaign": "0",
    "limitCampaignType": "month",
    "limitAttachment": "-1",
    "limitUser": "0",
    "abuseRatio": "4",
    "forceSenderInfo": "0",
}


class Shapes:
    """Writes what one account has, as rows of JSON.

    Parameters
    ----------
    account
        The account.
    url
        The base address, for `links`.
    """

    def __init__(self, account: Account, url: str) -> None:
        self.account = account
        self.url = url

    def iso(self, when: float) -> str:
        """Return the form of `cdate` and `udate`: ISO with the account's offset."""
        return datetime.fromtimestamp(when, self.account.zone).isoformat(timespec="seconds")

    def local(self, when: float) -> str:
        """Return the form of `created_timestamp`; the ones called utc look the same (section 6.1)."""
        return self.iso(when)[:19].replace("T", " ")

    def links(self, resource: str, number: int, names: Iterable[str]) -> dict[str, str]:
        """Return the `links` of one row."""
        root = f"{self.url}/api/3/{resource}/{number}/"
        return {name: root + name for name in names}

    def total(self, number: int) -> str | int:
        """Return a `meta.total`: a text in recordings, a number in the reference (section 3)."""
        return str(number) if self.account.quirks.totals == "text" else number

    def user(self, row: User) -> Shape:
        """Return a user, as /users/me gives it."""
        return {
            "username": row.name,
            "firstName": "Sandbox",
            "lastName": row.name.capitalize(),
            "email": f"{row.name}@example.com",
            "phone": "",
            "signature": None,
            "lang": "english",
            "localZoneid": self.account.zone.key,
            "mfaEnabled": "0",
            "roles": [],
            "links": self.links(
                "users", row.id, ("lists", "userGroup", "dealGroupTotals", "dealGroupUsers", "configs")
            ),
            "id": str(row.id),
        }

    def mailing_list(self, row: MailingList, *, counts: bool) -> Shape:
        """Return a list; `counts` are in the collection but not in GET /lists/{id} (section 4)."""
        shape = _LIST_CONSTANTS | row.settings | {
            "stringid": row.stringid,
            "name": row.name,
            "cdate": self.iso(row.created),
            "udate": self.iso(row.updated),
            "created_timestamp": self.local(row.created),
            "updated_timestamp": self.local(row.updated),
            "links": self.links("lists", row.id, LIST_LINKS),
            "id": str(row.id),
        }  # fmt: skip
        if counts:
            shape |= {
                "active_subscribers": str(row.statuses[1]),
                "non_deleted_subscribers": str(row.statuses.total()),
            }
        return shape

    def field(self, row: Field) -> Shape:
        """Return a custom field, in the long form of GET."""
        shape: Shape = {
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
            "service": "",
            "ordernum": str(row.id),
            "cdate": self.iso(row.created),
            "udate": self.iso(row.updated),
            "created_timestamp": self.local(row.created),
            "updated_timestamp": self.local(row.updated),
            "created_by": None,
            "updated_by": None,
            "options": [str(option.id) for option in row.options],
            "relations": [str(relation.id) for relation in self.account.relations_of(row.id)],
            "links": self.links("fields", row.id, FIELD_LINKS),
            "id": str(row.id),
        }
        return shape | row.settings

    def field_option(self, row: Field, position: int, option: Option) -> Shape:
        """Return one option of a field; positions count from 1.

        Those of a new account have no dates; those made through the API have, and the order that was sent.
        """
        settings = self.account.option_settings.get(option.id, {})
        created = self.iso(settings["created"]) if "created" in settings else None
        return {
            "field": str(row.id),
            "orderid": settings.get("orderid", str(position)),
            "value": option.value,
            "label": option.label,
            "isdefault": settings.get("isdefault", "0"),
            "cdate": created,
            "udate": created,
            "links": self.links("fieldOptions", option.id, ("field",)),
            "id": str(option.id),
        }

    def field_options(self, row: Field) -> list[Shape]:
        """Return the options of one field."""
        return [self.field_option(row, position, option) for position, option in enumerate(row.options, start=1)]

    def relation(self, row: Relation) -> Shape:
        """Return the relation of a field to a list, or to all; `links` is an empty list (section 5.1)."""
        return {
            "field": str(row.field),
            "relid": str(row.list),
            "dorder": "0",
            "cdate": self.iso(row.created),
            "links": [],
            "id": str(row.id),
        }

    def tag(self, row: Tag) -> Shape:
        """Return a tag."""
        return {
            "tagType": "contact",
            "tag": row.name,
            "description": row.description,
            "cdate": self.iso(row.created),
            "subscriber_count": str(row.subscribers),
            "created_timestamp": self.local(row.created),
            "updated_timestamp": self.local(row.updated),
            "created_by": None,
            "updated_by": None,
            "deleted": "0",
            "links": self.links("tags", row.id, TAG_LINKS),
            "id": str(row.id),
        }

    def group(self, row: Group) -> Shape:
        """Return a group of users with what it may."""
        permissions = {name: "1" if row.may(name) else "0" for name in PERMISSIONS}
        return {
            "title": row.title,
            "descript": row.description,
            "unsubscribelink": "0",
            "optinconfirm": "0",
            "p_admin": "1",
            **permissions,
            "links": self.links("groups", row.id, GROUP_LINKS),
            "id": str(row.id),
        }

    def group_limit(self, row: Group) -> Shape:
        """Return the limits of a group; "0" is none (section 8)."""
        return {
            "groupid": str(row.id),
            **_GROUP_LIMITS,
            "limitContact": str(self.account.contact_limit or 0),
            "links": self.links("groupLimits", row.id, ("group",)),
            "id": str(row.id),
            "group": str(row.id),
        }

    def list_group(self, row: ListGroup) -> Shape:
        """Return the link between a list and a group that may see it; all its flags are "0", as recorded."""
        return {
            "list": str(row.list),
            "group": str(row.group),
            **dict.fromkeys(_LIST_GROUP_FLAGS, "0"),
            "links": self.links("listGroups", row.id, ("list", "group")),
            "id": str(row.id),
        }

    def exclusion(self, row: Exclusion) -> Shape:
        """Return an exclusion (section 9)."""
        return {
            "id": str(row.id),
            "matchPhrase": row.phrase,
            "matchType": row.match,
            "channel": row.channel,
            "hidden": row.hidden,
            "lists": [str(number) for number in row.lists],
        }
