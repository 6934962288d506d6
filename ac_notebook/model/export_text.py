"""An export as the text of a file: JSON that can be read, compared and kept in git beside the notebook."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Never

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.definition import plain_of
from ac_notebook.model.documents import NAMES, definition_of

if TYPE_CHECKING:
    from ac_notebook.model.export import Export

LARGEST_FILE = 1_000_000
"""Bytes of a file, at the most; an export has some hundred."""

_DEEPEST = 20
"""Brackets inside each other, at the most; an export has four."""

_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


_QUOTED_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""Brackets, and what is in quotes, which may hold any; possessive, so that one without an end is gone through once."""


def text_of(export: Export) -> str:
    r"""Return an export as JSON: always the same text for the same definition, a line for each column and option.

    Examples
    --------
    >>> from ac_notebook.model.export import Export
    >>> from ac_notebook.model.mapping import Mapping
    >>> print(text_of(Export(name="Weekly", list=4, mapping=Mapping(email="E-mail", fields={"Birthday": "dob"}))))
    {
      "format": "ac_notebook export",
      "version": 1,
      "name": "Weekly",
      "connection": null,
      "list": 4,
      "mapping": [
        {"to": "email", "column": "E-mail"},
        {"field": "Birthday", "column": "dob"}
      ]
    }
    """
    lines = []
    for name, value in plain_of(export).items():
        if name == "mapping":
            written = _lines("[]", [_json(row) for row in value], indent="  ")
        elif name == "options":
            written = _lines("{}", [f"{_json(option)}: {_json(said)}" for option, said in value.items()], indent="  ")
        else:
            written = _json(value)
        lines.append(f"{_json(name)}: {written}")
    return _lines("{}", lines)


def _lines(brackets: str, lines: list[str], *, indent: str = "") -> str:
    """Return lines between brackets, each indented once more than they are."""
    return f"{brackets[0]}\n" + ",\n".join(f"{indent}  {line}" for line in lines) + f"\n{indent}{brackets[1]}"


def definition_in(data: str | bytes) -> Export:
    """Return the export that a text describes, in this version of the format or an earlier one.

    Parameters
    ----------
    data
        The text, or the bytes of a file.

    Raises
    ------
    ConfigurationError
        In one sentence with the place: the line, or the path in the document. Nothing of what is in it is told, but
        for a name that looks like one of an export's: it may be another file, with people in it.

    Examples
    --------
    >>> definition_in('{"format": "ac_notebook export", "version": 1, "name": "Weekly", "lst": 4}')
    Traceback (most recent call last):
    ac_notebook.errors.ConfigurationError: the export: 'lst' is no name of an export's.
    Did you mean 'list'? Nothing was sent.
    """
    return definition_of(_parsed(_decoded(data)))


def _decoded(data: object) -> str:
    if not isinstance(data, str | bytes):
        _refuse("the export", f"its JSON is a text or bytes, not a {type(data).__name__}.")
    if len(data) > LARGEST_FILE:
        _refuse("the file", f"it has {len(data):,} bytes, and an export has {LARGEST_FILE:,} at the most.")
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        _refuse(f"line {line}", "this is no UTF-8.")


def _parsed(text: str) -> object:
    if not text.lstrip().startswith("{"):
        kind = "it is empty" if not text.strip() else "this is no JSON object, which begins with {"
        if re.match(r"\s*(?:---|[\w ]{1,40}:)(?:\s|$)", text):
            kind = "this looks like YAML, and an export is JSON, which begins with {"
        line = text.count("\n", 0, len(text) - len(text.lstrip())) + 1
        _refuse(f"line {line}", f"{kind}.")
    _require_shallow(text)
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        _refuse(f"line {error.lineno}, column {error.colno}", f"this is no JSON ({error.msg}).")


def _require_shallow(text: str) -> None:
    """Refuse brackets in brackets in brackets, before a parser follows them."""
    depth = 0
    for piece in _QUOTED_OR_BRACKET.finditer(text):
        if piece[0] in "[{":
            depth += 1
        elif piece[0] in "]}":
            depth -= 1
        if depth > _DEEPEST:
            line = text.count("\n", 0, piece.start()) + 1
            _refuse(f"line {line}", f"more than {_DEEPEST} brackets inside each other.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, each of whose names is there once."""
    found: dict[str, Any] = {}
    for number, (name, value) in enumerate(pairs, start=1):
        if name in found:
            told = f"{name!r} is" if name in NAMES else f"the name at place {number} is"
            _refuse("the export", f"{told} there twice in one object.")
        found[name] = value
    return found


def _no_constant(name: str) -> Never:
    _refuse("the export", f"{name} is no JSON.")


def _whole(digits: str) -> int:
    if len(digits) > 20:  # noqa: PLR2004 - more than a number of 64 bits has, with its sign
        _refuse("the export", "a number has more digits than any number of an export's.")
    return int(digits)


def _refuse(where: str, what: str) -> Never:
    raise ConfigurationError(f"{where}: {what}", hint="Nothing was sent.")


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return "".join(_escaped(letter) if unicodedata.category(letter) in _UNSEEN else letter for letter in text)


def _escaped(letter: str) -> str:
    """Return what no editor shows as JSON escapes; it stands in texts only."""
    return json.dumps(letter)[1:-1]
