"""The example notebooks run from a fresh kernel, show what they showed, and hold nothing of a person or a key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.notebook_runs import FOLDER, read, run, text_of

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

_VARIES = re.compile(
    r"Run: [0-9a-f]{8}, .*?, by \S+|\d+ min|\d+ s\b|under a second|\d+(\.\d+)? (kB|MB|bytes)|0x[0-9a-f]+"
)
"""What is another with each run: ids, times, the user's name, sizes that depend on list numbers."""

_DAY_OR_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d)?)?")
"""What has as many digits as a phone number, and is none."""


def substance(text: str) -> str:
    """Return a cell's text without what is another with each run."""
    return _VARIES.sub("…", text)


def test_there_are_notebooks() -> None:
    """The quickstart is there, and the one about mapping and validation."""
    assert {"quickstart", "mapping-and-validation"} <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_fresh_kernel_shows_what_is_committed(path: Path) -> None:
    """Each cell runs without an error and shows, in substance, what the committed notebook shows."""
    committed, fresh = read(path), run(path)
    for before, after in zip(committed.cells, fresh.cells, strict=True):
        assert substance(text_of(before)) == substance(text_of(after)), before.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_holds_nothing_of_a_person_or_a_key(path: Path) -> None:
    """No widget state, no address, no phone number, no key; its kernel is named, and its outputs are small."""
    notebook = read(path)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in notebook.metadata
    shown = "\n".join(text_of(cell) for cell in notebook.cells)
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w+", shown)
    assert not re.search(r"\+?\d[\d ()-]{8,}\d", _DAY_OR_MOMENT.sub("", shown))
    assert not re.search(r"sandbox-[0-9a-f]{16,}|[0-9a-f]{40,}", shown)
    assert path.stat().st_size < 60_000
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.execution_count is not None
            assert all(output.output_type != "error" for output in cell.outputs)
