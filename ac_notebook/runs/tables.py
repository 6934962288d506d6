"""Tables of names that others chose: their values are as they are, what is shown of them is harmless."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from ac_notebook.runs.show import h, name, plain

if TYPE_CHECKING:
    from collections.abc import Callable


def harmless(text: str) -> str:
    r"""Return what pandas shows, with control and direction characters visible; line breaks in cells are so already.

    Examples
    --------
    >>> print(harmless(pd.Series(["a\x1b[31mb"]).to_string(index=False)))
    a\u001b[31mb
    """
    return text if text.isascii() and text.isprintable() else "\n".join(map(plain, text.split("\n")))


def _write(text: str, buf: Any) -> str | None:
    if buf is None:
        return text
    if hasattr(buf, "write"):
        buf.write(text)
        return None
    with open(buf, "w", encoding="utf-8") as file:  # noqa: PTH123 - whatever pandas takes, a path as text or not
        file.write(text)
    return None


def _of_manager(kind: Any, manager: Any, axes: Any) -> Any:
    made = kind._from_mgr(manager, axes)  # noqa: SLF001 - as pandas does for its own
    if kind is Column:
        made._name = None  # noqa: SLF001 - likewise: whoever asked sets it
    return made


_USUAL, _WIDE = 50, 300
"""Characters of a cell: pandas' own setting, and what fits into a page."""

_LONG_ID = re.compile(r"\b((?:sandbox-)?[0-9a-f]{8})[0-9a-f]{16,}\b")


_MARKDOWN = re.compile(r"[\\`*_\[\]|~]")
"""What begins a link, a picture, code or the next cell."""


class Column(pd.Series):
    """A column of a :class:`Table`."""

    @property
    def _constructor(self) -> Callable[..., Column]:
        return Column

    @property
    def _constructor_expanddim(self) -> Callable[..., Table]:
        return Table

    # pandas 2.2 would hand these to the constructors above, and warn of it.
    def _constructor_from_mgr(self, manager: Any, axes: Any) -> Any:
        return _of_manager(Column, manager, axes)

    def _constructor_expanddim_from_mgr(self, manager: Any, axes: Any) -> Any:
        return _of_manager(Table, manager, axes)

    def to_string(self, buf: Any = None, **options: Any) -> Any:
        """Return what pandas shows, harmless."""
        column = pd.Series(self, copy=False)
        column = column.set_axis(_safe_labels(column.index, plain)).rename(_safe(self.name, plain))
        return _write(harmless(str(column.to_string(**options))), buf)

    def to_latex(self, *given: Any, **options: Any) -> Any:
        """Return what pandas writes, of harmless values; see :meth:`Table.to_latex`."""
        return Table(self.to_frame()).to_latex(*given, **options)

    def describe(self, *given: Any, **options: Any) -> Any:  # type: ignore[misc]  # final in the stubs only
        """Return what pandas counts, as such a column."""
        return Column(super().describe(*given, **options))

    def value_counts(self, *given: Any, **options: Any) -> Any:
        """Return what pandas counts, as such a column."""
        return Column(super().value_counts(*given, **options))


def _safe(value: Any, show: Callable[[object], str]) -> Any:
    """Return a value of a cell, or a label, that is shown without what it may hold; numbers and moments as they are."""
    if isinstance(value, tuple):  # a label of several levels, or the options of a field
        return tuple(_safe(part, show) for part in value)
    if value is None or isinstance(value, _PLAIN_KINDS) or pd.api.types.is_number(value):
        return value
    return show(value)


_PLAIN_KINDS = (bool, dt.date, dt.timedelta, type(pd.NA), type(pd.NaT))


def _safe_labels(index: Any, show: Callable[[object], str]) -> Any:
    names = [_safe(label, show) for label in index.names]
    if isinstance(index, pd.MultiIndex):
        labels = [_safe(label, show) for label in index]
        return pd.MultiIndex.from_tuples(labels, names=names) if labels else index.set_names(names)
    if pd.api.types.is_numeric_dtype(index.dtype) or isinstance(index, pd.DatetimeIndex):
        return index.rename(names[0])
    return pd.Index([_safe(label, show) for label in index], dtype=object, name=names[0])


def _safe_frame(frame: pd.DataFrame, show: Callable[[object], str]) -> pd.DataFrame:
    """Return a plain copy of a frame in which every text, label and heading is what ``show`` makes of it."""
    made = frame.copy()
    kinds = pd.api.types
    for place, dtype in enumerate(frame.dtypes):
        if not (kinds.is_numeric_dtype(dtype) or kinds.is_datetime64_any_dtype(dtype)):
            values = [_safe(value, show) for value in frame.iloc[:, place]]
            made.isetitem(place, pd.Series(values, frame.index, object).array)
    made.columns, made.index = _safe_labels(frame.columns, show), _safe_labels(frame.index, show)
    return made


class Table(pd.DataFrame):
    r"""A DataFrame whose text and HTML show control, direction and unseen characters as escapes.

    A list, a field or a column may be called anything: in a terminal such a name could write elsewhere or copy to the
    clipboard, and anywhere it could look like another one. The values stay as they are, to look up and compare.

    What pandas makes without asking the table shows the values as they are: ``pd.concat`` and ``merge`` that start with
    a plain frame, ``groupby``, ``to_csv``, ``to_excel``, ``to_json``, and ``Styler(table)`` in place of
    ``table.style``. Where names are not trusted, begin with the table (``table.merge(…)``) or print with ``repr``.

    Examples
    --------
    >>> Table({"name": ["VIP" + chr(0x202E)]})
             name
    0  VIP\u202e
    >>> len(_.loc[0, "name"])
    4
    """

    @property
    def _constructor(self) -> Callable[..., Table]:
        return Table

    @property
    def _constructor_sliced(self) -> Callable[..., Column]:
        return Column

    def _constructor_from_mgr(self, manager: Any, axes: Any) -> Any:
        return _of_manager(self._constructor, manager, axes)

    def _constructor_sliced_from_mgr(self, manager: Any, axes: Any) -> Any:
        return _of_manager(Column, manager, axes)

    def to_string(self, buf: Any = None, **options: Any) -> Any:
        """Return what pandas shows, harmless."""
        return _write(harmless(str(self._headed().to_string(**options))), buf)

    def to_html(self, buf: Any = None, **options: Any) -> Any:
        """Return what pandas shows, harmless."""
        return _write(harmless(str(self._headed().to_html(**options))), buf)

    def _repr_html_(self) -> str | None:
        usual = pd.get_option("display.max_colwidth")
        # Sentences are whole, unless somebody chose how wide a column is.
        with pd.option_context("display.max_colwidth", _WIDE if usual == _USUAL else usual):
            shown = self._headed()._repr_html_()  # type: ignore[operator]  # which the stubs do not know
        return None if shown is None else harmless(shown)

    @property
    def style(self) -> Any:
        """What pandas styles, of a copy in which every text is HTML already: pandas itself escapes none."""
        return _safe_frame(self._headed(), h).style

    def to_latex(self, *given: Any, **options: Any) -> Any:
        """Return what pandas writes, of harmless values, in which nothing is a command unless ``escape=False``."""
        return _safe_frame(self._headed(), plain).to_latex(*given, **{"escape": True, **options})

    def to_markdown(self, *given: Any, **options: Any) -> Any:
        """Return what pandas writes, of harmless values: Markdown is HTML, too, and a bar is the end of a cell."""
        return _safe_frame(self._headed(), _in_markdown).to_markdown(*given, **options)

    def info(self, *given: Any, **options: Any) -> None:
        """Print what pandas tells of the columns, with harmless headings."""
        Table._headed(self).info(*given, **options)

    def describe(self, *given: Any, **options: Any) -> Any:  # type: ignore[misc]  # final in the stubs only
        """Return what pandas counts, as such a table."""
        return Table(super().describe(*given, **options))

    def value_counts(self, *given: Any, **options: Any) -> Any:
        """Return what pandas counts, as such a column."""
        return Column(super().value_counts(*given, **options))

    def _headed(self) -> pd.DataFrame:
        """Return a plain frame with harmless headings: in those, pandas shows line breaks, and names of any length."""
        frame = pd.DataFrame(self, copy=False)
        frame = frame.set_axis(_safe_labels(frame.index, plain), axis=0)
        shown = [name(label) if isinstance(label, str) else _safe(label, plain) for label in frame.columns]
        titles = [_safe(title, plain) for title in frame.columns.names]
        if shown == list(frame.columns) and titles == list(frame.columns.names):
            return frame
        return frame.set_axis(shown, axis=1).rename_axis(columns=titles if len(titles) > 1 else titles[0])


def _in_markdown(value: object) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", h(value))


class RecordTable(Table):
    """A table of what was done and when, with a sentence above it if there is something to say.

    Moments are shown to the second, and long ids and digests by their beginning; the values stay as they are.

    Examples
    --------
    >>> moment = pd.Timestamp("2026-03-02 09:14:05.123456", tz="UTC")
    >>> RecordTable({"when": [moment], "id": ["0123456789abcdef0123456789abcdef"]}).saying("One event:")
    One event:
                         when         id
    0 2026-03-02 09:14:05 UTC  01234567…
    """

    said: str = ""

    @property
    def _constructor(self) -> Callable[..., RecordTable]:
        return RecordTable

    def saying(self, sentence: str) -> Self:
        """Return the table with a sentence above it; its parts and copies do not have it."""
        told = self.copy()
        told.said = sentence
        return told

    def __repr__(self) -> str:
        shown = super().__repr__() if len(self) or not self.said else ""
        return f"{plain(self.said)}\n{shown}".strip("\n") if self.said else shown

    def _repr_html_(self) -> str | None:
        shown = super()._repr_html_() if len(self) or not self.said else ""
        return f"<p>{h(self.said)}</p>{shown}" if self.said and shown is not None else shown

    def _headed(self) -> pd.DataFrame:
        frame = super()._headed().copy()
        for place, dtype in enumerate(frame.dtypes):
            column = frame.iloc[:, place]
            if isinstance(dtype, pd.DatetimeTZDtype):
                words = column.dt.tz_convert("UTC").dt.strftime("%Y-%m-%d %H:%M:%S UTC")
                frame.isetitem(place, words.astype(object).where(column.notna(), "").array)
            elif not pd.api.types.is_numeric_dtype(dtype):
                frame.isetitem(place, column.map(_shortened).array)
        return frame


def _shortened(value: object) -> object:
    return _LONG_ID.sub(r"\1…", value) if isinstance(value, str) else value
