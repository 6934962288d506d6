"""A notebook that gives nothing away, and the places in it where something can be planted."""

from __future__ import annotations

import base64
import copy
import json
import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HARMLESS = [
    "2024-01-01 10:00:00+02:00, 31/12/1999, 01-02-2024, 07:30:15, 2024-W01-1, 20240101",
    "id 46701234560, order 9007199254740993, 0000123456, amount 12 345 678.90, 1,234,567,890, -12.50, 3.14159265358979",
    "0  46709876543  19870102\n1  46709876544  19870103\n2  8123456789   20010203",
    "[212 555 1234 4321 10000000]  array([0.70123456, 0.07123456])  1e-07123456  +12,345,678.00  +12345678%  +1 200",
    "10.0.0.127:8888  v1.2.3-rc1  ISBN 0-306-40615-2  978-0-306-40615-7  UTC+05:30  1 000 000 000 000  5% of 12345678",
    "d3b07384-d9a0-4c9b-8f5e-0123456789ab  IPY_MODEL_0a1b2c3d4e5f60718293a4b5c6d7e8f9  <Figure size 640x480>",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "git+https://github.com/acme/shop@2fd4e1c67a2d28fced849ee1bb76e7391b93eb12  git@github.com:acme/shop  logo@2x.png",
    "HEAD is now at 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12  _uuid: 8f2839f25d086af736a60e9eeb907d3b93b6e0e5",
    "1111111111111111111111111111111111111111111111111111 rows; a…@m….org; …@…; @property; user @ home; C@T.1",
    "Api-Token: ***  api_key=os.environ['ACTIVECAMPAIGN_API_KEY']  api_key = getpass.getpass()  API key: typed",
    f"{'9f86d081' * 8}  data.csv  hexdigest() == '{'0a1b2c3d' * 8}'  blobs/{'0a1b2c3d' * 8}  {'0a1b2c3d' * 16}",
    "api_key=settings.shop_api_key_v2x  abfss://container@account.dfs.core.windows.net  ec2-user@ip-10.internal",
    "noreply@github.com  ---> 3 y = X@theta.values  SE45 5000 0000 0583 9825 7466  GB29 NWBK 6016 1331 9268 19",
    "open 0900-1700, bins [0100-0200] [0200-0300]",
    "99.5 %  0.1234567890123  1234567890 of 9876543210 rows  05-06 07-08  01 02 03 04 05 06 07 08",
]
"""What has as many digits, signs or letters as a phone, an address or a key, and is none."""

CODE = "import numpy as np\n\n@np.vectorize\ndef double(x):\n    return (A@B.T) @ C.real * x@weights.values\n"


def _image() -> str:
    """Return base64 of something binary, in which many digits stand side by side."""
    return base64.b64encode(random.Random(7).randbytes(3_000)).decode()


def clean(version: int) -> dict[str, Any]:
    """Return a notebook of nbformat 4 or 3 in which there is nothing to be found."""
    text = [line + "\n" for line in HARMLESS]
    if version == 4:
        shown = {"text/plain": text, "text/html": ["<td>070</td>\n", "<td>123 45 67</td>"], "image/png": _image()}
        outputs: list[dict[str, Any]] = [
            {"output_type": "stream", "name": "stdout", "text": text},
            {"output_type": "display_data", "data": shown, "metadata": {"width": 640}},
            {"output_type": "execute_result", "execution_count": 2, "data": {"application/json": {"a": [1, "x"]}},
             "metadata": {}},
            {"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": ["\x1b[31mError", "bad"]},
        ]  # fmt: skip
        cells = [
            {"cell_type": "markdown", "id": "a1", "metadata": {}, "source": ["# Report\n"],
             "attachments": {"x.png": {"image/png": _image()}}},
            {"cell_type": "code", "id": "b2", "metadata": {"tags": ["x"]}, "execution_count": 2, "source": CODE,
             "outputs": outputs},
            {"cell_type": "raw", "id": "c3", "metadata": {}, "source": "plain"},
        ]  # fmt: skip
        state = {"state": {"ab": {"model_name": "TextModel", "state": {"value": "", "_options_labels": ["a", "b"]}}}}
        kinds = {"widgets": {"application/vnd.jupyter.widget-state+json": state}}
        about: dict[str, Any] = {"kernelspec": {"name": "python3"}, "authors": [{"name": "Somebody"}], **kinds}
        return {"nbformat": 4, "nbformat_minor": 5, "metadata": about, "cells": cells}
    outputs = [
        {"output_type": "stream", "stream": "stdout", "text": text},
        {"output_type": "pyout", "prompt_number": 1, "text": ["1"], "html": ["<b>1</b>"], "png": _image()},
        {"output_type": "pyerr", "ename": "E", "evalue": "e", "traceback": ["\x1b[31mE"]},
    ]
    cells = [
        {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Report"]},
        {"cell_type": "code", "language": "python", "metadata": {}, "input": [CODE], "outputs": outputs},
    ]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}


def _set(*path: str | int) -> Callable[[dict[str, Any], str], None]:
    def plant(notebook: dict[str, Any], text: str) -> None:
        target: Any = notebook
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = text

    return plant


def _split(*path: str | int) -> Callable[[dict[str, Any], str], None]:
    """Plant a text in the middle of others, as parts of a list, cut in the middle."""

    def plant(notebook: dict[str, Any], text: str) -> None:
        whole, half = f"see {text} there", 4 + len(text) // 2
        _set(*path)(notebook, [whole[:half], whole[half:]])  # type: ignore[arg-type]  # a list is a text, too

    return plant


def _two_streams(notebook: dict[str, Any], text: str) -> None:
    half = len(text) // 2
    parts = [{"output_type": "stream", "name": "stderr", "text": part} for part in (text[:half], text[half:])]
    notebook["cells"][1]["outputs"] += parts


def _uploaded(notebook: dict[str, Any], text: str) -> None:
    state = notebook["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    data = base64.b64encode(f"name;mail\nAnn;{text}\n".encode()).decode()
    state["cd"] = {"state": {}, "buffers": [{"encoding": "base64", "path": ["value", 0], "data": data}]}


def _named(*path: str | int) -> Callable[[dict[str, Any], str], None]:
    def plant(notebook: dict[str, Any], text: str) -> None:
        target: Any = notebook
        for step in path:
            target = target[step]
        target[text] = {"x": 1}

    return plant


def _twice(notebook: dict[str, Any], text: str) -> None:
    notebook["cells"][1]["metadata"]["TWICE-1"] = text
    notebook["cells"][1]["metadata"]["TWICE-2"] = "nothing"


_STATE = ("metadata", "widgets", "application/vnd.jupyter.widget-state+json", "state", "ab", "state")
_OUT = ("cells", 1, "outputs")
_OLD = ("worksheets", 0, "cells")

PLACES: dict[str, tuple[int, int, str, Callable[[dict[str, Any], str], None]]] = {
    "Markdown": (4, 1, "source", _set("cells", 0, "source")),
    "Markdown, in parts": (4, 1, "source", _split("cells", 0, "source")),
    "raw cell": (4, 3, "source", _set("cells", 2, "source")),
    "comment": (4, 2, "source", lambda notebook, text: _set("cells", 1, "source")(notebook, f"{CODE}# for {text}")),
    "text in code": (4, 2, "source", lambda notebook, text: _set("cells", 1, "source")(notebook, f"who = '{text}'")),
    "shell line": (4, 2, "source", lambda notebook, text: _set("cells", 1, "source")(notebook, f"!say {text}")),
    "stream": (4, 2, "output", _set(*_OUT, 0, "text")),
    "stream, in parts": (4, 2, "output", _split(*_OUT, 0, "text")),
    "two writes to a stream": (4, 2, "output", _two_streams),
    "plain text": (4, 2, "output", _set(*_OUT, 1, "data", "text/plain")),
    "HTML": (4, 2, "output", lambda notebook, text: _split(*_OUT, 1, "data", "text/html")(
        notebook, f"<td>{text}</td>")),
    "HTML attribute": (4, 2, "output", lambda notebook, text: _set(*_OUT, 1, "data", "text/html")(
        notebook, f'<a title="{text}">x</a>')),
    "SVG": (4, 2, "output", _set(*_OUT, 1, "data", "image/svg+xml")),
    "JSON output": (4, 2, "output", _set(*_OUT, 2, "data", "application/json", "a")),
    "JSON output, a name": (4, 2, "output", _named(*_OUT, 2, "data", "application/json")),
    "output metadata": (4, 2, "output", _set(*_OUT, 1, "metadata", "alt")),
    "error": (4, 2, "output", _set(*_OUT, 3, "evalue")),
    "traceback": (4, 2, "output", lambda notebook, text: _set(*_OUT, 3, "traceback")(
        notebook, ["\x1b[31mx", f"y {text}"])),  # type: ignore[arg-type]  # its lines
    "download link": (4, 2, "output", lambda notebook, text: _set(*_OUT, 1, "data", "text/html")(
        notebook, f'<a href="data:text/csv;base64,{base64.b64encode(text.encode()).decode()}">csv</a>')),
    "cell metadata": (4, 2, "metadata", _set("cells", 1, "metadata", "note")),
    "unknown part of a cell": (4, 1, "metadata", _set("cells", 0, "comments")),
    "name that is there twice": (4, 2, "metadata", _twice),
    "notebook metadata": (4, 0, "metadata", _set("metadata", "authors", 0, "email")),
    "unknown part of the file": (4, 0, "metadata", _set("extra")),
    "widget state": (4, 0, "widget state", _set(*_STATE, "value")),
    "widget options": (4, 0, "widget state", _set(*_STATE, "_options_labels", 1)),
    "uploaded file": (4, 0, "widget state", _uploaded),
    "attachment": (4, 1, "attachment", _set("cells", 0, "attachments", "x.png", "text/plain")),
    "attachment that is text": (4, 1, "attachment", lambda notebook, text: _set(
        "cells", 0, "attachments", "x.png", "image/png")(notebook, base64.b64encode(text.encode()).decode())),
    "name of an attachment": (4, 1, "attachment", _named("cells", 0, "attachments")),
    "old heading": (3, 1, "source", _split(*_OLD, 0, "source")),
    "old code": (3, 2, "source", lambda notebook, text: _set(*_OLD, 1, "input")(notebook, [f"x = '{text}'"])),  # type: ignore[arg-type]  # its lines
    "old stream": (3, 2, "output", _set(*_OLD, 1, "outputs", 0, "text")),
    "old result": (3, 2, "output", _split(*_OLD, 1, "outputs", 1, "html")),
    "old traceback": (3, 2, "output", lambda notebook, text: _set(*_OLD, 1, "outputs", 2, "traceback")(
        notebook, ["E", text])),  # type: ignore[arg-type]  # its lines
    "old metadata": (3, 0, "metadata", _set("metadata", "name")),
}  # fmt: skip
"""By name: nbformat, cell and place as they are reported, and what plants a text there."""


def planted(place: str, text: str) -> bytes:
    """Return a file that gives nothing away but a text in one place."""
    version, _, _, plant = PLACES[place]
    notebook = copy.deepcopy(clean(version))
    plant(notebook, text)
    return json.dumps(notebook).replace("TWICE-1", "twice").replace("TWICE-2", "twice").encode()
