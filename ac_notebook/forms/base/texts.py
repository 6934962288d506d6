"""The words of forms, in the language of whoever reads them: English in the code, a catalogue for each other language.

A text is written where it is shown, in English: ``words("Save")``, ``words("List {name}").format(name=…)``, and where a
number decides ``words.plural(count, "{count:,} row", "{count:,} rows").format(count=count)``; never within an
f-string, in which nothing finds it. Then
``python -m tests.forms.catalogue`` puts it into each ``locale/…/forms.po``, to be translated there, and run again it
writes the compiled ``forms.mo``. A test finds texts without a translation.
"""

from __future__ import annotations

import gettext
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from ac_notebook.errors import ConfigurationError, did_you_mean, nearest, quoted
from ac_notebook.runs.languages import preferred

FOLDER = Path(__file__).parents[1] / "locale"
DOMAIN = "forms"
SOURCE = "en"

_NAMES = {"English": "en", "engelska": "en", "Swedish": "sv", "svenska": "sv"}
"""What somebody may call a language instead."""


@dataclass(frozen=True)
class Words:
    """Gives the words for English texts; the texts themselves where there are none.

    Parameters
    ----------
    language
        Of the words.
    translations
        The catalogue.

    Examples
    --------
    >>> words_for("sv")("Code"), words_for("en").plural(2, "{count} row", "{count} rows").format(count=2)
    ('Kod', '2 rows')
    """

    language: str
    translations: gettext.NullTranslations

    def __call__(self, text: str) -> str:
        """Return the words for a text."""
        return self.translations.gettext(text)

    def plural(self, count: int, one: str, many: str) -> str:
        """Return the words for a text that depends on a number."""
        return self.translations.ngettext(one, many, count)


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
    """
    asked = language if language is not None else sys.modules["ac_notebook.forms"].language
    if asked is not None:
        return _catalogue(require_spoken(asked) or SOURCE)
    known = languages()
    return _catalogue(next((one for wish in preferred() if (one := _spoken(wish, known))), SOURCE))


def require_spoken(language: object) -> str | None:
    """Return the language that is meant, one of :func:`languages`; None for None.

    Raises
    ------
    ConfigurationError
        When forms do not speak it.

    Examples
    --------
    >>> require_spoken("sv-SE")
    'sv'
    """
    if language is None:
        return None
    known = languages()
    spoken = _spoken(language, known)
    if spoken is None:
        msg = f"Forms do not speak {quoted(language) if isinstance(language, str) else type(language).__name__}."
        by_name = {one: one for one in known} | {name: one for name, one in _NAMES.items() if one in known}
        near = nearest(str(language), by_name)
        hint = did_you_mean(by_name[near], known) if near else did_you_mean("", known)
        raise ConfigurationError(msg, hint=f"{hint} None is the language of JupyterLab, or of the system.")
    return spoken


def _spoken(wish: object, known: tuple[str, ...]) -> str | None:
    name = re.split("[-_.@]", wish)[0].strip().casefold() if isinstance(wish, str) else None
    return name if name in known else None


def _catalogue(language: str) -> Words:
    if language == SOURCE:
        return Words(language, gettext.NullTranslations())
    return Words(language, gettext.translation(DOMAIN, FOLDER, [language]))
