from __future__ import annotations

import ast
import string
from typing import TYPE_CHECKING

import pytest

from ac_notebook.forms.base.texts import languages
from tests.forms.catalogue import KEYWORDS, catalogues, compiled, extracted, read, updated, written
from tests.forms.lint import called, modules

if TYPE_CHECKING:
    from pathlib import Path

    from babel.messages.catalog import Message

CATALOGUES = list(catalogues())


def _texts(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_there_is_a_catalogue_for_each_language() -> None:
    """Forms speak English and Swedish."""
    assert languages() == ("en", "sv")
    assert [path.parents[1].name for path in CATALOGUES] == ["sv"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_every_text_is_translated(path: Path) -> None:
    """Each text of a form is in every catalogue, translated, with the same named places; no other is."""
    catalogue = read(path)
    assert {str(one.id) for one in catalogue if one.id} == {str(one.id) for one in extracted() if one.id}
    for message in catalogue:
        if not message.id:
            continue
        translations = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        assert not message.fuzzy, message.id
        assert translations, message.id
        assert all(translations), message.id
        assert {frozenset(_places(text)) for text in translations} <= {
            frozenset(_places(text)) for text in _texts(message)
        }, message.id


def test_every_text_is_found() -> None:
    """No text of the code is missed by the catalogue, as one within an f-string would be."""
    known = {text for one in extracted() if one.id for text in _texts(one)}
    asked = {
        given.value
        for module in modules()
        for call in module.calls()
        if called(call) in KEYWORDS
        for given in call.args
        if isinstance(given, ast.Constant) and isinstance(given.value, str)
    }
    assert asked - known == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_what_is_read_is_what_was_written(path: Path) -> None:
    """A catalogue's file, and its compiled form, are as `python -m tests.forms.catalogue` leaves them."""
    assert path.read_bytes() == written(updated(path))
    assert path.with_suffix(".mo").read_bytes() == compiled(read(path))
