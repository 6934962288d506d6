"""Phones: what can be a number, and its international form; the one place that knows the library phonenumbers."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.errors import ConfigurationError, nearest
from ac_notebook.frames.cells import TEXT, Text, as_mask, lengths, present, text_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

_EXTENSION = "a number with an extension has no international form: put the extension into a field of its own"
_MORE = re.compile(r"[*#;]|/\s*\d{1,3}\s*\Z|\(\s*\d{1,3}\s*\)\s*\Z")
"""A mark, a second ending or a note behind a number: its digits would be taken for the number's."""

_LETTERS = "letters are not taken for digits: write the number with digits"
_SPOKEN = {
    "UK": "GB", "EL": "GR", "USA": "US", "UNITED KINGDOM": "GB", "ENGLAND": "GB", "GREAT BRITAIN": "GB",
    "UNITED STATES": "US", "CANADA": "CA", "AUSTRALIA": "AU", "NEW ZEALAND": "NZ", "IRELAND": "IE", "INDIA": "IN",
    "SWEDEN": "SE", "SVERIGE": "SE", "SWE": "SE", "NORWAY": "NO", "NORGE": "NO", "DENMARK": "DK", "DANMARK": "DK",
    "FINLAND": "FI", "SUOMI": "FI", "ICELAND": "IS", "GERMANY": "DE", "DEUTSCHLAND": "DE", "AUSTRIA": "AT",
    "ÖSTERREICH": "AT", "SWITZERLAND": "CH", "SCHWEIZ": "CH", "FRANCE": "FR", "SPAIN": "ES", "ESPAÑA": "ES",
    "PORTUGAL": "PT", "ITALY": "IT", "ITALIA": "IT", "NETHERLANDS": "NL", "NEDERLAND": "NL", "BELGIUM": "BE",
    "POLAND": "PL", "POLSKA": "PL", "BRAZIL": "BR", "BRASIL": "BR", "MEXICO": "MX", "MÉXICO": "MX",
}  # fmt: skip
"""What may be written for a region's two letters. (The library's own names of all regions take seconds to load.)"""


class _Made(NamedTuple):
    text: str | None
    hint: str | None = None


def for_region(columns: Iterable[Column], region: str | None) -> tuple[Column, ...]:
    """Return the columns, those of phones with the region that their numbers are of.

    Parameters
    ----------
    columns
        The mapped columns.
    region
        Two letters, or None: phones are then sent as they are.

    Raises
    ------
    ConfigurationError
        When there is no such region, or phonenumbers is not installed.
    """
    if region is not None:
        _check(region)
    return tuple(replace(column, region=region) if column.kind == "phone" else column for column in columns)


def regions() -> tuple[str, ...]:
    """Return the regions that phones can be of, in the order of the alphabet; none where phonenumbers is not installed.

    Examples
    --------
    >>> "SE" in regions()
    True
    """
    try:
        return tuple(sorted(_library().SUPPORTED_REGIONS))
    except ConfigurationError:
        return ()


def checked(text: Text, region: str | None) -> Text:
    """Return phones, each with a digit at least; with a region, in international form.

    Numbers are looked at once for each distinct text of a piece: phonenumbers takes some 20 µs, and a bounded piece
    bounds the memory. Digits of any script (Arabic, full-width) are digits and become those of ASCII. Letters and
    extensions (``x12``, ``#12``) have no international form: they are problems, not dropped.

    Parameters
    ----------
    text
        What is in the cells.
    region
        Region of numbers that say no country, or None to send phones as they are.

    Examples
    --------
    >>> done = checked(Text(values=pa.array(["070-123 45 67", "+47 22 34 56 78", "12", "unknown"], TEXT)), "SE")
    >>> done.values.to_pylist()
    ['+46701234567', '+4722345678', None, None]
    >>> {code: np.flatnonzero(rows).tolist() for code, rows in done.bad.items()}
    {'phone-no-digits': [3], 'phone-invalid': [2]}
    """
    flawed = np.zeros(len(text), dtype=bool)
    for mask in text.bad.values():
        flawed |= mask
    none = ~flawed & _without_digits(text.values)
    text = text.with_masks(bad={"phone-no-digits": none})
    return text if region is None else _international(text, region, flawed | none)


def _without_digits(values: pa.Array) -> NDArray[np.bool_]:
    """Return which texts hold no digit, by the bytes of all of them; the few without one of ASCII are looked at."""
    digits = (text_bytes(values) - np.uint8(ord("0"))) < 10  # noqa: PLR2004 - digits; smaller bytes wrap around
    counts = np.concatenate([[0], np.cumsum(digits, dtype=np.int64)])
    edges = np.concatenate([[0], np.cumsum(lengths(values))])
    none: NDArray[np.bool_] = present(values) & (counts[edges[1:]] == counts[edges[:-1]])
    if none.any():
        none[none] = ~as_mask(pc.match_substring_regex(values.filter(pa.array(none)), r"\p{Nd}"))
    return none


def _international(text: Text, region: str, skipped: NDArray[np.bool_]) -> Text:
    values = pc.if_else(pa.array(skipped), pa.scalar(None, TEXT), text.values)
    encoded = values.dictionary_encode()
    library = _library()
    made = [_number(library, written, region) for written in encoded.dictionary.to_pylist()]
    index = pc.fill_null(encoded.indices, len(made)).to_numpy(zero_copy_only=False)
    numbers = pa.array([one.text for one in made], TEXT).take(encoded.indices)
    wrong = np.array([*(one.text is None for one in made), False], dtype=bool)[index]
    other = as_mask(pc.not_equal(numbers, values))
    hints = np.array([*(one.hint for one in made), None], dtype=object)[index]
    done = Text(values=numbers, bad=text.bad, changes=text.changes)
    return done.with_masks(
        bad={"phone-invalid": wrong}, changes={"phone-normalised": other}, hints={"phone-invalid": hints}
    )


def _number(library: Any, written: str, region: str) -> _Made:
    if _MORE.search(written):
        return _Made(None, _EXTENSION)
    try:
        number = library.parse(written, region)
    except library.NumberParseException:
        return _Made(None)
    if number.extension:
        return _Made(None, _EXTENSION)
    if any(letter.isalpha() for letter in written):
        return _Made(None, _LETTERS)
    # Not is_possible_number(), which is content with a number that lacks its area.
    if library.is_possible_number_with_reason(number) != library.ValidationResult.IS_POSSIBLE:
        return _Made(None)
    return _Made(library.format_number(number, library.PhoneNumberFormat.E164))


def _library() -> Any:
    try:
        return importlib.import_module("phonenumbers")  # only here: it takes 0.1 s, and most exports do without it
    except ImportError:
        msg = "phone_region needs the library phonenumbers, which is not installed."
        raise ConfigurationError(
            msg, hint="pip install 'ac-notebook[phone]', or leave phone_region out. Nothing was sent."
        ) from None


def _check(region: str) -> None:
    library = _library()
    if region in library.SUPPORTED_REGIONS:
        return
    match = _nearest(library, region)
    meant = f"Did you mean {match!r}? " if match else ""
    msg = f"{region!r} is no region of phone numbers."
    raise ConfigurationError(msg, hint=f'{meant}Write its two letters, such as phone_region="SE". Nothing was sent.')


def _nearest(library: Any, region: str) -> str | None:
    code = region.lstrip("+0")
    if code.isdecimal():
        found: str = library.region_code_for_country_code(int(code[:4]))
        return found if found in library.SUPPORTED_REGIONS else None
    named = nearest(region, _SPOKEN)
    if named is not None:
        return _SPOKEN[named]
    return region[:2] if region[:2] in library.SUPPORTED_REGIONS else None
