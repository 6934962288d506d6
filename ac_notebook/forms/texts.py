"""The words of forms, in the language of whoever reads them: English in the code, a catalogue for each other language.

A text is written where it is shown, in English: ``words("Save")``, ``words("List {name}").format(name=…)``, and where a
number decides ``words.plural(count, "{count:,} row", "{count:,} rows").format(count=count)``; never within an
f-string, in which nothing finds it. Then
``python -m tests.forms.catalogue`` puts it into each ``locale/…/forms.po``, to be translated there, and run again it
writes the compiled ``forms.mo``. A test finds texts without a translation.
"""

from __future__ import annotations

import gettext
import sys
from dataclasses import dataclass
from pathlib import Path

from ac_notebook.errors import ConfigurationError, did_you_mean
from ac_notebook.runs.languages import preferred

FOLDER = Path(__file__).parent / "locale"
DOMAIN = "forms"
SOURCE = "en"


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
        return Words(language, gettext.NullTranslations())
    return Words(language, gettext.translation(DOMAIN, FOLDER, [language]))
