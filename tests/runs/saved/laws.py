"""What holds of every export: value, code, JSON and dictionaries are the same thing; and of every text that is read."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError

if TYPE_CHECKING:
    from random import Random

_SPLICES = ['"', "{", "}", "[", "]", ",", ":", "\\", "NaN", "1e999", "\ud800", "\x00", "null", "-", "\\ud800", " "]


def as_code(export: ac.Export) -> ac.Export:
    """Paste what an export shows into a cell, and run it."""
    made = eval(repr(export), {"ac": ac})  # noqa: S307 - what it shows is to be pasted
    assert isinstance(made, ac.Export)
    return made


def check(export: ac.Export) -> None:
    """Export, JSON, code, export: the same one, whatever its names; and the same text and code for it."""
    text = export.to_json()
    read = ac.Export.from_json(text)
    pasted = as_code(read)
    assert export == read == pasted == ac.Export.from_dict(export.to_dict())
    assert text == read.to_json() == pasted.to_json()
    assert repr(export) == repr(read) == repr(pasted)
    assert json.loads(text) == export.to_dict()
    unseen = {letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")}
    assert unseen <= {"\n"}


def damaged(text: str, chance: Random) -> str:
    """Return a text with something taken out, put in, or put elsewhere."""
    for _ in range(chance.randint(1, 3)):
        begin = chance.randrange(len(text) + 1)
        end = min(len(text), begin + chance.choice([0, 1, 1, 5, 40]))
        other = chance.choice([*_SPLICES, "", text[end : end + 30]])
        text = text[:begin] + other + text[end:]
    return text


def check_damaged(text: str) -> bool:
    """Assert that a damaged text is an export after all, or refused in a sentence; return whether it was refused."""
    said = ""
    try:
        check(ac.Export.from_json(text))
    except ConfigurationError as error:
        said = error.message
    assert "\n" not in said
    assert len(said) < 2_000
    return bool(said)
