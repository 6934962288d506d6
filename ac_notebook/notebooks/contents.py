"""The texts of a notebook file, each with its place: nothing that the file holds is left out."""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = Literal["source", "output", "widget state", "metadata", "attachment", "file"]
"""Where in a cell or a notebook a text stands; ``"file"`` where the file could not be read as a notebook."""

_BINARY = ("image/", "audio/", "video/", "application/pdf", "application/octet-stream", "png", "jpeg", "pdf")
"""Types whose text is base64, in nbformat 4 and (without a slash) in nbformat 3."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A text of a notebook.

    Parameters
    ----------
    cell
        Which cell it is of, counted from 1 as they stand in the file; 0 for the notebook itself.
    where
        Where it stands.
    text
        The text.
    is_code
        Whether it is the source of a code cell.
    is_base64
        Whether it is something binary, written as base64.
    is_binary
        Whether it is made of the letters in something binary, among which some are there by chance.
    """

    cell: int
    where: Place
    text: str = field(repr=False)
    is_code: bool = False
    is_base64: bool = False
    is_binary: bool = False


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The texts of a file, and why it could not be read as a notebook ("" when it could)."""

    pieces: tuple[Piece, ...] = field(repr=False)
    trouble: str = ""


def read(data: bytes) -> Contents:
    """Return the texts of a notebook file of nbformat 3 or 4; of a broken one, all of it as one text.

    Parameters
    ----------
    data
        The file.

    Examples
    --------
    >>> found = read(b'{"cells": [{"cell_type": "code", "source": ["x = ", "1"], "outputs": []}], "nbformat": 4}')
    >>> [(piece.cell, piece.where, piece.text) for piece in found.pieces if piece.where == "source"]
    [(1, 'source', 'x = 1')]
    >>> read(b"{").trouble
    'it is not JSON'
    """
    try:
        # As bytes: the encoding is found out, with or without a byte order mark.
        notebook = json.loads(data, object_pairs_hook=_all_pairs)
    except (ValueError, RecursionError):
        text = data.decode("utf-8", "replace")
        return Contents(pieces=(Piece(cell=0, where="file", text=text),), trouble="it is not JSON")
    if not isinstance(notebook, dict) or not ({"cells", "worksheets"} & notebook.keys()):
        pieces = tuple(Piece(cell=0, where="file", text=text) for text in _leaves(notebook))
        return Contents(pieces=pieces, trouble="it is JSON, but no notebook")
    return Contents(pieces=tuple(_of_notebook(notebook)))


def _all_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object with all its values: of names that are there twice, Python's reader would drop the first."""
    found: dict[str, Any] = {}
    last: dict[str, int] = {}
    for name, value in pairs:
        free = name
        while free in found:
            last[name] = last.get(name, 1) + 1
            free = f"{name} ({last[name]})"
        found[free] = value
    return found


def _of_notebook(notebook: dict[str, Any]) -> Iterator[Piece]:
    cells: list[Any] = []
    for name, value in notebook.items():
        if name == "cells":
            cells += _listed(value)
        elif name == "worksheets":  # nbformat 3
            for sheet in _listed(value):
                if isinstance(sheet, dict):
                    cells += _listed(sheet.get("cells"))
                    yield from _pieces(0, "metadata", {key: sheet[key] for key in sheet if key != "cells"})
                else:
                    yield from _pieces(0, "metadata", sheet)
        elif name == "metadata" and isinstance(value, dict):
            for key, entry in value.items():
                yield from _pieces(0, "widget state" if key.startswith("widgets") else "metadata", {key: entry})
        else:
            yield from _pieces(0, "metadata", {name: value})
    for number, cell in enumerate(cells, 1):
        yield from _of_cell(number, cell)


def _of_cell(number: int, cell: Any) -> Iterator[Piece]:
    if not isinstance(cell, dict):
        yield from _pieces(number, "source", cell)
        return
    for name, value in cell.items():
        if name in ("source", "input"):  # the second in nbformat 3
            text = _joined(value)
            if text is None:
                yield from _pieces(number, "source", value)
            else:
                yield Piece(cell=number, where="source", text=text, is_code=cell.get("cell_type") == "code")
        elif name == "outputs":
            for output in _streams_joined(_listed(value)):
                yield from _of_output(number, output)
        elif name == "attachments" and isinstance(value, dict):
            for file, bundle in value.items():
                yield Piece(cell=number, where="attachment", text=file)
                yield from _of_bundle(number, "attachment", bundle)
        else:
            yield from _pieces(number, "metadata", {name: value})


def _of_output(number: int, output: Any) -> Iterator[Piece]:
    if not isinstance(output, dict):
        yield from _pieces(number, "output", output)
        return
    for name, value in output.items():
        if name == "data":
            yield from _of_bundle(number, "output", value)
        elif name == "traceback":
            text = _joined(value, "\n")
            yield from _pieces(number, "output", value if text is None else text)
        else:
            # In nbformat 3 the types stand beside the rest: "text", "html", "png".
            yield from _of_bundle(number, "output", {name: value})


def _of_bundle(number: int, where: Place, bundle: Any) -> Iterator[Piece]:
    """Yield what there is by media type: lines are one text, something binary is what it decodes to, too."""
    if not isinstance(bundle, dict):
        yield from _pieces(number, where, bundle)
        return
    for kind, value in bundle.items():
        text = _joined(value)
        if text is None:
            yield from _pieces(number, where, {kind: value})
        elif kind.startswith(_BINARY) and "svg" not in kind:
            yield from _of_base64(number, where, text)
        else:
            yield Piece(cell=number, where=where, text=text)


def _streams_joined(outputs: list[Any]) -> list[Any]:
    """Return outputs with what one stream wrote in several parts in one."""
    kept: list[Any] = []
    for name, group in itertools.groupby(outputs, key=lambda output: _stream(output)[0]):
        parts = list(group)
        if name and len(parts) > 1:
            others = {key: value for part in parts for key, value in part.items()}
            kept.append({**others, "text": "".join(_stream(part)[1] for part in parts)})
        else:
            kept += parts
    return kept


def _stream(output: Any) -> tuple[str, str]:
    """Return the name of the stream that an output is of, and its text; no name for any other output."""
    if not isinstance(output, dict) or output.get("output_type") != "stream":
        return "", ""
    text = _joined(output.get("text"))
    return ("", "") if text is None else (str(output.get("name", output.get("stream", "stdout"))), text)


def _pieces(number: int, where: Place, value: Any) -> Iterator[Piece]:
    for text in _leaves(value):
        yield Piece(cell=number, where=where, text=text)
    for text in _buffers(value):
        yield from _of_base64(number, where, text)


def _buffers(value: Any) -> Iterator[str]:
    """Yield the base64 in a JSON value that says so itself, as what a widget was given does."""
    open_ones = [value]
    while open_ones:
        one = open_ones.pop()
        if isinstance(one, dict):
            if one.get("encoding") == "base64" and isinstance(one.get("data"), str):
                yield one["data"]
            open_ones += one.values()
        elif isinstance(one, list):
            open_ones += one


def _leaves(value: Any) -> Iterator[str]:
    """Yield the texts in a JSON value, each with the name that it is under."""
    open_ones = [value]
    while open_ones:
        one = open_ones.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            open_ones += reversed(one)
        elif isinstance(one, dict):
            is_decoded = one.get("encoding") == "base64"
            for name, entry in one.items():
                if is_decoded and name == "data" and isinstance(entry, str):
                    continue  # see _buffers
                if isinstance(entry, str):
                    yield f"{name}: {entry}"
                else:
                    yield name
                    open_ones.append(entry)


_RUN = re.compile(rb"[\x20-\x7e](?:\0[\x20-\x7e]){9,}|[\t\n\r\x20-\x7e]{10,}")
"""Letters in something binary, of two bytes each (UTF-16, either way round) or one; ten are hardly there by chance."""


def _of_base64(number: int, where: Place, text: str) -> Iterator[Piece]:
    """Yield what base64 decodes to: all of it if it is a text, else the letters in it."""
    written = "".join(text.split())
    try:
        data = base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (ValueError, binascii.Error):
        yield Piece(cell=number, where=where, text=text)
        return
    yield Piece(cell=number, where=where, text=text, is_base64=True)
    try:
        plain = data.decode("utf-8")
        if "\0" not in plain:
            yield Piece(cell=number, where=where, text=plain)
            return
    except ValueError:
        pass
    runs = b"\n".join(run.replace(b"\0", b"") for run in _RUN.findall(data))
    if runs:
        yield Piece(cell=number, where=where, text=runs.decode("ascii"), is_binary=True)


def _joined(value: Any, between: str = "") -> str | None:
    """Return a text that may be a list of its parts; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return between.join(value)
    return None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
