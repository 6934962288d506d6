"""The short forms in which POST answers: other keys, other types than GET gives (sections 4, 5.1, 6.4 and 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .bodies import sent_id
from .shapes import FIELD_LINKS, GROUP_LINKS, LIST_LINKS, TAG_LINKS

if TYPE_CHECKING:
    from ac_notebook.sandbox.state.fields import Field, Option
    from ac_notebook.sandbox.state.places import Group, ListGroup, MailingList, Relation, Tag

    from .shapes import Shape, Shapes

_SENT_OF_FIELD = ("descript", "isrequired", "defval", "show_in_list", "rows", "cols", "visible", "service")


def mailing_list(shapes: Shapes, row: MailingList) -> Shape:
    """Return a new list, as recorded in 2026: user ids are numbers here, texts in GET."""
    settings = row.settings
    return {
        "name": row.name,
        "channel": settings["channel"],
        "stringid": row.stringid,
        "sender_url": settings["sender_url"],
        "sender_reminder": settings["sender_reminder"],
        "description": settings["description"],
        "send_last_broadcast": int(settings["send_last_broadcast"]),
        "carboncopy": settings["carboncopy"],
        "subscription_notify": settings["subscription_notify"],
        "unsubscription_notify": settings["unsubscription_notify"],
        "userid": int(settings["userid"]),
        "cdate": shapes.iso(row.created),
        "udate": shapes.iso(row.updated),
        "links": shapes.links("lists", row.id, LIST_LINKS),
        "id": str(row.id),
        "user": int(settings["user"]),
    }


def list_group(shapes: Shapes, row: ListGroup, sent: dict[str, Any]) -> Shape:
    """Return a new link between a list and a group: without the flags that GET shows."""
    return {
        "list": sent_id(sent.get("listid"), row.list),
        "group": sent_id(sent.get("groupid"), row.group),
        "links": shapes.links("listGroups", row.id, ("list", "group")),
        "id": str(row.id),
    }


def group(shapes: Shapes, row: Group, sent: dict[str, Any]) -> Shape:
    """Return a new group: what was sent, and that it is one of administration."""
    shown = {name: int(allowed) for name, allowed in row.permissions.items() if name in sent}
    description = {"descript": row.description} if "descript" in sent else {}
    return {
        "title": row.title,
        **description,
        **shown,
        "p_admin": 1,
        "links": shapes.links("groups", row.id, GROUP_LINKS),
        "id": str(row.id),
    }


def field(shapes: Shapes, row: Field, sent: dict[str, Any]) -> Shape:
    """Return a new field: what was sent, its personalisation tag, and its place as a number."""
    return {
        "title": row.title,
        "type": row.type,
        **{name: row.settings[name] for name in _SENT_OF_FIELD if name in sent and name in row.settings},
        "created_by": row.settings["created_by"],
        "updated_by": row.settings["updated_by"],
        "cdate": shapes.iso(row.created),
        "udate": shapes.iso(row.updated),
        "perstag": row.perstag,
        "ordernum": int(row.settings["ordernum"]),
        "links": shapes.links("fields", row.id, FIELD_LINKS),
        "id": str(row.id),
    }


def field_option(shapes: Shapes, row: Field, option: Option, sent: dict[str, Any]) -> Shape:
    """Return a new option: what was sent, and its id."""
    settings = shapes.account.option_settings[option.id]
    shown: Shape = {name: int(settings[name]) for name in ("orderid", "isdefault") if name in sent}
    return {
        **shown,
        "label": option.label,
        "value": option.value,
        "field": sent_id(sent.get("field"), row.id),
        "cdate": shapes.iso(settings["created"]),
        "udate": shapes.iso(settings["created"]),
        "links": shapes.links("fieldOptions", option.id, ("field",)),
        "id": str(option.id),
    }


def relation(shapes: Shapes, row: Relation, sent: dict[str, Any]) -> Shape:
    """Return a new relation of a field to a list, or to all."""
    return {
        "relid": sent_id(sent.get("relid"), row.list),
        "field": sent_id(sent.get("field"), row.field),
        "cdate": shapes.iso(row.created),
        "links": [],
        "id": str(row.id),
    }


def tag(shapes: Shapes, row: Tag) -> Shape:
    """Return a new tag."""
    return {
        "tag": row.name,
        "description": row.description,
        "tagType": "contact",
        "cdate": shapes.iso(row.created),
        "links": shapes.links("tags", row.id, TAG_LINKS),
        "id": str(row.id),
    }
