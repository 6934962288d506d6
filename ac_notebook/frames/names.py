"""What the name of a column says: its target, and in which language."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ac_notebook.frames.vocabulary import ABBREVIATIONS, AROUND, FALSE_FRIENDS, LANGUAGES

_OTHER_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "œ": "oe", "þ": "th"})
_ALONE = frozenset({"first", "last", "given"})  # with another word, the first or last of something
_EDGES = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])|[\W_]+"
)
_LONG = 4
"""Letters of words that are also recognised when they are written as one with another."""


class Meaning(NamedTuple):
    """What a name says.

    Parameters
    ----------
    target
        ``email``, ``first_name``, ``last_name``, ``phone``, ``tags``, ``opt_in`` or ``full_name``.
    languages
        In which languages it says so.
    word
        The word, as it is spelt there.
    form
        ``word``, ``abbreviation``, or ``part`` when other words are around it.
    """

    target: str
    languages: tuple[str, ...]
    word: str
    form: str

    @property
    def in_words(self) -> str:
        """The sentence that tells what a name says, and why.

        Examples
        --------
        >>> print(meaning("FÖRNAMN").in_words)
        the name means first name (Swedish: förnamn)
        """
        target = WORDS_FOR[self.target]
        if self.languages[0] == "English" and self.form == "word":
            return f"the name says {target}"
        some = " and ".join(self.languages[:2]) if len(self.languages) <= 2 else f"{self.languages[0]} and others"  # noqa: PLR2004 - names in a sentence
        says = {"word": "means", "abbreviation": "can mean", "part": "holds a word for"}[self.form]
        return f"the name {says} {target} ({some}: {self.word})"


WORDS_FOR = {
    "email": "e-mail", "first_name": "first name", "last_name": "last name", "phone": "phone", "tags": "tags",
    "opt_in": "opt-in", "full_name": "full name",
}  # fmt: skip
"""Targets in a sentence."""


def plain(name: str) -> str:
    """Return a name without case, accents, blanks and punctuation.

    Examples
    --------
    >>> plain("E-Post"), plain("Prénom"), plain("%FAVOURITE_COLOUR%"), plain("Mærker")
    ('epost', 'prenom', 'favouritecolour', 'maerker')
    """
    letters = unicodedata.normalize("NFKD", name).casefold().translate(_OTHER_LETTERS)
    return "".join(letter for letter in letters if letter.isalnum())


def words(name: str) -> list[str]:
    """Return the words of a name, however they are set apart.

    Examples
    --------
    >>> words("CustomerEMail1"), words("Vorname (Kunde)")
    (['customer', 'e', 'mail', '1'], ['vorname', 'kunde'])
    """
    letters = unicodedata.normalize("NFKD", name)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return [plain(word) for word in _EDGES.split(bare) if word]


def meaning(name: str) -> Meaning | None:
    """Return what a name says, or None when it says nothing known.

    Examples
    --------
    >>> meaning("Vorname")
    Meaning(target='first_name', languages=('German',), word='vorname', form='word')
    >>> meaning("kontakt_email").form, meaning("company name")
    ('part', None)
    """
    # Salesforce ends the names of custom fields so.
    name = name.strip()
    name = name[:-3] if name.casefold().endswith("__c") else name
    key = plain(name)
    if not key or key in _FALSE:
        return None
    return _KNOWN.get(key) or _among(words(name)) or _glued(key)


def _among(parts: list[str]) -> Meaning | None:
    """Return what is said by the longest run of words that has nothing but known words around it."""
    for length in range(len(parts) - 1, 0, -1):
        for start in range(len(parts) - length + 1):
            around = [*parts[:start], *parts[start + length :]]
            if all(part in _AROUND or part.isdigit() for part in around):
                found = _part("".join(parts[start : start + length]))
                if found is not None:
                    return found
    return None


def _glued(key: str) -> Meaning | None:
    """Return what is said by a name that is written as one with the word before it."""
    for word in _GLUE:
        rest = key.removeprefix(word)
        if rest != key and len(rest) >= _LONG:
            found = _part(rest)
            if found is not None and found.target != "full_name":
                return found
    return None


def _part(key: str) -> Meaning | None:
    found = _KNOWN.get(key)
    if found is None or key in _ALONE or found.target == "opt_in":
        return None
    return found._replace(form="part") if len(key) > 2 else None  # noqa: PLR2004 - two letters mean too much


def _known() -> dict[str, Meaning]:
    known: dict[str, Meaning] = {}
    for form, table in (("word", LANGUAGES), ("abbreviation", ABBREVIATIONS)):
        for language, targets in table.items():
            for target, listed in targets.items():
                for word in listed.split(","):
                    found = known.setdefault(plain(word), Meaning(target, (), " ".join(word.split()), form))
                    if found.target == target and language not in found.languages:
                        known[plain(word)] = found._replace(languages=(*found.languages, language))
    return known


_KNOWN = _known()
_AROUND = frozenset(map(plain, AROUND.split()))
_GLUE = sorted((word for word in _AROUND if len(word) >= _LONG), key=lambda word: (-len(word), word))
_FALSE = frozenset(map(plain, FALSE_FRIENDS.split(",")))
