"""What is planted in a notebook is found where it is, once, and nothing else is."""

from __future__ import annotations

import base64
import html
import json
import random
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ac_notebook.notebooks import numbers
from ac_notebook.notebooks.contents import read
from ac_notebook.notebooks.findings import findings_of
from tests.notebooks.planted import HARMLESS, PLACES, clean, planted

if TYPE_CHECKING:
    from collections.abc import Callable

_LETTERS = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"

ADDRESSES = st.builds(
    "{}{}{}@{}.{}".format,
    st.text(_LETTERS, min_size=1, max_size=8),
    st.sampled_from(["", ".", "-", "_", "+", "'" and "%", "é", "渡"]),
    st.text(_LETTERS, min_size=1, max_size=8),
    st.text(string.ascii_lowercase, min_size=1, max_size=9).map(lambda label: f"q{label}q"),
    st.sampled_from(["se", "com", "co.uk", "museum", "xn--p1ai", "мон"]),
)
KEYS = st.builds("{}a{}1{}".format, *(st.text(_HEX, min_size=least, max_size=30) for least in (20, 20, 0))).filter(
    lambda key: len(key) not in (56, 64, 96, 128)
) | st.text(_HEX, min_size=40, max_size=48).map("sandbox-{}".format)
PHONES = st.sampled_from([
    "+46 70-987 65 43", "+46709876543", "+46 (0)70 987 65 43", "+1 (212) 736-5000", "+1 212 736 5000",
    "+1-212-736-5000", "+44 20 7946 0958", "+49 30 901820", "+33 6 98 76 54 32", "+47 22 34 98 76", "0046 70 987 65 43",
    "070-987 65 43", "070-9876543", "0709876543", "08-987 654 32", "020 7946 0958", "030 901820", "0171/9876543",
    "06 98 76 54 32", "(212) 736-5000", "212-736-5000", "212.736.5000", "+46\u00a070\u00a0987\u00a065\u00a043",
])  # fmt: skip
PLANTS = st.one_of(
    st.tuples(st.just("address"), ADDRESSES), st.tuples(st.just("key"), KEYS), st.tuples(st.just("phone"), PHONES)
)


def seen(data: bytes, keys: tuple[str, ...] = ()) -> list[tuple[int, str, str, int]]:
    """Return what is found in a file."""
    found, trouble = findings_of("x.ipynb", data, keys)
    assert trouble == ""
    return [(one.cell, one.where, one.kind, one.count) for one in found]


@pytest.mark.parametrize("version", [3, 4])
def test_a_clean_notebook_is_clean(version: int) -> None:
    """Dates, ids, amounts, versions, hashes, operators, masked addresses and pictures are nothing."""
    assert seen(json.dumps(clean(version)).encode()) == []


@settings(max_examples=60)
@given(st.sampled_from(sorted(PLACES)), PLANTS)
def test_what_is_planted_is_found_once_in_its_place(place: str, plant: tuple[str, str]) -> None:
    """A key, an address or a phone in any place of nbformat 3 or 4 is found there, and nothing else is."""
    kind, text = plant
    _, cell, where, _ = PLACES[place]
    assert seen(planted(place, text)) == [(cell, where, kind, 1)]


@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_searched_for_everything(place: str) -> None:
    """In no place is a key, an address or a phone overlooked; a known key has no form at all."""
    _, cell, where, _ = PLACES[place]
    key = "No-Hex_at.all~77"
    examples = {"key": "c0ffee" * 12, "address": "ann.berg@mail.se", "phone": "+46 70-987 65 43"}
    for kind, text in examples.items():
        assert seen(planted(place, text)) == [(cell, where, kind, 1)]
    assert seen(planted(place, key)) == []
    assert seen(planted(place, key), (key,)) == [(cell, where, "key", 1)]


WRITTEN: dict[str, Callable[[str], str]] = {
    "HTML, named": lambda text: html.escape(text).replace("@", "&commat;"),
    "HTML, numbered": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    "HTML, in elements": lambda text: f"<td>{text[:5]}<b>{text[5:]}</b></td>",
    "URL": lambda text: "to:" + "".join(f"%{ord(letter):02X}" for letter in text),
    "JSON in JSON": lambda text: json.dumps({"x": "".join(f"\\u{ord(letter):04x}" for letter in text)}),
    "JSON in JSON in JSON": lambda text: json.dumps(json.dumps([text])),
    "colours": lambda text: f"\x1b[0;31m{text[:6]}\x1b[1m{text[6:]}\x1b[0m",
    "link of a terminal": lambda text: f"\x1b]8;;to:{text}\x1b\\mail\x1b]8;;\x1b\\",
    "letters that are not seen": "\u200b".join,
    "repr of bytes": lambda text: repr(f"\x00{text}".encode()),
    "in brackets": lambda text: f"[('{text}',)]",
    "a sentence": lambda text: f"Ask {text}.",
    "a line of a table": lambda text: f"0  {text}  2024-01-01 12\n1  nobody  2024-01-02 13",
    "before a time": lambda text: f"{text} 2024-01-01 10:00",
}  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("kind_and_text", [
    ("key", "c0ffee" * 12), ("address", "ann.berg@mail.se"), ("phone", "+46 70-987 65 43"), ("phone", "070-987 65 43"),
], ids=lambda pair: pair[1])  # fmt: skip
def test_what_is_written_in_another_way_is_found(written: str, kind_and_text: tuple[str, str]) -> None:
    """Entities, elements, escapes, colours and letters that are not seen hide nothing."""
    kind, text = kind_and_text
    assert seen(planted("stream", WRITTEN[written](text))) == [(2, "output", kind, 1)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((f"ann@{domain}", "example address") for domain in (
            "example.org", "EXAMPLE.com", "example.net", "mail.example.org", "shop.example", "a.test", "b.invalid",
        )),
        *((f"ann@{domain}", "address") for domain in ("example.org.se", "notexample.org", "example.se", "test.com")),
        ("+46701234567", "example phone"), ("+1 212-555-0142", "example phone"), ("+44 7700 900123", "example phone"),
        ("070-174 06 55", "example phone"), ("+46 70-174 91 05", "phone"),
        ("Api-Token: abc123def456ghi7", "key"), ('{"Api-Token": "abc123def456ghi7"}', "key"),
        ("AC_NOTEBOOK_KEY__SHOP=abc123def456ghi7", "key"), ('api_key = "abc123def456ghi7"', "key"),
        ('os.environ["ACTIVECAMPAIGN_API_KEY"] = "abc123def456ghi7"', "key"), ("C0FFEE" * 12, "key"),
        ('"ann berg"@mail.se', "address"), ("Ann Berg <ann@mail.se>", "address"), ("mailto:ann@mail.se?x=1", "address"),
    ],
)  # fmt: skip
def test_examples_are_told_apart(text: str, kind: str) -> None:
    """Domains and numbers that are kept free are examples, others are not; a key is known by its name, too."""
    assert seen(planted("Markdown", text)) == [(1, "source", kind, 1)]


@pytest.mark.parametrize("place", ["Markdown", "stream", "HTML", "widget state"])
def test_a_key_is_found_without_a_word_and_a_digest_with_one(place: str) -> None:
    """A key of 72 digits is found anywhere; one as long as a digest, where a word or a host says that it is a key."""
    _, cell, where, _ = PLACES[place]
    digits = "0a1b2c3d" * 8
    beside_host = f'ac.connect("Marketing (EU)", "acme.api-us1.com", "{digits}")'
    for text in ("c0ffee" * 12, f"token {digits}", f"Api-Token: {digits}", beside_host):
        assert seen(planted(place, text)) == [(cell, where, "key", 1)]


@pytest.mark.parametrize("data", [
    b"\x89PNG\xff\0\0tEXtAuthor\0ann.berg@mail.se\0\xff", b"\xff\0" + "ann.berg@mail.se".encode("utf-16-le") + b"\xff",
    b"\xff\0" + "ann.berg@mail.se".encode("utf-16-be") + b"\xff", "ann.berg@mail.se".encode("utf-16-le"),
])  # fmt: skip
def test_text_in_something_binary_is_found(data: bytes) -> None:
    """Text chunks of pictures, buffers of widgets and UTF-16 without a mark are searched for letters."""
    text = base64.b64encode(data).decode()
    notebook = clean(4)
    notebook["cells"][1]["outputs"][1]["data"]["image/png"] = text
    notebook["metadata"]["widgets"]["x"] = {"buffers": [{"encoding": "base64", "data": text}]}
    assert seen(json.dumps(notebook).encode()) == [(0, "widget state", "address", 1), (2, "output", "address", 1)]


@pytest.mark.parametrize("source", [
    "x = 'ann.berg' '@mail.se'", "x = 'ann.' + 'berg' + '@mail.se'", "f('ann.berg@' \n  'mail.se')",
])  # fmt: skip
def test_texts_that_code_puts_together_are_found(source: str) -> None:
    """Constants side by side, and sums of constants, are read as what they become."""
    notebook = clean(4)
    notebook["cells"][1]["source"] = source
    assert seen(json.dumps(notebook).encode()) == [(2, "source", "address", 1)]


@pytest.mark.parametrize("before", ["", "x", "ab", "user:"])
def test_a_known_key_in_base64_is_found(before: str) -> None:
    """A key that is known is found in base64, too, wherever in it the key begins."""
    key = "No-Hex_at.all~77"
    text = base64.b64encode(f"{before}{key}!".encode()).decode()
    assert seen(planted("stream", f"Basic {text}"), (key,)) == [(2, "output", "key", 1)]
    assert seen(planted("stream", f"Basic {text}")) == []


def test_many_of_anything_are_read_once() -> None:
    """Lines of a stream each in a part, one name again and again, and code without end take no time without end."""
    lines = [{"output_type": "stream", "name": "stdout", "text": f"line {number}\n"} for number in range(30_000)]
    source = "y = a@b.values + c\n" * 20_000
    assert seen(json.dumps({"cells": [{"cell_type": "code", "source": source, "outputs": lines}]}).encode()) == []
    pairs = ",".join('"a": 1' for _ in range(20_000))
    assert seen(f'{{"cells": [], "metadata": {{{pairs}, "a": "ann@mail.se"}}}}'.encode()) == [
        (0, "metadata", "address", 1)
    ]


@pytest.mark.parametrize("line", HARMLESS)
def test_without_the_library_of_phones_it_is_the_same(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, what is harmless stays so, and phones are found by how they are written."""
    monkeypatch.setitem(__import__("sys").modules, "phonenumbers", None)
    assert list(numbers.phones(line)) == []
    assert [example for _, example in numbers.phones("+46 70-987 65 43 or 070-987 65 43")] == [False, False]


def test_what_is_found_is_not_shown() -> None:
    """A finding and a piece of a notebook name a place, and not the text in it."""
    data = planted("stream", "ann.berg@mail.se")
    assert "ann" not in repr(findings_of("x.ipynb", data))
    assert "ann" not in repr(read(data))


@pytest.mark.parametrize(
    "text",
    ["a" * 400_000, "@" * 40_000, "a@" * 40_000, "+1" * 40_000, "1 2-" * 40_000, "<" * 40_000, "&" * 40_000,
     "070 " * 40_000, "\x1b[" * 40_000, "data:;base64," * 20_000, "\\u00" * 40_000, "deadbeef" * 40_000,
     "api_key " * 40_000, "a.@" * 40_000, "<a " * 40_000, "+1 23" * 40_000, "x@y." * 40_000],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_a_huge_output_takes_no_time_without_end(text: str) -> None:
    """Long rows of what begins like something and is nothing are read once, and not once for each of their letters."""
    findings_of("x.ipynb", planted("stream", text))  # in the square of their length, it would take hours


def test_rubbish_is_survived() -> None:
    """Whatever bytes a file holds, and whatever JSON where a notebook should be, is searched and raises nothing."""
    chance = random.Random(3)
    whole = planted("stream", "ann.berg@mail.se")
    for _ in range(60):
        cut = bytearray(whole[: chance.randrange(len(whole))])
        for _ in range(chance.randrange(5)):
            if cut:
                cut[chance.randrange(len(cut))] = chance.randrange(256)
        findings_of("x.ipynb", bytes(cut))
    odd = ["[" * 40_000, "null", "3", "[]", "{}", '{"cells": 3}', '{"cells": [3, [], null, "ann@mail.se"]}', "NaN", ""]
    odd += ['{"cells": [{"source": 3, "outputs": {"data": []}, "attachments": 1}], "metadata": []}']
    odd += ['{"cells": [{"outputs": [{"data": [1], "text": {"a": null}, "traceback": 3}, 1, null]}]}']
    odd += ['{"worksheets": [1, {"cells": 1}, {"cells": [{"input": null}]}], "cells": null}']
    for text in odd:
        for coding in ("utf-8", "utf-16", "utf-8-sig", "utf-32"):
            findings_of("x.ipynb", text.encode(coding))
    assert seen(whole.decode().encode("utf-16")) == [(2, "output", "address", 1)]
    assert seen(b"\xef\xbb\xbf" + whole) == [(2, "output", "address", 1)]
    found, trouble = findings_of("x.ipynb", b"<<<<<<< HEAD\n" + whole)
    assert trouble
    assert [(one.cell, one.where, one.kind) for one in found] == [(0, "file", "address")]
