"""What an account has beside people: lists, custom fields, tags, groups, users, exclusions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox.ledger import OF_ACCOUNT

from .fields import MULTIPLE_TYPES, Field, FieldValues, Option, options_from, perstag_of
from .places import ADMIN_GROUP, PERMISSIONS, Exclusion, Group, ListGroup, MailingList, Relation, Tag, User

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from ac_notebook.sandbox.ledger import Ledger
    from ac_notebook.sandbox.quirks import Quirks

ALL_LISTS = 0  # section 5.1: a relation to list 0 is one to all of them
_FIRST_LIST = 3  # section 13: the first list of a new account has id 3


class Catalogue:
    """Lists, custom fields, tags, groups, users and exclusions, by id."""

    def __init__(self, quirks: Quirks, ledger: Ledger, zone: ZoneInfo) -> None:
        self.quirks = quirks
        self.ledger = ledger
        self.zone = zone
        self.lists: dict[int, MailingList] = {}
        self.fields: dict[int, Field] = {}
        self.relations: dict[int, Relation] = {}
        self.stored_value: dict[int, Callable[[str], str | None]] = {}  # what of a sent value is kept; None for nothing
        self.tags: dict[int, Tag] = {}
        self.tag_by_name: dict[str, Tag] = {}
        self.groups = {ADMIN_GROUP: Group(id=ADMIN_GROUP, title="Admin", permissions=dict.fromkeys(PERMISSIONS, True))}
        self.users: dict[int, User] = {}
        self.list_groups: dict[int, ListGroup] = {}
        self.exclusions: dict[int, Exclusion] = {}
        self.option_settings: dict[int, dict[str, Any]] = {}  # by option: its order, when it was made through the API…
        self.last_ids: dict[str, int] = {"list": _FIRST_LIST - 1}  # the highest id given out so far; none comes twice

    def next_id(self, kind: str) -> int:
        """Return an id that was never given out before."""
        self.last_ids[kind] = self.last_ids.get(kind, 0) + 1
        return self.last_ids[kind]

    def tell(self, what: str, old: Any, new: Any) -> None:
        """Write a change of the account itself into the ledger."""
        self.ledger.add(OF_ACCOUNT, 0, what, old, new)

    def add_list(
        self, name: str, when: int, *, automation: bool = False, double_opt_in: bool = False,
        stringid: str | None = None, settings: dict[str, Any] | None = None, seen: bool = True,
    ) -> MailingList:  # fmt: skip
        """Add a list; names and stringids need not be unique (section 4).

        `seen` links it to all groups, as somebody does who makes it in the UI; through the API it is linked to none.
        """
        number = self.next_id("list")
        row = MailingList(
            id=number, name=name, created=when, updated=when, automation=automation, double_opt_in=double_opt_in,
            stringid=stringid if stringid is not None else "-".join(name.lower().split()), settings=settings or {},
        )  # fmt: skip
        self.lists[number] = row
        for group in self.groups if seen else ():
            self._add_list_group(number, group)
        self.tell("list", None, name)
        return row

    def sees(self, group: int, list_id: int) -> bool:
        """Tell whether the users of a group see a list: those of the built-in group all, others what is linked.

        Section 4: a list made through the API is invisible in the UI until a group is linked; whether that holds for
        the API too is UNKNOWN, so it does here. An administrator's key was recorded reading such a list back.
        """
        return group == ADMIN_GROUP or self.list_group_of(list_id, group) is not None

    def list_group_of(self, list_id: int, group: int) -> ListGroup | None:
        """Return the link between a list and a group, or None."""
        return next((row for row in self.list_groups.values() if (row.list, row.group) == (list_id, group)), None)

    def link_list(self, list_id: int, group: int) -> ListGroup:
        """Let a group see a list."""
        row = self._add_list_group(list_id, group)
        self.tell("list group", None, list_id)
        return row

    def unlink_list(self, row: ListGroup) -> None:
        """Hide a list from a group."""
        del self.list_groups[row.id]
        self.tell("list group", row.list, None)

    def _add_list_group(self, list_id: int, group: int) -> ListGroup:
        row = ListGroup(id=self.next_id("list group"), list=list_id, group=group)
        self.list_groups[row.id] = row
        return row

    def forget_list(self, list_id: int) -> None:
        """Drop what a deleted list leaves behind: its links to groups, and the relations of fields to it."""
        self.list_groups = {row.id: row for row in self.list_groups.values() if row.list != list_id}
        if list_id != ALL_LISTS:
            self.relations = {row.id: row for row in self.relations.values() if row.list != list_id}

    def add_field(
        self, title: str, type_: str, when: int, *, options: Sequence[str | tuple[str, str]] | None = None,
        perstag: str | None = None, settings: dict[str, Any] | None = None,
    ) -> Field:  # fmt: skip
        """Add a custom field, without options unless they are given, and without a relation (section 5.1).

        Raises
        ------
        ValueError
            When there is one of that title, or its type is unknown.
        """
        if self.field_titled(title) is not None:
            message = f"there is already a field named {title!r}"
            raise ValueError(message)
        made = options_from(options, self.last_ids.get("option", 0) + 1)
        field = Field(
            id=self.next_id("field"), title=title, type=type_, perstag=perstag_of(title, perstag), options=made,
            created=when, updated=when, settings={"ordernum": str(self._next_place())} | (settings or {}),
        )  # fmt: skip
        self.last_ids["option"] = self.last_ids.get("option", 0) + len(made)
        self.put_field(field)
        self.tell("field", None, title)
        return field

    def _next_place(self) -> int:
        """Return the place of one more field among the others (section 5.1: assigned, whatever was asked for)."""
        return max((int(field.settings.get("ordernum", 0)) for field in self.fields.values()), default=0) + 1

    def put_field(self, field: Field) -> None:
        """Keep a field as it now is."""
        self.fields[field.id] = field
        self.stored_value[field.id] = FieldValues(field, self.zone, self.quirks).stored

    def field_titled(self, title: str) -> Field | None:
        """Return the field of a title, whatever its case."""
        return next((field for field in self.fields.values() if field.title.lower() == title.lower()), None)

    def field_with_perstag(self, perstag: str) -> Field | None:
        """Return the field of a personalisation tag, as stored: in capitals."""
        return next((field for field in self.fields.values() if field.perstag == perstag), None)

    def field_with_option(self, option_id: int) -> tuple[Field, Option] | None:
        """Return an option and the field it belongs to, or None."""
        return next(
            ((field, option) for field in self.fields.values() for option in field.options if option.id == option_id),
            None,
        )

    def add_option(
        self, field: Field, value: str, label: str, when: int, settings: dict[str, Any] | None = None
    ) -> tuple[Field, Option]:  # fmt: skip
        """Add one option to a field, and return the field as it now is, and the option."""
        option = Option(id=self.next_id("option"), value=value, label=label)
        if settings:
            self.option_settings[option.id] = settings
        changed = field.replaced(options=(*field.options, option), updated=when)
        self.put_field(changed)
        self.tell("option", None, value)
        return changed, option

    def remove_option(self, field: Field, option: Option, when: int) -> None:
        """Take an option away; what contacts have stored of it stays."""
        self.put_field(field.replaced(options=tuple(one for one in field.options if one != option), updated=when))
        self.option_settings.pop(option.id, None)
        self.tell("option", option.value, None)

    def relate(self, field_id: int, list_id: int, when: int) -> Relation:
        """Put a field on a list, or on all of them."""
        relation = Relation(id=self.next_id("relation"), field=field_id, list=list_id, created=when)
        self.relations[relation.id] = relation
        self.tell("relation", None, field_id)
        return relation

    def relations_of(self, field_id: int) -> list[Relation]:
        """Return where a field is shown; nowhere, for one that was made through the API."""
        return [relation for relation in self.relations.values() if relation.field == field_id]

    def unrelate(self, relation: Relation) -> None:
        """Take a field off a list."""
        del self.relations[relation.id]
        self.tell("relation", relation.field, None)

    def delete_field(self, field: Field) -> None:
        """Delete a field with its relations; what contacts have in it is out of sight for good."""
        del self.fields[field.id], self.stored_value[field.id]
        for option in field.options:
            self.option_settings.pop(option.id, None)
        for relation in self.relations_of(field.id):
            del self.relations[relation.id]
        self.tell("field", field.title, None)

    def tag_named(self, name: str, when: int) -> Tag | None:
        """Return the tag of a name, making it when there is none; None for a blank name (sections 6.4 and 7.1)."""
        return self.tag_by_name.get(name.lower()) or (self.add_tag(name, when) if name.strip() else None)

    def add_tag(self, name: str, when: int, description: str = "") -> Tag:
        """Add a tag that there is not."""
        tag = Tag(id=self.next_id("tag"), name=name, created=when, updated=when, description=description)
        self.tags[tag.id] = self.tag_by_name[name.lower()] = tag
        self.tell("tag", None, name)
        return tag

    def rename_tag(self, tag: Tag, name: str, when: int) -> None:
        """Give a tag another name."""
        del self.tag_by_name[tag.name.lower()]
        self.tell("tag", tag.name, name)
        tag.name, tag.updated = name, when
        self.tag_by_name[name.lower()] = tag

    def add_group(
        self, title: str, description: str, permissions: dict[str, bool], *, sees_lists: bool = True
    ) -> Group:  # fmt: skip
        """Add a group of users; `sees_lists` links it to all lists there are, as one ticks them in the UI."""
        number = max(self.next_id("group"), ADMIN_GROUP + 1)
        self.last_ids["group"] = number
        known = {name: bool(permissions.get(name, False)) for name in PERMISSIONS}
        self.groups[number] = Group(id=number, title=title, description=description, permissions=known)
        for list_id in self.lists if sees_lists else ():
            self._add_list_group(list_id, number)
        self.tell("group", None, title)
        return self.groups[number]

    def delete_group(self, row: Group) -> None:
        """Delete a group that no user belongs to, with its links to lists."""
        del self.groups[row.id]
        self.list_groups = {link.id: link for link in self.list_groups.values() if link.group != row.id}
        self.tell("group", row.title, None)

    def add_user(self, name: str, group: int) -> User:
        """Add a user to a group."""
        user = User(id=self.next_id("user"), name=name, group=group)
        self.users[user.id] = user
        self.tell("user", None, name)
        return user

    def add_exclusion(self, phrase: str, match: str = "exact", lists: tuple[int, ...] = ()) -> Exclusion:
        """Keep addresses off some lists, or off all."""
        channel = "several" if lists else "all"
        row = Exclusion(id=self.next_id("exclusion"), phrase=phrase, match=match, lists=lists, channel=channel)
        self.exclusions[row.id] = row
        self.tell("exclusion", None, match)
        return row

    def is_excluded(self, email: str, lists: tuple[int, ...]) -> bool:
        """Tell whether an address is kept off any of some lists."""
        if not self.exclusions:
            return False
        sms = frozenset(
            number for number in lists if number in self.lists and self.lists[number].settings.get("channel") == "sms"
        )
        return any(row.holds(email, lists, sms) for row in self.exclusions.values())

    def holds_several(self, field_id: int) -> bool:
        """Tell whether a field takes several options at once."""
        return self.fields[field_id].type in MULTIPLE_TYPES


def hidden_fields(account: Catalogue) -> list[int]:
    """Return the ids of fields that are on no list: values are stored, and the UI shows them nowhere (section 5.1)."""
    related = {relation.field for relation in account.relations.values()}
    return [number for number in account.fields if number not in related]
