"""Values of fields with options, and of fields with several values: worked out once for each distinct text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from ac_notebook.frames.cells import TEXT, Text
from ac_notebook.frames.option_hints import hints_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.frames.columns import Column
    from ac_notebook.model.account import Field

SEPARATOR = "||"
"""Between the values of a checkbox or listbox field, and around them (contract section 5.3)."""

LINES = frozenset("\t\n\r")
"""What may stand in long texts, and in no value of a list."""

BETWEEN = "\x1f"
"""Between the items of a list while it is text; no item that can be sent holds it."""


_OTHER_SEPARATORS = (";", ",", "|", "/", "\n", "\t")


class Made(NamedTuple):
    """What became of one distinct text; ``odd`` is what is no option, ``hint`` what to do about it."""

    text: str | None
    code: str | None = None
    label_used: bool = False
    odd: str | None = None
    hint: str | None = None


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of a field, by what a cell may say.

    Parameters
    ----------
    values
        Option value by its own text, and by its text without white space around it.
    labels
        Option value by label, where only one option has the label.
    shared
        Option values by label, where several options have it.
    """

    values: dict[str, str]
    labels: dict[str, str]
    shared: dict[str, list[str]]

    @property
    def names(self) -> list[str]:
        """What a user may write for each option: its label, or its value where another has the same label."""
        by_value = {value: label for label, value in self.labels.items()}
        return list(dict.fromkeys(by_value.get(value, value) for value in self.values.values()))

    @classmethod
    def of(cls, field: Field | None) -> Options:
        """Return the options of a field; those of a field whose options are not known take everything."""
        options = field.options if field is not None and field.has_options else ()
        values = {option.value.strip(): option.value for option in options}
        values.update({option.value: option.value for option in options})
        counts: dict[str, set[str]] = {}
        for option in options:
            counts.setdefault(option.label.strip(), set()).add(option.value)
        labels = {label: next(iter(found)) for label, found in counts.items() if len(found) == 1}
        shared = {label: sorted(found) for label, found in counts.items() if len(found) > 1}
        return cls(values=values, labels=labels, shared=shared)

    def match(self, item: str) -> Made:
        """Return the option's value for what a cell says: its value, letter by letter, else its label.

        Examples
        --------
        >>> Options(values={"se": "se"}, labels={"Sweden": "se"}, shared={}).match("Sweden").text
        'se'
        """
        if not self.values:
            return Made(item)
        if item in self.values:
            return Made(self.values[item])
        if item in self.labels:
            return Made(self.labels[item], label_used=True)
        return Made(item, "option-unknown", odd=item)


def has_lines(column: Column) -> bool:
    """Return whether the values of a cell stand between tabs or line breaks, as the mapping states."""
    return column.separator is not None and bool(LINES.intersection(column.separator))


def chosen(text: Text, column: Column) -> Text:
    """Return the option of a dropdown or radio field that each cell names."""
    options = Options.of(column.field)
    return _per_distinct(text, options.match, options)


def several(text: Text, column: Column, *, items: bool) -> Text:
    """Return values of a checkbox or listbox field, ``||A||B||``.

    Parameters
    ----------
    text
        One value, or values with the stated separator, else ``||``, between them; or the items of lists (``items``).
    column
        The column, with its field.
    items
        Whether the text is the items of a list, joined by :data:`BETWEEN`.
    """
    options = Options.of(column.field)
    separator = BETWEEN if items else column.separator or SEPARATOR

    def make(written: str) -> Made:
        found = items_of(written, separator)
        if any(SEPARATOR in item for item in found):
            return Made(None, "separator-in-value")
        if column.kind == "multi" and any(LINES.intersection(item) for item in found):
            return Made(None, "control-character")
        matched = [options.match(item) for item in found]
        if not matched:
            return Made(None)
        odd = next((made for made in matched if made.code), None)
        if odd is not None:
            return odd._replace(text=None, hint=None if items else _separated(written, options, column))
        values = list(dict.fromkeys(made.text or "" for made in matched))
        joined = SEPARATOR + SEPARATOR.join(values) + SEPARATOR
        # Also where it arises between two values only: "a|" and "b" would be read as "a" and "|b".
        if joined.split(SEPARATOR) != ["", *values, ""]:
            return Made(None, "separator-in-value")
        return Made(joined, label_used=any(made.label_used for made in matched))

    return _per_distinct(text, make, options)


def _separated(written: str, options: Options, column: Column) -> str | None:
    """Return a hint when a cell is several options with something else between them."""
    for separator in _OTHER_SEPARATORS:
        found = items_of(written, separator)
        if separator != column.separator and len(found) > 1 and not any(options.match(item).code for item in found):
            stated = f"separators={{{column.name!r}: {separator!r}}}"
            return f"several options with {separator!r} between them: state it, ac.Mapping(…, {stated})"
    return None


def items_of(written: str, separator: str) -> list[str]:
    """Return the items of a cell, without blanks around them, each once."""
    mark = separator.strip()
    if mark and mark != separator:  # the cell's own ends were trimmed: "a / " has become "a /"
        before, _, after = separator.partition(mark)
        written = f"{before}{written}{after}"
    return list(dict.fromkeys(item for item in map(str.strip, written.split(separator)) if item))


def _per_distinct(text: Text, make: Callable[[str], Made], options: Options | None = None) -> Text:
    encoded = text.values.dictionary_encode()
    made = [make(written) for written in encoded.dictionary.to_pylist()]
    distinct = Text(values=pa.array([one.text for one in made], TEXT)).with_masks(
        bad={
            code: np.array([one.code == code for one in made])
            for code in sorted({one.code for one in made if one.code})
        },
        changes={"label-to-value": np.array([one.label_used for one in made], dtype=bool)},
    )
    if options is not None and "option-unknown" in distinct.bad:
        near = hints_for(dict.fromkeys(one.odd for one in made if one.odd and not one.hint), options)
        said = np.array([one.hint or near.get(one.odd or "") for one in made], dtype=object)
        distinct = distinct.with_masks(hints={"option-unknown": said})
    return distinct.spread(encoded.indices).with_masks(bad=text.bad, changes=text.changes, hints=text.hints)
