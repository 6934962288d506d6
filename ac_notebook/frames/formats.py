"""Dates that are text in a stated form: read by that form alone, and never guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, as_mask, present
from ac_notebook.frames.moments import NAIVE, Moments, number, seconds_of
from ac_notebook.frames.zones import DAY
from ac_notebook.model.date_format import NUMERIC, tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPACE = r"[\s\v\x1c-\x1f\x{85}\p{Z}]+"
_LOOSE = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "1[0-2]|0[1-9]|[1-9]",
    "d": "3[0-1]|[1-2][0-9]|0[1-9]|[1-9]| [1-9]",
    "H": "2[0-3]|[0-1][0-9]|[0-9]",
    "M": "[0-5][0-9]|[0-9]",
    "S": "6[0-1]|[0-5][0-9]|[0-9]",
    "f": "[0-9]{1,6}",
}
"""What strptime takes for a directive, in its order of preference."""

_FULL = {**_LOOSE, "m": "1[0-2]|0[1-9]", "d": "3[0-1]|[1-2][0-9]|0[1-9]", "H": "2[0-3]|[0-1][0-9]", "M": "[0-5][0-9]"}
_FULL["S"] = "6[0-1]|[0-5][0-9]"
"""The same in full width, where digits of the next directive follow at once: 1112024 could be two days."""

_WIDTHS = {"Y": 4, "j": 3, "w": 1, "u": 1}
_ZONES = ("UTC", "GMT", "Z")
_CENTURY = 69  # strptime: 69 to 99 are of the 20th century, 0 to 68 of the 21st (POSIX)


def parsed(texts: pa.Array, form: str) -> tuple[Moments, NDArray[np.bool_]]:
    """Return the moments that texts name in a form, and which texts are none.

    Exactly what :meth:`datetime.datetime.strptime` takes, but for three things: digits are those of ASCII; where two
    numbers stand side by side, each has its full width; ``%Z`` is ``UTC``, ``GMT`` or ``Z``, and counts.

    Parameters
    ----------
    texts
        Trimmed.
    form
        In the language of strptime, without a flaw (:func:`ac_notebook.model.date_format.flaw`).

    Examples
    --------
    >>> moments, wrong = parsed(pa.array(["19.05.2020", "31.2.2020", "2020-05-19"], pa.large_string()), "%d.%m.%Y")
    >>> wrong.tolist()
    [False, True, True]
    """
    form = form.strip()
    directives = {token[1] for token in tokens(form) if token.startswith("%")}
    if directives <= {*_LOOSE, "%"}:
        return _by_column(texts, form)
    return _one_by_one(texts, form)


def _by_column(texts: pa.Array, form: str) -> tuple[Moments, NDArray[np.bool_]]:
    found = pc.extract_regex(texts, _regex(form))
    there = present(texts)
    matched = there & present(found) & as_mask(pc.equal(pc.binary_length(found.field("rest")), 0))
    names = {field.name for field in found.type}

    def of(name: str, otherwise: int = 0) -> NDArray[np.int64]:
        if name not in names:
            return np.full(len(texts), otherwise, dtype=np.int64)
        return number(pc.utf8_trim_whitespace(pc.if_else(pa.array(matched), found.field(name), pa.scalar(None, TEXT))))

    year = of("Y")
    if "y" in names:
        year = of("y")
        year = year + np.where(year < _CENTURY, 2000, 1900)
    wall, sound = seconds_of([year, of("m", 1), of("d", 1)], [of("H"), of("M"), of("S")])
    sound &= matched
    naive = np.full(len(texts), NAIVE, dtype=np.int32)
    moments = Moments(wall=np.where(sound, wall, 0), offset=naive, fraction=sound & (of("f") != 0), present=sound)
    return moments, there & ~sound


def _one_by_one(texts: pa.Array, form: str) -> tuple[Moments, NDArray[np.bool_]]:
    encoded = texts.dictionary_encode()
    read = [_moment(text, form) for text in encoded.dictionary.to_pylist()]
    places = pc.fill_null(encoded.indices, len(read)).to_numpy(zero_copy_only=False)
    filled = [one or (0, NAIVE, False) for one in (*read, None)]
    sound = np.array([*(one is not None for one in read), False])[places]
    moments = Moments(
        wall=np.array([one[0] for one in filled], dtype=np.int64)[places],
        offset=np.array([one[1] for one in filled], dtype=np.int32)[places],
        fraction=np.array([one[2] for one in filled], dtype=bool)[places],
        present=sound,
    )
    return moments, present(texts) & ~sound


def _moment(text: str, form: str) -> tuple[int, int, bool] | None:
    if re.fullmatch(_shape(form), text) is None or any(letter.isdigit() and letter > "\x7f" for letter in text):
        return None
    for one, zone in _forms(form):
        try:
            moment = datetime.strptime(text, one)  # noqa: DTZ007 - its zone, if it says one, is in the text
        except (ValueError, OverflowError):
            continue
        offset = (moment.replace(tzinfo=UTC) if zone else moment).utcoffset()
        wall = (moment.toordinal() - _EPOCH) * DAY + moment.hour * 3600 + moment.minute * 60 + moment.second
        return wall, int(NAIVE) if offset is None else int(offset.total_seconds()), moment.microsecond != 0
    return None


_EPOCH = datetime(1970, 1, 1).toordinal()  # noqa: DTZ001 - a day of the calendar


@lru_cache(maxsize=64)
def _forms(form: str) -> list[tuple[str, bool]]:
    """Return the form with each zone's name in the place of ``%Z``, which Python reads and forgets."""
    parts = tokens(form)
    if "%Z" not in parts:
        return [(form, False)]
    return [("".join(zone if part == "%Z" else part for part in parts), True) for zone in _ZONES]


@lru_cache(maxsize=64)
def _regex(form: str) -> str:
    parts = tokens(form)
    pattern = "".join(
        f"(?P<{part[1]}>{(_FULL if beside else _LOOSE)[part[1]]})" if _is_number(part) else _literal(part, _SPACE)
        for part, beside in zip(parts, _beside(parts), strict=True)
    )
    # strptime is content with its first match, and then wants nothing to be left.
    return rf"(?is)\A{pattern}(?P<rest>.*)\z"


@lru_cache(maxsize=64)
def _shape(form: str) -> re.Pattern[str]:
    parts = tokens(form)
    pattern = ""
    for part, beside in zip(parts, _beside(parts), strict=True):
        if not part.startswith("%") or part == "%%":
            pattern += _literal(part, r"\s+")
        elif _is_number(part):
            pattern += f"[0-9]{{{_WIDTHS.get(part[1], 2)}}}" if beside and part != "%f" else " ?[0-9]+"
        else:
            pattern += ".+?"
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _is_number(part: str) -> bool:
    return part.startswith("%") and part[1] in NUMERIC


def _beside(parts: list[str]) -> list[bool]:
    """Return which directives have digits of another one at their side."""
    numbers = [_is_number(part) for part in parts]
    before, after = [False, *numbers[:-1]], [*numbers[1:], False]
    return [here and (left or right) for here, left, right in zip(numbers, before, after, strict=True)]


def _literal(part: str, space: str) -> str:
    text = "%" if part == "%%" else part
    return "".join(space if piece.isspace() else re.escape(piece) for piece in re.split(r"(\s+)", text) if piece)
