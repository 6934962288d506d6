"""What columns are called that hold passwords or personal identity numbers, in a dozen languages."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from ac_notebook.frames.names import plain

if TYPE_CHECKING:
    from collections.abc import Hashable

_PASSWORDS = """
    password, passwd, pwd, passphrase, passord, lösenord, passwort, kennwort, mot de passe, contraseña, senha
    palavra-passe, wachtwoord, adgangskode, kodeord, salasana, hasło, haslo
"""

_PERSONAL_NUMBERS = """
    ssn, social security number, national insurance number, nino, nhs number, national id, personal identity number
    personal identification number, ppsn, pps number, personnummer, personnr, persnr, pnr, samordningsnummer
    fødselsnummer, fodselsnummer, fnr, cpr, cpr-nummer, cpr-nr, hetu, henkilötunnus, kennitala, pesel, numer pesel
    steuer-id, steueridentifikationsnummer, steuer-idnr, sozialversicherungsnummer, rentenversicherungsnummer, svnr
    ahv, ahv-nummer, numéro de sécurité sociale, nir, rijksregisternummer, burgerservicenummer, bsn, sofinummer
    dni, nie, nif, número de contribuinte, cartão de cidadão, cpf, codice fiscale
"""

_LONG = 8
"""Letters of a single word that is also recognised inside another one: userpassword, kundpersonnummer."""


_MOST_PARTS = 6


class Words(NamedTuple):
    """Words in plain spelling: those that have to stand by themselves, and those that may stand inside others."""

    alone: frozenset[str]
    inside: frozenset[str]


def _words(text: str) -> Words:
    words = [word.strip() for line in text.strip().splitlines() for word in line.split(",")]
    inside = [word for word in words if word.isalpha() and len(word) >= _LONG]
    return Words(frozenset(map(plain, words)), frozenset(map(plain, inside)))


PASSWORDS = _words(_PASSWORDS)
PERSONAL_NUMBERS = _words(_PERSONAL_NUMBERS)


def is_called(label: Hashable, words: Words) -> bool:
    """Return whether a column's name is, or holds, one of these words.

    Parameters
    ----------
    label
        The column's label; of several levels, each counts.
    words
        :data:`PASSWORDS` or :data:`PERSONAL_NUMBERS`.

    Examples
    --------
    >>> is_called("customerSSN", PERSONAL_NUMBERS), is_called("International ID", PERSONAL_NUMBERS)
    (True, False)
    >>> is_called("Mot de passe (site)", PASSWORDS), is_called(("login", "user_pwd"), PASSWORDS)
    (True, True)
    """
    if isinstance(label, tuple):
        return any(is_called(part, words) for part in label)
    if not isinstance(label, str):
        return False
    spaced = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])", " ", label)  # customerSSN is two words
    parts = [plain(part) for part in re.split(r"[\W\d_]+", unicodedata.normalize("NFC", spaced))]
    starts = range(len(parts))
    together = {"".join(parts[start:stop]) for start in starts for stop in range(start + 1, start + 1 + _MOST_PARTS)}
    return bool(together & words.alone) or any(word in part for word in words.inside for part in parts)
