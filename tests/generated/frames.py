"""Frames by chance: customers as they might lie in any frame, with what each row should become, in plain Python."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import strategies as st

PEOPLE = ("ann", "bo.b", "c+d_e", "jos\u00e9", "\u00c5sa")
HOSTS = ("example.org", "mail.example.net")
DIRT = (None, "", "  ", "nan", "no address", "a@b", "two@@example.org", "half\ud800@example.org", "nul\x00@example.org")
NAMES = (
    None,
    "Ann",
    " Bo ",
    "O'Neil",
    "\u00c5sa",
    "A\u030asa",
    "",
    "nan",
    "line\nbreak",
    "half\udfff",
    '"quoted"',
    "\U0001f600",
)
CITIES = (None, "Oslo", "S\u00e3o Paulo", "a||b", "tab\tinside", " ", "bell\x07", "x" * 300)
NUMBERS = (None, 0.0, 1.0, 2.5, -3.0, 1e15, float("inf"), 2.0**60)
ANSWERS = (False, True, None)
TAGS = (None, "vip", "vip, spring", " , ", "VIP,vip", "a\u00e9")
TEXT_DTYPES: tuple[Any, ...] = (
    object,
    "string[python]",
    "string[pyarrow]",
    pd.ArrowDtype(pa.large_string()),
    "category",
)
NUMBER_DTYPES: tuple[Any, ...] = ("float64", object, "Float64", pd.ArrowDtype(pa.float64()))
INDEXES = ("range", "reversed", "repeated", "text", "levels", "floats", "dates")

_REFUSING_CONTROLS = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))}
_LINES = {"\t", "\n", "\r"}
_BLANK_WORDS = {"nan", "None", "NULL", "<NA>", "NaT"}


@dataclass(frozen=True, kw_only=True)
class Customers:
    """A frame, and its cells as they were drawn.

    Parameters
    ----------
    frame
        The frame.
    rows
        Of each row: mail, name, city, points, ok, tags.
    segment
        A mask, or None.
    mapping
        What is mapped: address, name, city and number always, opt-in and tags in some.
    """

    frame: pd.DataFrame
    rows: list[dict[str, Any]]
    segment: Any
    mapping: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What should become of the rows, and what should be on the other side, by address."""

    outcomes: list[str]
    contacts: dict[str, dict[str, Any]]


def _upper_ascii(text: str) -> str:
    return "".join(letter.upper() if letter.isascii() else letter for letter in text)


_known = st.builds(
    lambda person, host, form: form(f"{person}@{host}"),
    st.sampled_from(PEOPLE),
    st.sampled_from(HOSTS),
    st.sampled_from([str, _upper_ascii, lambda text: f" {text}\u00a0", partial(unicodedata.normalize, "NFD")]),
)
_addresses = st.one_of(
    _known, _known, _known, st.sampled_from(DIRT), st.builds("p{}@example.org".format, st.integers(0, 400))
)


def _mostly(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """Return one of the values, mostly the second, or else hardly any row would be without a problem."""
    return st.sampled_from([values[1]] * 5 * len(values) + list(values))


_rows = st.fixed_dictionaries(
    {
        "mail": _addresses,
        "name": _mostly(NAMES),
        "city": _mostly(CITIES),
        "points": _mostly(NUMBERS),
        "ok": _mostly(ANSWERS),
        "tags": st.sampled_from(TAGS),
    }
)


def _holds(dtype: Any, values: list[str | None]) -> bool:
    """Return whether a dtype can hold the texts: no lone surrogates in Arrow."""
    broken = any("\ud800" <= letter <= "\udfff" for text in values if text for letter in text)
    return not broken or dtype is object or dtype == "string[python]"


def _index(kind: str, count: int) -> pd.Index[Any]:
    each = np.arange(count)
    made: dict[str, Any] = {
        "range": lambda: pd.RangeIndex(count),
        "reversed": lambda: pd.RangeIndex(count, 0, -1),
        "repeated": lambda: pd.Index(each % 3),
        "text": lambda: pd.Index([f"row {row}" for row in each], name="label"),
        "levels": lambda: pd.MultiIndex.from_arrays([each % 2, each], names=["a", None]),
        "floats": lambda: pd.Index([np.nan if row % 4 == 1 else row / 2 for row in each], dtype="float64"),
        "dates": lambda: pd.date_range("2024", periods=count, tz="UTC"),
    }
    found: pd.Index[Any] = made[kind]()
    return found


@st.composite
def customers(draw: st.DrawFn) -> Customers:
    """Return customers by chance; at least one of them has an address."""
    rows = draw(st.lists(_rows, min_size=draw(st.sampled_from((1, 6, 12))), max_size=30))
    rows[0]["mail"] = "first@example.org"
    frame = pd.DataFrame(index=pd.RangeIndex(len(rows)))
    for name in draw(st.permutations(["mail", "name", "city", "points", "ok", "tags"])):
        values = [row[name] for row in rows]
        frame[name] = _column(draw, name, values)
    if draw(st.booleans()):
        frame.insert(draw(st.integers(0, 6)), "spare", 1)
        frame = pd.concat([frame, frame[["spare"]]], axis=1)  # a label that stands twice
    frame.index = _index(draw(st.sampled_from(INDEXES)), len(rows))
    mapping: dict[str, Any] = {"email": "mail", "first_name": "name", "City": "city", "Points": "points"}
    if draw(st.booleans()):
        mapping["opt_in"] = "ok"
    if draw(st.booleans()):
        mapping["tags"] = "tags"
    segment = None
    if draw(st.booleans()):
        segment = np.array([True, *draw(st.lists(st.booleans(), min_size=len(rows) - 1, max_size=len(rows) - 1))])
    return Customers(frame=frame, rows=rows, segment=segment, mapping=mapping)


def _column(draw: st.DrawFn, name: str, values: list[Any]) -> pd.Series[Any]:
    dtypes = {"points": NUMBER_DTYPES, "ok": (object, "boolean")}.get(name, TEXT_DTYPES)
    dtype = draw(st.sampled_from(dtypes))
    fits = dtypes is not TEXT_DTYPES or _holds(dtype, values)
    made: pd.Series[Any] = pd.Series(values, dtype=object).astype(dtype if fits else object)
    return made


# ---------------------------------------------------------------------------------------------------------- oracle


def _text(value: str | None, *, lines: bool = False, blank_words: bool = False) -> tuple[str | None, bool]:
    """Return what is sent for a text, None for a blank, and whether it can be sent."""
    if value is None:
        return None, True
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        return None, False
    text = value.strip()
    if not text or (blank_words and text in _BLANK_WORDS):
        return None, True
    return text, not (set(text) & (_REFUSING_CONTROLS - _LINES if lines else _REFUSING_CONTROLS))


def _points(value: float | None) -> tuple[str | None, bool]:
    if value is None:
        return None, True
    if value in (float("inf"), 2.0**60):
        return None, False
    return str(int(value)) if value == int(value) else str(value), True


def _key(address: str) -> str:
    composed = unicodedata.normalize("NFC", address)
    return "".join(letter.lower() if letter.isascii() else letter for letter in composed)


def _is_address(text: str) -> bool:
    local, _, host = text.partition("@")
    return bool(local) and " " not in text and host.lower() in HOSTS


def wanted(given: Customers) -> Wanted:
    """Return what should become of the customers."""
    chosen = [True] * len(given.rows) if given.segment is None else given.segment.tolist()
    mails = [_text(row["mail"], blank_words=True) for row in given.rows]
    withheld = {
        _key(mail)
        for (mail, _), row, inside in zip(mails, given.rows, chosen, strict=True)
        if inside and mail is not None and "opt_in" in given.mapping and row["ok"] is not True
    }
    outcomes = []
    contacts: dict[str, dict[str, Any]] = {}
    taken: set[str] = set()
    for (mail, fine), row, inside in zip(mails, given.rows, chosen, strict=True):
        name, name_fine = _text(row["name"], blank_words=True)
        city, city_fine = _text(row["city"], lines=True)
        points, points_fine = _points(row["points"])
        sound = fine and mail is not None and _is_address(mail) and name_fine and city_fine and points_fine
        if "opt_in" in given.mapping and row["ok"] is not True:
            sound = False
        if not inside:
            outcomes.append("outside_segment")
        elif not sound or mail is None or _key(mail) in withheld:
            outcomes.append("rejected")
        elif _key(mail) in taken:
            outcomes.append("duplicate")
        else:
            outcomes.append("imported")
            taken.add(_key(mail))
            tags = _tags(row["tags"]) if "tags" in given.mapping else []
            contacts[mail] = {"first_name": name, "City": city, "Points": points, "tags": tags}
    return Wanted(outcomes=outcomes, contacts=contacts)


def _tags(value: str | None) -> list[str]:
    found = (tag.strip().lower() for tag in (value or "").split(",") if tag.strip())
    return sorted(dict.fromkeys(found))
