"""Reading an export from plain dictionaries and lists of any origin: an export, or one sentence with the place."""

from __future__ import annotations

import math
from dataclasses import fields as dataclass_fields
from typing import Any, Never

from ac_notebook.errors import ConfigurationError, MappingError, did_you_mean, nearest
from ac_notebook.model.definition import FOREVER, FORMAT, RULES, VERSION
from ac_notebook.model.display_name import clean_name
from ac_notebook.model.export import Export, Options
from ac_notebook.model.labels import LARGEST, Label, plain_label
from ac_notebook.model.mapping import ATTRIBUTES, SPECIAL, Mapping
from ac_notebook.model.segment import Segment, clean_condition

KNOWN = ("format", "version", "name", "connection", "list", "mapping", "segment", "tags", "options")
NAMES = frozenset({*KNOWN, "to", "field", "column", "condition", *RULES})
"""All names of an export's; others may be anything, and are told only where they look like one."""

_TARGETS = (*ATTRIBUTES, *SPECIAL)
_KEY = "key"
"""The option that names a column."""

_TOLD = 40
"""Letters of an unknown name that are told, at the most: the file may be another one, with people in it."""


def definition_of(plain: object) -> Export:
    """Return the export that was written down, in this version of the format or an earlier one.

    Parameters
    ----------
    plain
        What :func:`ac_notebook.model.definition.plain_of` returned, or anything else.

    Raises
    ------
    ConfigurationError
        In one sentence with the place, when it is none.

    Examples
    --------
    >>> from ac_notebook.model.definition import plain_of
    >>> export = Export(name="Weekly", list=4, mapping=Mapping(email="E-mail"))
    >>> definition_of(plain_of(export)) == export
    True
    """
    found = require_version(plain)
    _require_names(found, "", known=KNOWN, needed=("name", "list", "mapping"))
    return Export(
        name=_name(found["name"], "name", of="export"),
        connection="" if found.get("connection") is None else _name(found["connection"], "connection"),
        list=_list(found["list"]),
        mapping=_mapping(found["mapping"]),
        segment=_segment(found.get("segment")),
        tags=_tags(found.get("tags", [])),
        options=_options(found.get("options", {})),
    )


def require_version(plain: object) -> dict[str, Any]:
    """Return what was read as a dictionary, when it is an export of a version that is known here.

    Raises
    ------
    ConfigurationError
        When it is something else.
    """
    if not isinstance(plain, dict) or type(plain.get("format")) is not str or plain["format"] != FORMAT:
        refuse("format", f'an export begins with {{"format": "{FORMAT}", …}}, and this does not.')
    version = plain.get("version")
    if type(version) is not int or version < 1:
        refuse("version", "the version of the format is a whole number, 1 or more.")
    if version > VERSION:
        hint = "Install that version or a newer one. Nothing was sent."
        refuse("version", "it was written by a newer version of ac_notebook.", hint=hint)
    return plain


def refuse(where: str, what: str, *, hint: str = "Nothing was sent.") -> Never:
    """Raise, with the place."""
    raise ConfigurationError(f"{where}: {what}", hint=hint)


def _require_names(found: object, where: str, *, known: tuple[str, ...], needed: tuple[str, ...] = ()) -> None:
    """Raise when something is no object, lacks a name, or has one that there is not."""
    place = where or "the export"
    if not isinstance(found, dict):
        refuse(place, f"here belongs an object {{…}}, not {_kind(found)}.")
    for number, name in enumerate(found, start=1):
        if name in known:
            continue
        word = name if isinstance(name, str) else ""  # of a dictionary that was no file
        near = nearest(word, known)
        told = word.isidentifier() and len(word) <= _TOLD and (near is not None or word.isascii())
        what = f"{word!r} is no name of an export's." if told else f"the name at place {number} is none of an export's."
        refuse(place, what, hint=f"{did_you_mean(word, known, most=20)} Nothing was sent.")
    missing = [name for name in needed if name not in found]
    if missing:
        refuse(place, f"{missing[0]!r} is missing.")


def _kind(value: object) -> str:
    """Return what a value is; never the value, which may be anything."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number" if isinstance(value, int | float) else f"a {type(value).__name__}")


def _name(value: object, where: str, *, of: str = "connection") -> str:
    if not isinstance(value, str):
        refuse(where, f"here belongs a text, not {_kind(value)}.")
    try:
        return clean_name(value, of=of)
    except ConfigurationError as error:
        refuse(where, error.message)


def _list(value: object) -> str | int:
    if isinstance(value, str) and value.strip():
        return _text(value, "list")
    if type(value) is int and 0 <= value < LARGEST:
        return value
    refuse("list", f"here belongs the name or the id of a list, not {_kind(value)}.")


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        refuse(where, f"here belongs a text, not {_kind(value)}.")
    try:
        value.encode()
    except UnicodeEncodeError:
        refuse(where, "it holds half a letter (a lone surrogate).")
    return value


def _mapping(rows: object) -> Mapping:
    if not isinstance(rows, list):
        refuse("mapping", f"here belongs a list of columns, not {_kind(rows)}.")
    given: dict[str, Any] = {}
    fields: dict[str | int, Label] = {}
    rules: dict[str, Any] = {name: {} for name in RULES.values()}
    for number, row in enumerate(rows):
        where = f"mapping[{number}]"
        _require_names(row, where, known=("to", "field", "column", *RULES), needed=("column",))
        key = _target(row, where)
        among: dict[Any, Any] = fields if "field" in row else given
        if key in among:
            refuse(where, f"{key!r} is mapped a second time.")
        among[key] = _label(row["column"], f"{where}.column", may_be_blank="field" in row)
        for short, name in RULES.items():
            if short in row:
                rules[name][key] = _text(row[short], f"{where}.{short}")
    try:
        return Mapping(**{"email": None, **given}, fields=fields, **rules)
    except MappingError as error:
        refuse("mapping", " ".join(error.problems))


def _target(row: dict[str, Any], where: str) -> str | int:
    if ("to" in row) == ("field" in row):
        refuse(where, 'here belongs either "to" or "field".')
    if "field" in row:
        key = row["field"]
        if type(key) is int and 0 <= key < LARGEST:
            return key
        return _text(key, f"{where}.field")
    name = _text(row["to"], f"{where}.to")
    if name not in _TARGETS:
        refuse(f"{where}.to", "this is no attribute.", hint=f"{did_you_mean(name, _TARGETS)} Nothing was sent.")
    return name


def _label(value: object, where: str, *, may_be_blank: bool) -> Label:
    if isinstance(value, dict) or (value is None and not may_be_blank):
        refuse(where, f"here belongs the label of a column, not {_kind(value)}.")
    if isinstance(value, list):
        if any(isinstance(part, list | dict) for part in value):
            refuse(where, "a label of several parts has texts and numbers as parts.")
        value = tuple(value)
    for part in value if isinstance(value, tuple) else (value,):
        if isinstance(part, str):
            _text(part, where)
    try:
        return plain_label(value)
    except ValueError as error:
        refuse(where, f"no column is labelled with {error}.")


def _segment(value: object) -> Segment | str | None:
    if value is None:
        return None
    try:
        if isinstance(value, dict):
            _require_names(value, "segment", known=("name", "condition"), needed=("name", "condition"))
            return Segment(_text(value["name"], "segment.name"), _text(value["condition"], "segment.condition"))
        return clean_condition(_text(value, "segment"))
    except ConfigurationError as error:
        refuse("segment", error.message.removeprefix("segment: "))


def _tags(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        refuse("tags", f"here belongs a list of texts, not {_kind(value)}.")
    return tuple(_tag(tag, f"tags[{number}]") for number, tag in enumerate(value))


def _tag(value: object, where: str) -> str:
    text = _text(value, where)
    if not text.strip():
        refuse(where, "a tag is a text that is not blank.")
    return text


def _options(value: object) -> Options:
    known = {entry.name: getattr(Options(), entry.name) for entry in dataclass_fields(Options)}
    _require_names(value, "options", known=tuple(known))
    assert isinstance(value, dict)  # noqa: S101 - for the type checker; it was just looked at
    given: dict[str, Any] = {}
    for name in sorted(value, key=_KEY.__ne__):  # another option may need it
        where = f"options.{name}"
        said = value[name]
        given[name] = (
            _label(said, where, may_be_blank=True) if name == _KEY else _option(said, where, usual=known[name])
        )
        try:
            Options(**given)
        except ConfigurationError as error:
            refuse(where, error.message, hint=error.hint)
    return Options(**given)


def _option(said: object, where: str, *, usual: object) -> object:
    if isinstance(said, str):
        _text(said, where)
    if isinstance(usual, frozenset):
        if not isinstance(said, list) or not all(isinstance(name, str) for name in said):
            refuse(where, f"here belongs a list of texts, not {_kind(said)}.")
        return frozenset(said)
    if said == FOREVER and isinstance(usual, float):
        return math.inf
    if isinstance(said, dict | list):
        refuse(where, f"here belongs a single value, not {_kind(said)}.")
    if isinstance(said, int) and abs(said) >= LARGEST:
        refuse(where, "the number is too large.")
    return said
