"""Numbers that identify a person, a payment card or a bank account, recognised by form and check digits.

The check digits are those of python-stdnum, which is loaded when a column holds something of the right form.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOSTLY = 80
"""Per cent of the distinct values that have to be valid numbers of one kind."""

FEWEST = 5
"""Distinct values below which nothing is said; below twice as many, every one has to be valid."""

_FEW = 40
"""Texts that tell whether the others are worth checking."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of number.

    Parameters
    ----------
    words
        Whose or what number it is.
    form
        Regular expression of the whole text, in capital letters.
    valid
        Names of modules of python-stdnum, or functions; a text is valid when it is for one of them.
    digits
        How many digits it has, where one that begins with 0 may have lost it as a number.
    """

    words: str
    form: str
    valid: tuple[str | Callable[[str], bool], ...] = ()
    digits: int = 0

    def of(self, texts: Sequence[str]) -> int:
        """Return how many of the texts are such numbers; 0 when a few of them, spread over all, show that most are not.

        Parameters
        ----------
        texts
            In capital letters.
        """
        few = texts[:: max(1, len(texts) // _FEW)]
        if 2 * self._count(few) < len(few):
            return 0
        return self._count(texts)

    def _count(self, texts: Sequence[str]) -> int:
        form = re.compile(self.form)
        fitting = [text for text in map(self._padded, texts) if form.fullmatch(text)]
        if not self.valid or not fitting:
            return len(fitting)
        checks = [_check(one) for one in self.valid]
        return sum(any(check(text) for check in checks) for text in fitting)

    def _padded(self, text: str) -> str:
        return f"0{text}" if len(text) == self.digits - 1 and text.isdecimal() else text


def needed(count: int) -> int:
    """Return how many of so many distinct values have to be valid.

    A check digit alone is right for one in ten of any digits.

    Examples
    --------
    >>> needed(1_000), needed(7)
    (800, 7)
    """
    return -(-count * MOSTLY // 100) if count >= 2 * FEWEST else max(count, FEWEST)


def recognised(texts: Sequence[str], kinds: Sequence[Kind]) -> tuple[Kind, float] | None:
    """Return the kind that nearly all of these distinct texts are of, and the share of those that are.

    Examples
    --------
    >>> found = recognised(["19811228-9874", "670919-9530", "640823-3234", "880320-0016", "811228-9841"], PEOPLE)
    >>> found[0].words
    'Sweden: personnummer'
    """
    best = None
    capitals = [text.upper() for text in texts]
    for kind in kinds:
        count = kind.of(capitals)
        if count >= needed(len(texts)) and (best is None or count > best[1]):
            best = (kind, count)
    return None if best is None else (best[0], best[1] / len(texts))


def _check(one: str | Callable[[str], bool]) -> Callable[[str], bool]:
    if not isinstance(one, str):
        return one
    check: Callable[[str], bool] = importlib.import_module(f"stdnum.{one}").is_valid
    return check


def _danish(text: str) -> bool:
    """Return whether the date and the check digit are right.

    Numbers without a right check digit have been given out since 2007, for a few birthdays; the date alone would also
    be right for telephone numbers and for order numbers that begin with a date.
    """
    cpr = importlib.import_module("stdnum.dk.cpr")
    return bool(cpr.is_valid(text) and cpr.checksum(cpr.compact(text)) == 0)


_NINO = r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]"
"""HM Revenue & Customs, National Insurance Manual NIM39110."""

PEOPLE = (
    Kind(
        words="Sweden: personnummer",
        valid=("se.personnummer",),
        digits=10,
        form=r"(?:18|19|20)?[0-9]{6}[-+ ]?[0-9]{4}",
    ),
    Kind(words="Norway: fødselsnummer", form=r"[0-9]{6}[- ]?[0-9]{5}", valid=("no.fodselsnummer",), digits=11),
    Kind(words="Denmark: CPR", form=r"[0-9]{6}[- ]?[0-9]{4}", valid=(_danish,), digits=10),
    Kind(words="Finland: henkilötunnus", form=r"[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]", valid=("fi.hetu",)),
    Kind(words="Iceland: kennitala", form=r"[0-9]{6}-?[0-9]{4}", valid=("is_.kennitala",), digits=10),
    Kind(words="Poland: PESEL", form=r"[0-9]{11}", valid=("pl.pesel",), digits=11),
    Kind(words="Netherlands: BSN", form=r"[0-9]{9}|[0-9]{4}\.[0-9]{2}\.[0-9]{3}", valid=("nl.bsn",), digits=9),
    Kind(
        words="Belgium: national number",
        valid=("be.nn",),
        digits=11,
        form=r"[0-9]{2}\.?[0-9]{2}\.?[0-9]{2}[- ]?[0-9]{3}[-.]?[0-9]{2}",
    ),
    Kind(words="Germany: Steuer-ID", form=r"[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}", valid=("de.idnr",)),
    Kind(words="Austria: social insurance", form=r"[1-9][0-9]{3} ?[0-9]{6}", valid=("at.vnr",)),
    Kind(words="Switzerland: AHV", form=r"756\.?[0-9]{4}\.?[0-9]{4}\.?[0-9]{2}", valid=("ch.ssn",)),
    Kind(
        words="France: NIR",
        valid=("fr.nir",),
        form=r"[1-478] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
    ),
    Kind(words="Spain: DNI or NIE", form=r"(?:[0-9]{8}|[XYZ][- ]?[0-9]{7})[- ]?[A-Z]", valid=("es.dni", "es.nie")),
    Kind(words="Portugal: NIF", form=r"[123][0-9]{2} ?[0-9]{3} ?[0-9]{3}", valid=("pt.nif",)),
    Kind(words="Portugal: cartão de cidadão", form=r"[0-9]{8} ?[0-9] ?[A-Z0-9]{2}[0-9]", valid=("pt.cc",)),
    Kind(words="Brazil: CPF", form=r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}", valid=("br.cpf",), digits=11),
    Kind(words="Italy: codice fiscale", form=r"[A-Z]{6}[0-9A-Z]{9}[A-Z]", valid=("it.codicefiscale",)),
    Kind(words="Ireland: PPS", form=r"[0-9]{7}[A-W][ABHWTX]?", valid=("ie.pps",)),
    Kind(words="United Kingdom: National Insurance", form=_NINO),
    # Only those that begin as the numbers now in use do: an ISBN of ten digits has the same check digit.
    Kind(words="United Kingdom: NHS", form=r"[467][0-9]{2}[- ]?[0-9]{3}[- ]?[0-9]{4}", valid=("gb.nhs",)),
    # Without a check digit, so only with its hyphens.
    Kind(words="United States: SSN", form=r"[0-9]{3}-[0-9]{2}-[0-9]{4}", valid=("us.ssn",)),
)
"""Numbers that a state gives its people, where the project's languages are spoken, and next to it."""

_ISSUERS = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"  # Visa
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"  # Mastercard
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-5]|6[0-9]|[89][0-9])[0-9]{11}"  # Diners Club
    r"|(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12}"  # Discover
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12}"  # JCB
    r"|62[0-9]{14,17}"  # UnionPay
    r"|(?:50[0-9]{2}|5[6-8][0-9]{2}|6304|6759|676[1-3])[0-9]{8,15}"  # Maestro, Dankort
)
"""Beginnings and lengths of card numbers, by the issuer's network (ISO/IEC 7812)."""


def _card(text: str) -> bool:
    digits = re.sub("[ -]", "", text)
    luhn = importlib.import_module("stdnum.luhn")
    return _ISSUERS.fullmatch(digits) is not None and bool(luhn.is_valid(digits))


CARDS = (Kind(words="payment cards", form=r"[0-9](?:[ -]?[0-9]){12,18}", valid=(_card,)),)


def _iban(text: str) -> bool:
    # Without the rules of single countries, which know the banks of some day.
    return bool(importlib.import_module("stdnum.iban").is_valid(text, check_country=False))


ACCOUNTS = (Kind(words="IBAN", form=r"[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}", valid=(_iban,)),)
