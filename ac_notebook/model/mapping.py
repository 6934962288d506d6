"""What goes where: ActiveCampaign's attribute or custom field, from a column."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from types import MappingProxyType
from typing import Any, Literal

from ac_notebook.errors import MappingError, did_you_mean
from ac_notebook.model.date_format import flaw

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
    formats
        ``{"Birthday": "%d.%m.%Y"}``: the form of dates that are text, as for :meth:`datetime.datetime.strptime`. Only
        that form is then taken, and without one only ``YYYY-MM-DD``. Two digits of a year (``%y``) are 1969 to 2068.
    separators
        ``{"Interests": ";"}``: what stands between the values of a cell, for checkbox and listbox fields (otherwise
        ``||``) and for ``"tags"`` (otherwise a comma).

    Raises
    ------
    MappingError
        When there is no column for the address, when a rule for blanks, a format or a separator is for something that
        is not mapped, or when a format cannot be used.

    Examples
    --------
    >>> Mapping(email="E-mail", fields={"Birthday": "dob"})
    Mapping(email='E-mail', fields={'Birthday': 'dob'})
    >>> Mapping(email="E-mail", fields={"Birthday": "dob"}, formats={"Birthday": "%d.%m.%Y"})
    Mapping(email='E-mail', fields={'Birthday': 'dob'}, formats={'Birthday': '%d.%m.%Y'})
    >>> mapping = Mapping(
    ...     email="E-mail",
    ...     first_name="Given name",
    ...     phone="Mobile",
    ...     tags="labels",
    ...     opt_in="newsletter_ok",
    ...     fields={"City": "town", "Interests": "hobbies"},
    ...     blank={"City": "clear"},
    ...     separators={"Interests": ";"},
    ... )
    >>> mapping.email, mapping.first_name, mapping.last_name, mapping.phone, mapping.tags, mapping.opt_in
    ('E-mail', 'Given name', None, 'Mobile', 'labels', 'newsletter_ok')
    >>> dict(mapping.blank), dict(mapping.formats), dict(mapping.separators), dict(mapping.fields)
    ({'City': 'clear'}, {}, {'Interests': ';'}, {'City': 'town', 'Interests': 'hobbies'})
    >>> Mapping(email="E-mail", tags="labels").to_dict()
    {'email': 'E-mail', 'tags': 'labels'}
    """

    email: Hashable
    first_name: Hashable | None = None
    last_name: Hashable | None = None
    phone: Hashable | None = None
    fields: Dictionary[Any, Hashable] = field(default_factory=dict)
    tags: Hashable | None = None
    opt_in: Hashable | None = None
    blank: Dictionary[Any, Blank] = field(default_factory=dict)
    formats: Dictionary[Any, str] = field(default_factory=dict)
    separators: Dictionary[Any, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, example in (("fields", '{"Birthday": "dob"}'), ("blank", '{"City": "clear"}')):
            if not isinstance(getattr(self, name), Dictionary):
                msg = f"{name} is a dictionary such as {example}, not a {type(getattr(self, name)).__name__}."
                raise MappingError([msg])
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
        problems += _wrong_formats(self.formats, self.fields)
        problems += _wrong_separators(self.separators, self.fields, has_tags=self.tags is not None)
        if problems:
            raise MappingError(problems)
        # Read-only views of own copies: the value is frozen, whatever the caller does with the dictionaries.
        for name in ("fields", "blank", "formats", "separators"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

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
            # A suggestion's reasons are no part of what is exported.
            return mapping if type(mapping) is Mapping else Mapping(**mapping.to_dict())
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
        gone = {key for key in self.fields if key not in customs}
        gone |= {name for name in (*ATTRIBUTES, *SPECIAL) if attributes.get(name) is None}
        for name in ("blank", "formats", "separators"):  # what was said about something goes with it
            attributes[name] = {key: rule for key, rule in getattr(self, name).items() if key not in gone}
        return Mapping(**{**attributes, "fields": customs})

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping as plain dictionaries, without what was left at its default."""
        plain: dict[str, Any] = {}
        for entry in dataclass_fields(Mapping):
            value = getattr(self, entry.name)
            if isinstance(value, Dictionary):
                value = dict(value)
            if value is not None and value != {}:
                plain[entry.name] = value
        return plain

    def __repr__(self) -> str:
        return "Mapping(" + ", ".join(f"{name}={_written(value)}" for name, value in self.to_dict().items()) + ")"


def _wrong_formats(formats: object, fields: Dictionary[Any, Hashable]) -> list[str]:
    if not isinstance(formats, Dictionary):
        return [f'formats is a dictionary such as {{"Birthday": "%d.%m.%Y"}}, not a {type(formats).__name__}.']
    problems = []
    for key, form in formats.items():
        wrong = flaw(form)
        if key not in fields:
            problems.append(
                f"a format is given for {key!r}, which is no custom field of the mapping. {_help(key, fields)}"
            )
        elif wrong is not None:
            problems.append(f"the format {form!r} for {key!r} {wrong}.")
    return problems


def _wrong_separators(separators: object, fields: Dictionary[Any, Hashable], *, has_tags: bool) -> list[str]:
    if not isinstance(separators, Dictionary):
        return [f'separators is a dictionary such as {{"Interests": ";"}}, not a {type(separators).__name__}.']
    known = [*fields, *(["tags"] if has_tags else [])]
    problems = []
    for key, separator in separators.items():
        if key not in known:
            problems.append(
                f"a separator is given for {key!r}, which is no custom field of the mapping, and not its tags. "
                f"{_help(key, known)}"
            )
        elif not _separates(separator):
            problems.append(f'a separator is a text such as ";", not {separator!r} (for {key!r}).')
    return problems


def _separates(separator: object) -> bool:
    """Return whether it can stand between values: printable, a blank, a tab or a line break."""
    return (
        isinstance(separator, str) and separator != "" and separator.replace("\t", " ").replace("\n", " ").isprintable()
    )


def _help(key: object, known: Iterable[object]) -> str:
    return did_you_mean(str(key), [str(name) for name in known])


def _written(value: object) -> str:
    """Return a value's repr; a column label may be anybody's object, and have none."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_written(key)}: {_written(entry)}" for key, entry in value.items()) + "}"
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - whatever the object's own code raises
        return f"<{type(value).__name__}>"
