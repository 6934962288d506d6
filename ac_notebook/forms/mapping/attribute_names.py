"""What columns can be mapped to in an account, and what each is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.forms.base.choice import Entry
from ac_notebook.forms.mapping.mapping_draft import AFTER_FIELDS, BEFORE_FIELDS, Attribute
from ac_notebook.frames.columns import Column
from ac_notebook.frames.field_names import FieldNames
from ac_notebook.model.account import Field
from ac_notebook.model.harmless import name as harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.forms.base.texts import Words
    from ac_notebook.model.account import Snapshot


class AttributeNames:
    """Attributes and the custom fields of an account.

    Parameters
    ----------
    account
        What the account has; None where that is not known.
    words
        The form's words.
    """

    def __init__(self, account: Snapshot | None, words: Words) -> None:
        self.account = account
        self.words = words
        self._plain = {
            "email": words("E-mail"), "first_name": words("First name"), "last_name": words("Last name"),
            "phone": words("Phone"), "tags": words("Tags"), "opt_in": words("Opt-in"),
        }  # fmt: skip
        self._found: dict[str | int, Field | None] = {}
        self._keys: dict[int, str | int] | None = None

    def field(self, attribute: Attribute) -> Field | None:
        """Return the custom field that is meant; None for an attribute, or where there is none."""
        if self.account is None or not attribute.is_field:
            return None
        if attribute.name not in self._found:
            found = self.account.find_field(attribute.name)
            self._found[attribute.name] = found if isinstance(found, Field) else None
        return self._found[attribute.name]

    def label(self, attribute: Attribute) -> str:
        """Return what an attribute is called; of a field its title and its type."""
        if not attribute.is_field:
            return self._plain[str(attribute.name)]
        field = self.field(attribute)
        if field is not None:
            return f"{harmless(field.title)} ({harmless(field.type)})"
        named = attribute.name
        called = harmless(named) if isinstance(named, str) else self.words("Field {number}").format(number=named)
        return called if self.account is None else self.words("{name} (not in the account)").format(name=called)

    def kind(self, attribute: Attribute) -> str:
        """Return what an attribute takes, as the checks of a frame call it."""
        field = self.field(attribute)
        column = Column(
            target=str(attribute.name), label=None, position=0, is_field=attribute.is_field, field=field,
        )  # fmt: skip
        return column.kind

    def titles(self, mapped: Iterable[Attribute]) -> dict[str | int, str]:
        """Return the titles of the fields that are named by their numbers."""
        numbered = [one for one in mapped if one.is_field and not isinstance(one.name, str)]
        return {one.name: field.title for one in numbered if (field := self.field(one)) is not None}

    def unused(self, mapped: Iterable[Attribute]) -> list[Entry]:
        """Return what is not mapped yet, to choose from: attributes first, then fields in the account's order."""
        used = set(mapped)
        ids = {field.id for one in used if (field := self.field(one)) is not None}
        entries = [
            Entry(key=one, name=self.label(one), ids=(str(one.name),))
            for one in (*BEFORE_FIELDS, *AFTER_FIELDS)
            if one not in used
        ]
        for field in self.account.custom_fields if self.account is not None else ():
            if field.id not in ids:
                key = Attribute(self._key(field), is_field=True)
                ids_of = (str(field.id), field.perstag)
                entries.append(Entry(key=key, name=field.title, more=harmless(field.type), ids=ids_of))
        return entries

    def _key(self, field: Field) -> str | int:
        if self._keys is None:
            names = FieldNames(self.account)
            self._keys = {one.id: names.key(one) for one in (self.account.custom_fields if self.account else ())}
        return self._keys[field.id]
