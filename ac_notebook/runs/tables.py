"""Tables of names that others chose: their values are as they are, what is shown of them is harmless."""

from __future__ import annotations

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
        return _write(harmless(str(super().to_string(**options))), buf)


class Table(pd.DataFrame):
    r"""A DataFrame whose text and HTML show control, direction and unseen characters as escapes.

    A list, a field or a column may be called anything: in a terminal such a name could write elsewhere or copy to the
    clipboard, and anywhere it could look like another one. The values stay as they are, to look up and compare.

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

    def _headed(self) -> pd.DataFrame:
        """Return a plain frame with harmless headings: in those, pandas shows line breaks, and names of any length."""
        frame = pd.DataFrame(self, copy=False)
        shown = [name(label) if isinstance(label, str) else label for label in frame.columns]
        return frame if shown == list(frame.columns) else frame.set_axis(shown, axis=1)


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
