from __future__ import annotations

import functools
import importlib
import random
from typing import TYPE_CHECKING

import pytest

from ac_notebook.frames.identity_numbers import ACCOUNTS, CARDS, PEOPLE, Kind, needed, recognised

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = (*PEOPLE, *CARDS, *ACCOUNTS)
COLUMNS = 80

Chance = random.Random


def digits(chance: Chance, count: int) -> str:
    """Return so many digits."""
    return f"{chance.randrange(10**count):0{count}}"


def born(chance: Chance, form: str) -> str:
    """Return a birthday: y, m and d stand for two digits each, c for the century."""
    day, month, year = chance.randrange(1, 29), chance.randrange(1, 13), chance.randrange(30, 100)
    return form.replace("c", "19").replace("y", f"{year:02}").replace("m", f"{month:02}").replace("d", f"{day:02}")


def letter(chance: Chance, letters: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ") -> str:
    """Return one of these letters."""
    return chance.choice(letters)


def german(chance: Chance) -> str:
    """Return eleven digits of which, in the first ten, one stands twice and the others at most once."""
    some = chance.sample("0123456789", 9)
    some.insert(chance.randrange(1, 9), some[0])
    return "".join(some) + digits(chance, 1)


def card(chance: Chance) -> str:
    """Return digits as long as a card's, after an issuer's first ones."""
    first, length = chance.choice([("4", 16), ("51", 16), ("2221", 16), ("37", 15), ("36", 14), ("6011", 16)])
    return first + digits(chance, length - len(first))


def iban(chance: Chance) -> str:
    """Return what a German IBAN would look like, in groups of four."""
    whole = f"DE{digits(chance, 20)}"
    return " ".join(whole[start : start + 4] for start in range(0, 22, 4))


MAYBE: dict[str, Callable[[Chance], str]] = {
    "Sweden: personnummer": lambda chance: f"{born(chance, 'cymd')}-{digits(chance, 4)}",
    "Norway: fødselsnummer": lambda chance: f"{born(chance, 'dmy')} {digits(chance, 5)}",
    "Denmark: CPR": lambda chance: f"{born(chance, 'dmy')}-{digits(chance, 4)}",
    "Finland: henkilötunnus": lambda chance: f"{born(chance, 'dmy')}-{digits(chance, 3)}{letter(chance)}",
    "Iceland: kennitala": lambda chance: f"{born(chance, 'dmy')}-{digits(chance, 3)}9",
    "Poland: PESEL": lambda chance: f"{born(chance, 'ymd')}{digits(chance, 5)}",
    "Netherlands: BSN": lambda chance: digits(chance, 9),
    "Belgium: national number": lambda chance: f"{born(chance, 'y.m.d')}-{digits(chance, 3)}.{digits(chance, 2)}",
    "Germany: Steuer-ID": german,
    "Austria: social insurance": lambda chance: f"{digits(chance, 4)} {born(chance, 'dmy')}",
    "Switzerland: AHV": lambda chance: f"756.{digits(chance, 4)}.{digits(chance, 4)}.{digits(chance, 2)}",
    "France: NIR": lambda chance: (
        f"{letter(chance, '12')} {born(chance, 'y m')} 75 {digits(chance, 3)} 123 {digits(chance, 2)}"
    ),
    "Spain: DNI or NIE": lambda chance: letter(chance, "XYZ123") + digits(chance, 7) + letter(chance),
    "Portugal: NIF": lambda chance: letter(chance, "123") + digits(chance, 8),
    "Portugal: cartão de cidadão": lambda chance: f"{digits(chance, 8)} {digits(chance, 1)} ZZ{digits(chance, 1)}",
    "Brazil: CPF": lambda chance: f"{digits(chance, 3)}.{digits(chance, 3)}.{digits(chance, 3)}-{digits(chance, 2)}",
    "Italy: codice fiscale": lambda chance: f"RSSMRA{digits(chance, 2)}T{chance.randrange(10, 29)}A562{letter(chance)}",
    "Ireland: PPS": lambda chance: digits(chance, 7) + letter(chance, "ABCDEFGHIJKLMNOPQRSTUVW"),
    "United Kingdom: National Insurance": lambda chance: (
        f"{letter(chance, 'ABCE')}L {born(chance, 'd m y')} {letter(chance, 'ABCD')}"
    ),
    "United Kingdom: NHS": lambda chance: (
        f"{letter(chance, '467')}{digits(chance, 2)} {digits(chance, 3)} {digits(chance, 4)}"
    ),
    "United States: SSN": lambda chance: f"{digits(chance, 3)}-{digits(chance, 2)}-{digits(chance, 4)}",
    "payment cards": card,
    "IBAN": iban,
}
"""Texts of the form of each kind; some of them are valid."""


def valid(kind: Kind, text: str) -> bool:
    """Return whether a text is a number of this kind."""
    return kind.of([text.upper()]) == 1


def numbers(kind: Kind, count: int, chance: Chance) -> list[str]:
    """Return different valid numbers of a kind."""
    found: dict[str, None] = {}
    while len(found) < count:
        text = MAYBE[kind.words](chance)
        if valid(kind, text):
            found[text] = None
    return list(found)


@functools.cache  # most by far of what is drawn is no valid number
def numbers_of(kind: Kind) -> list[str]:
    """Return sixty numbers of a kind, the same each time."""
    return numbers(kind, 60, random.Random(kind.words))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.words)
def test_numbers_of_each_kind_are_recognised(kind: Kind) -> None:
    """A column of valid numbers is recognised, with or without separators, also when a fifth is something else."""
    texts = numbers_of(kind)[:40]
    group = next(group for group in (PEOPLE, CARDS, ACCOUNTS) if kind in group)
    assert recognised(texts, group) == (kind, 1.0)
    assert recognised([text.lower() for text in texts], group) == (kind, 1.0)
    if kind.words not in ("United States: SSN", "Finland: henkilötunnus"):
        assert recognised([text.translate(dict.fromkeys(map(ord, " -."))) for text in texts], group) == (kind, 1.0)
    assert recognised([*texts[:32], *("something else",) * 8], group) == (kind, 0.8)
    assert recognised([*texts[:31], *("something else",) * 9], group) is None
    assert recognised(texts[:5], group) == (kind, 1.0)
    assert recognised(texts[:4], group) is None
    assert recognised([*texts[:5], "something else"], group) is None


PUBLISHED = [
    ("se.personnummer", "19811228-9874"), ("no.fodselsnummer", "151086 95088"), ("dk.cpr", "211062-5629"),
    ("fi.hetu", "131052-308T"), ("pl.pesel", "44051401359"), ("nl.bsn", "1112.22.333"), ("be.nn", "85.07.30-033.28"),
    ("de.idnr", "36 574 261 809"), ("fr.nir", "2 95 10 99 126 111 93"), ("es.dni", "54362315-K"),
    ("es.nie", "X-2482300W"), ("ch.ssn", "756.9217.0769.85"), ("us.ssn", "536-90-4399"), ("gb.nhs", "401 023 2137"),
    ("it.codicefiscale", "RCCMNL83S18D969H"), ("ie.pps", "6433435F"), ("br.cpf", "390.533.447-05"),
    ("", "AB 12 34 56 C"), ("", "4111 1111 1111 1111"), ("", "3782-822463-10005"), ("", "BE68 5390 0754 7034"),
    ("", "GR16 0110 1050 0000 1054 7023 795"),
]  # fmt: skip
"""Numbers that the states, banks and networks (and python-stdnum) give as examples."""


@pytest.mark.parametrize(("module", "text"), PUBLISHED)
def test_published_examples_are_valid(module: str, text: str) -> None:
    """What is published as an example of a number has its kind."""
    assert any(valid(kind, text) for kind in KINDS if not module or module in kind.valid or module == "dk.cpr")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.digits], ids=lambda kind: kind.words)
def test_a_first_nought_may_be_lost(kind: Kind) -> None:
    """Numbers that were read as integers are recognised without the 0 that they begin with."""
    plain = dict.fromkeys(map(ord, " -."))
    whole = [text.translate(plain) for text in numbers_of(kind)]
    if kind.words.startswith("Sweden"):
        whole = [text[2:] for text in whole]
    assert recognised([str(int(text)) for text in whole if not text.startswith("00")], PEOPLE) == (kind, 1.0)


def phones(chance: Chance) -> str:
    """Return a telephone number in one of the ways that people write it."""
    form = chance.choice(
        ["+46 70-### ## ##", "070#######", "0046701######", "(212) 555-####", "06########", "6########"]
    )
    return "".join(digits(chance, 1) if sign == "#" else sign for sign in form)


def ean(chance: Chance) -> str:
    """Return an article number with the right check digit."""
    first = digits(chance, 12)
    return first + str(importlib.import_module("stdnum.ean").calc_check_digit(first))


def isbn(chance: Chance) -> str:
    """Return a book's number of ten digits with the right check digit."""
    first = letter(chance, "0123") + digits(chance, 8)
    total = sum((10 - place) * int(digit) for place, digit in enumerate(first))
    check = -total % 11
    return first + ("X" if check == 10 else str(check))


def luhn(first: str) -> str:
    """Return digits with the check digit that Luhn thought of."""
    return first + str(importlib.import_module("stdnum.luhn").calc_check_digit(first))


def column_of(make: Callable[[Chance], str]) -> Callable[[Chance, int], list[str]]:
    """Return a maker of columns whose cells have nothing to do with each other."""
    return lambda chance, count: [make(chance) for _ in range(count)]


def sequence(length: int, step: int) -> Callable[[Chance, int], list[str]]:
    """Return a maker of columns that count."""

    def make(chance: Chance, count: int) -> list[str]:
        start = chance.randrange(10 ** (length - 1), 9 * 10 ** (length - 1))
        return [str(start + step * row) for row in range(count)]

    return make


HARMLESS: dict[str, Callable[[Chance, int], list[str]]] = {
    "phones": column_of(phones),
    "Swedish mobiles": column_of(lambda chance: f"070{letter(chance, '0123456789')}{digits(chance, 6)}"),
    "phones of one area": column_of(lambda chance: f"212555{digits(chance, 4)}"),
    **{f"ids of {length} digits": column_of(functools.partial(digits, count=length)) for length in range(8, 17)},
    **{
        f"ids of {length} digits that count by {step}": sequence(length, step)
        for step in (1, 11, 97) for length in (9, 10, 11)
    },
    "birthdays": column_of(lambda chance: born(chance, "cymd")),
    "birthdays with signs": column_of(lambda chance: born(chance, "cy-m-d")),
    "EAN": column_of(ean),
    "ISBN": column_of(isbn),
    "orders with a date, year first": column_of(lambda chance: f"{born(chance, 'ymd')}{digits(chance, 4)}"),
    "orders with a date, day first": column_of(lambda chance: f"{born(chance, 'dmy')}{digits(chance, 4)}"),
    "long orders with a date": column_of(lambda chance: f"{born(chance, 'cymd')}{digits(chance, 4)}"),
    "longer orders with a date": column_of(lambda chance: f"{born(chance, 'dmy')}{digits(chance, 5)}"),
    "postal codes": column_of(lambda chance: digits(chance, 5)),
    "postal codes of nine digits": column_of(lambda chance: f"{digits(chance, 5)}-{digits(chance, 4)}"),
    "Swedish companies": column_of(lambda chance: luhn(f"55{letter(chance, '6789')}{digits(chance, 6)}")),
    "French companies": column_of(lambda chance: luhn(digits(chance, 8))),
    "IMEI": column_of(lambda chance: luhn(f"35{digits(chance, 12)}")),
    "SIM cards": column_of(lambda chance: luhn(f"8946{digits(chance, 15)}")),
    "loyalty cards": column_of(lambda chance: luhn(f"98{digits(chance, 13)}")),
    "Unix times": column_of(lambda chance: str(chance.randrange(1_400_000_000, 1_790_000_000))),
    "vehicles": column_of(lambda chance: f"{letter(chance)}{letter(chance)}{letter(chance)}{digits(chance, 3)}"),
    "orders with letters": column_of(lambda chance: f"{letter(chance)}A{digits(chance, 6)}{letter(chance)}"),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_no_other_numbers_are_taken_for_them(name: str) -> None:
    """In 80 random columns of other numbers, a few values or many, nothing is found."""
    chance = random.Random(name)
    for column in range(COLUMNS):
        texts = list(dict.fromkeys(HARMLESS[name](chance, 5 + column % 8 if column % 2 else 40)))
        for group in (PEOPLE, CARDS, ACCOUNTS):
            found = recognised(texts, group)
            assert found is None, (name, len(texts), found[0].words)


@pytest.mark.parametrize("count", range(30))
def test_how_many_have_to_be_valid(count: int) -> None:
    """Four fifths, rounded up; of few values all, and never fewer than five."""
    assert 5 * needed(count) >= 4 * count
    assert needed(count) >= 5
    assert count < 10 or 5 * (needed(count) - 1) < 4 * count


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.words)
@pytest.mark.parametrize("odd", ["", "²²²²²²²²²²", "٠١٢٣٤٥٦٧٨٩", "0" * 11, "9" * 200, "\n811228-9874", "DE" * 15])
def test_odd_texts_are_no_numbers(kind: Kind, odd: str) -> None:
    """Whatever stands in a cell, nothing is raised and nothing is recognised."""
    assert kind.of([odd] * 20) == 0
