"""Values of fields with options, of fields with several values, and tags: worked out once for each distinct text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ac_notebook.model.account import Field

SEPARATOR = "||"
"""Between the values of a checkbox or listbox field, and around them (contract section 5.3)."""

BETWEEN = "\x1f"
"""Between the items of a list while it is text; no item that can be sent holds it."""


class Made(NamedTuple):
    """What became of one distinct text."""

    text: str | None
    code: str | None = None
    label_used: bool = False


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of a field, by what a cell may say.

    Parameters
    ----------
    values
        Option value by its own text, and by its text without white space around it.
    labels
        Option value by label, where only one option has the label.
    """

    values: dict[str, str]
    labels: dict[str, str]

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
        return cls(values=values, labels=labels)

    def match(self, item: str) -> Made:
        """Return the option's value for what a cell says: its value, letter by letter, else its label.

        Examples
        --------
        >>> Options(values={"se": "se"}, labels={"Sweden": "se"}).match("Sweden")
        Made(text='se', code=None, label_used=True)
        """
        if not self.values:
            return Made(item)
        if item in self.values:
            return Made(self.values[item])
        if item in self.labels:
            return Made(self.labels[item], label_used=True)
        return Made(item, "option-unknown")


def chosen(text: Text, field: Field | None) -> Text:
    """Return the option of a dropdown or radio field that each cell names."""
    return _per_distinct(text, Options.of(field).match)


def several(text: Text, field: Field | None, *, items: bool) -> Text:
    """Return values of a checkbox or listbox field, ``||A||B||``.

    Parameters
    ----------
    text
        One value, or values with ``||`` between them; or the items of lists (see ``items``).
    field
        The field with its options.
    items
        Whether the text is the items of a list, joined by :data:`BETWEEN`.
    """
    options = Options.of(field)

    def make(written: str) -> Made:
        found = _distinct(written.split(BETWEEN if items else SEPARATOR))
        matched = [options.match(item) for item in found]
        if not matched:
            return Made(None)
        code = next((made.code for made in matched if made.code), None)
        values = list(dict.fromkeys(made.text or "" for made in matched))
        joined = SEPARATOR + SEPARATOR.join(values) + SEPARATOR
        # Also where it arises between two values only: "a|" and "b" would be read as "a" and "|b".
        if joined.split(SEPARATOR) != ["", *values, ""]:
            return Made(None, "separator-in-value")
        return Made(joined, code, any(made.label_used for made in matched))

    return _per_distinct(text, make)


def tag_lists(text: Text, *, items: bool) -> Text:
    """Return tags as a JSON array: those between commas, or the items of lists; each once, whatever its case."""

    def make(written: str) -> Made:
        tags = once(_distinct(written.split(BETWEEN if items else ",")))
        return Made(orjson.dumps(tags).decode() if tags else None)

    return _per_distinct(text, make)


def with_more_tags(arrays: pa.Array, tags: tuple[str, ...]) -> pa.Array:
    """Return JSON arrays of tags with ``tags`` added where they are missing; blanks become those alone.

    Examples
    --------
    >>> with_more_tags(pa.array(['["x"]', None], TEXT), ("X", "spring")).to_pylist()
    ['["x","spring"]', '["X","spring"]']
    """
    if not tags:
        return arrays
    alone = orjson.dumps(once(tags)).decode()
    added = _per_distinct(
        Text(values=arrays), lambda array: Made(orjson.dumps(once((*orjson.loads(array), *tags))).decode())
    )
    return pc.fill_null(added.values, pa.scalar(alone, TEXT))


def once(tags: Iterable[str]) -> list[str]:
    """Return the tags without those that differ from an earlier one in letter case only."""
    seen: dict[str, str] = {}
    for tag in tags:
        seen.setdefault(tag.casefold(), tag)
    return list(seen.values())


def _distinct(items: list[str]) -> list[str]:
    return list(dict.fromkeys(item for item in map(str.strip, items) if item))


def _per_distinct(text: Text, make: Callable[[str], Made]) -> Text:
    encoded = text.values.dictionary_encode()
    made = [make(written) for written in encoded.dictionary.to_pylist()]
    index = pc.fill_null(encoded.indices, len(made)).to_numpy(zero_copy_only=False)
    done = Text(values=pa.array([one.text for one in made], TEXT).take(encoded.indices))
    bad = {}
    for code in sorted({one.code for one in made if one.code}):
        bad[code] = np.array([*(one.code == code for one in made), False])[index]
    used = np.array([*(one.label_used for one in made), False])[index]
    return done.with_masks(bad=text.bad, changes=text.changes).with_masks(bad=bad, changes={"label-to-value": used})
