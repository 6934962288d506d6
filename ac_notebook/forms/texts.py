"""The words of forms, in the language of whoever reads them: English in the code, one catalogue for each other language."""

from __future__ import annotations

import gettext
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError, did_you_mean
from ac_notebook.runs.languages import preferred

if TYPE_CHECKING:
    from ac_notebook.forms.form import Form

FOLDER = Path(__file__).parent / "locale"
DOMAIN = "forms"
SOURCE = "en"

Words = Callable[[str], str]
"""Gives the words for an English text; the text itself where there are none."""


def languages() -> tuple[str, ...]:
    """Return the languages that forms speak."""
    return (SOURCE, *sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))


def words_for(language: str | None = None) -> Words:
    """Return the words in a language.

    Parameters
    ----------
    language
        One of :func:`languages`, also with a country (``sv_SE``); what ``ac.forms.language`` says if left out, else
        JupyterLab's or the environment's, as far as forms speak it.

    Raises
    ------
    ConfigurationError
        When forms do not speak it, and it was asked for.

    Examples
    --------
    >>> words_for("sv")("Save"), words_for("en")("Save")
    ('Spara', 'Save')
    """
    asked = language if language is not None else sys.modules["ac_notebook.forms"].language
    known = languages()
    if asked is not None:
        spoken = _spoken(asked, known)
        if spoken is None:
            msg = f"Forms do not speak {asked!r}."
            raise ConfigurationError(msg, hint=did_you_mean(str(asked), known))
        return _catalogue(spoken)
    return _catalogue(next((one for wish in preferred() if (one := _spoken(wish, known))), SOURCE))


def _spoken(wish: object, known: tuple[str, ...]) -> str | None:
    name = wish.replace("-", "_").partition("_")[0].casefold() if isinstance(wish, str) else None
    return name if name in known else None


def _catalogue(language: str) -> Words:
    if language == SOURCE:
        return str
    return gettext.translation(DOMAIN, FOLDER, [language]).gettext
