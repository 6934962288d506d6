"""What goes where: ActiveCampaign's attribute or custom field, from a column."""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from types import MappingProxyType
from typing import Any, Literal

from ac_notebook.errors import MappingError

Blank = Literal["skip", "clear"]

ATTRIBUTES = ("email", "first_name", "last_name", "phone")
"""The attributes that every contact has, by the names that bulk import gives them (contract section 7.1)."""

SPECIAL = ("tags", "opt_in")
"""Keys of a mapping that are neither attribute nor field."""


def attribute_named(key: object) -> str | None:
    """Return the attribute or special key that ``key`` names in any usual spelling, or None.

    Examples
    --------
    >>> attribute_named("E-mail"), attribute_named("First Name"), attribute_named("Birthday")
    ('email', 'first_name', None)
    """
    if not isinstance(key, str):
        return None
    plain = key.strip().casefold().replace("-", "").replace("_", "").replace(" ", "")
    return {name.replace("_", ""): name for name in (*ATTRIBUTES, *SPECIAL)}.get(plain)


@dataclass(frozen=True, kw_only=True, repr=False)
class Mapping:
    """Which column of a frame fills which attribute or custom field.

    Parameters
    ----------
    email
        Column with the address. Required.
    first_name, last_name, phone
        Columns of the other attributes, or None.
    fields
        Column by custom field; a field is named by its title, its personalisation tag or its id (an integer).
    tags
        Column with the tags of each row: text with commas between them, or lists of text.
    opt_in
        Column that says who agreed: rows where it is false or blank are rejected.
    blank
        ``{"City": "clear"}``: blanks of this target overwrite what ActiveCampaign has. All others are left out
        of the request, so that a blank never overwrites.

    Raises
    ------
    MappingError
        When there is no column for the address, or a blank rule is for something that is not mapped.

    Examples
    --------
    >>> Mapping(email="E-mail", fields={"Birthday": "dob"})
    Mapping(email='E-mail', fields={'Birthday': 'dob'})
    """

    email: Hashable
    first_name: Hashable | None = None
    last_name: Hashable | None = None
    phone: Hashable | None = None
    fields: Dictionary[Any, Hashable] = field(default_factory=dict)
    tags: Hashable | None = None
    opt_in: Hashable | None = None
    blank: Dictionary[Any, Blank] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = []
        if self.email is None:
            problems.append("no column is mapped to the e-mail address, which every contact needs.")
        problems += [
            f"a custom field is named by its title or its id (an integer), not by {key!r}."
            for key in self.fields
            if isinstance(key, bool) or not isinstance(key, str | int)
        ]
        mapped = {*self.fields, *(name for name in ATTRIBUTES if getattr(self, name) is not None)}
        for key, rule in self.blank.items():
            if rule not in ("skip", "clear"):
                problems.append(f"a blank is 'skip' or 'clear', not {rule!r} (for {key!r}).")
            elif key == "email" or key not in mapped:
                problems.append(f"a rule for blanks is given for {key!r}, which is not mapped or cannot be blank.")
        if problems:
            raise MappingError(problems)
        # Read-only views of own copies: the value is frozen, whatever the caller does with the dictionaries.
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))
        object.__setattr__(self, "blank", MappingProxyType(dict(self.blank)))

    @classmethod
    def of(cls, mapping: Mapping | Dictionary[Any, Any]) -> Mapping:
        """Return a mapping from a dictionary ``{ActiveCampaign's name: column}``, or the mapping itself.

        A key in any usual spelling of an attribute (``"E-mail"``, ``"first name"``) is the attribute; every other key
        is a custom field.

        Raises
        ------
        MappingError
            When two keys name one attribute, or there is none for the address.

        Examples
        --------
        >>> Mapping.of({"email": "E-mail", "first_name": "Given name", "Birthday": "dob"})
        Mapping(email='E-mail', first_name='Given name', fields={'Birthday': 'dob'})
        """
        if isinstance(mapping, Mapping):
            return mapping
        if not isinstance(mapping, Dictionary):
            msg = f"it is a {type(mapping).__name__}, not a dictionary or ac.Mapping."
            raise MappingError([msg], hint='Write mapping={"email": "column with the addresses"}. Nothing was sent.')
        attributes: dict[str, Any] = {}
        customs: dict[str | int, Hashable] = {}
        problems = []
        for key, column in mapping.items():
            if not isinstance(column, Hashable):
                problems.append(f"{key!r} is mapped to a {type(column).__name__}, not to a column's label.")
                continue
            name = attribute_named(key)
            if name is None:
                customs[key] = column
            elif name in attributes:
                problems.append(f"{name!r} is mapped twice.")
            else:
                attributes[name] = column
        if attributes.get("email") is None:
            problems.append("no column is mapped to the e-mail address, which every contact needs.")
        if problems:
            raise MappingError(problems, hint='Write {"email": "column with the addresses", …}. Nothing was sent.')
        return cls(fields=customs, **attributes)

    def replace(self, **changes: Any) -> Mapping:
        """Return a mapping with some parameters changed."""
        return replace(self, **changes)

    def __or__(self, other: Dictionary[Any, Any]) -> Mapping:
        """Return the mapping with what a dictionary adds or changes; None takes something away.

        Examples
        --------
        >>> Mapping(email="E-mail", first_name="Name") | {"City": "town", "first_name": None}
        Mapping(email='E-mail', fields={'City': 'town'})
        """
        if not isinstance(other, Dictionary):
            return NotImplemented
        attributes, customs = dict(self.to_dict()), dict(self.fields)
        for key, column in other.items():
            name = attribute_named(key)
            if name is not None:
                attributes[name] = column
            elif column is None:
                customs.pop(key, None)
            else:
                customs[key] = column
        return Mapping(**{**attributes, "fields": customs})

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping as plain dictionaries, without what was left at its default."""
        plain: dict[str, Any] = {}
        for entry in dataclass_fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, Dictionary):
                value = dict(value)
            if value is not None and value != {}:
                plain[entry.name] = value
        return plain

    def __repr__(self) -> str:
        return "Mapping(" + ", ".join(f"{name}={_written(value)}" for name, value in self.to_dict().items()) + ")"


def _written(value: object) -> str:
    """Return a value's repr; a column label may be anybody's object, and have none."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_written(key)}: {_written(entry)}" for key, entry in value.items()) + "}"
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - whatever the object's own code raises
        return f"<{type(value).__name__}>"
