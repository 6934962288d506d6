"""Tags of many rows are made column by column where nothing is odd about them; this is what each row should become."""

from __future__ import annotations

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.frames.cells import TEXT, Text
from ac_notebook.frames.columns import Column
from ac_notebook.frames.tags import tag_lists, with_more_tags

_PLENTY = [f"tag {number},other {number}" for number in range(70)]
"""So many distinct texts that they are not looked at one by one."""

_TAGS = st.lists(
    st.sampled_from(
        ["a", "A", "b c", " a", "a ", "", '"', "\\", "é", "É", "\u017f", "s", "ß", "SS", "\n", "x|y", "spring"]
    )
    | st.text("aB ,;é", max_size=4),
    max_size=4,
)


def _expected(written: str, separator: str, more: tuple[str, ...]) -> list[str] | None:
    found: dict[str, str] = {}
    for tag in [*map(str.strip, written.split(separator)), *more]:
        if tag:
            found.setdefault(tag.casefold(), tag)
    return list(found.values()) or None


@given(
    st.lists(_TAGS, min_size=1),
    st.sampled_from([",", ";", "|", "||", "x", "."]),
    st.sampled_from([(), ("spring", "É"), ("S",)]),
)
def test_tags_are_those_of_plain_python(rows: list[list[str]], separator: str, more: tuple[str, ...]) -> None:
    """Trimmed, each once whatever its case, none empty, and those of all contacts added where they are missing."""
    written = [text for text in (separator.join(tags).strip() for tags in rows) if text]
    written = [text for text in written if "\n" not in text] + [text.replace(",", separator) for text in _PLENTY]
    column = Column(target="tags", label="t", position=0, separator=separator)
    made = tag_lists(Text(values=pa.array(written, TEXT)), column, items=False)
    arrays = with_more_tags(made.values, more).to_pylist()
    assert [None if array is None else json.loads(array) for array in arrays] == [
        _expected(text, separator, more) for text in written
    ]
    assert not made.bad


def test_line_breaks_in_tags_are_found_among_many() -> None:
    """They are a problem of their row, and no other row's."""
    column = Column(target="tags", label="t", position=0)
    made = tag_lists(Text(values=pa.array([*_PLENTY, "a\nb"], TEXT)), column, items=False)
    assert made.bad["control-character"].tolist() == [*[False] * len(_PLENTY), True]
