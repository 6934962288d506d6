"""The example notebooks run from a fresh kernel, show what they showed, and hold nothing of a person or a key."""

from __future__ import annotations

import html
import importlib
import pkgutil
import re
from typing import TYPE_CHECKING, Any

import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model import exit_codes
from ac_notebook.model.guards import GUARD_RAILS
from tests.frames.test_conversion_matrix import CODES, MATRIX
from tests.notebook_runs import FOLDER, read, run, text_of
from tests.real_account import HOST, RealAccount, follow, type_key

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

_VARIES = re.compile(
    r"Run: [0-9a-f]{8}, .*?, by \S+|run: +\d+ s\b|holds \d+ MB"
    r"|([0-9a-f]{8},(&nbsp;| ))?\d{4}-\d\d-\d\d(&nbsp;| )\d\d:\d\d|(known as|in the run|rehearsal) [0-9a-f]{6,}"
    r"|since .{5,16} UTC|\d\d:\d\d UTC|withdrawn on [\d-]+|127\.0\.0\.1:\d+|run by \S+"
    r"|ac-notebook \d.*? python [\d.]+"
)
"""What is another with each run: ids, times, ports, versions, the user's name, how long a run took, memory."""

_DAY_OR_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d)?)?")
"""What has as many digits as a phone number, and is none."""

_EXAMPLES = re.compile(r"name@domain\.tld|\+46701234567")
"""What the hints of problem codes show as examples."""

DTYPES = {
    "str": "text", "str of digits": "text of digits", "str in ISO 8601": "text in ISO 8601", "category": "text",
    "int64": "int, whole float", "Int64 with a gap": "int, whole float", "float64 with a gap": "int, whole float",
    "float64, a fraction": "fraction, Decimal", "Decimal": "fraction, Decimal", "bool": "bool",
    "boolean with a gap": "bool", "date": "date", "datetime64": "moment", "datetime64 with a zone": "moment",
    "time": "time, Period", "Period": "time, Period", "Timedelta": "Timedelta", "list": "list", "set": "list",
    "bytes": "all else",
}  # fmt: skip
"""Rows of the notebook's table, by rows of the documented matrix."""

VALUES = {
    "float64, above 2**53": "✖ number-inexact", "float64, infinite": "✖ number-infinite",
    "None, NaN, NaT, pd.NA": "(left out)",
}  # fmt: skip
"""Rows of the notebook's table for values that the matrix, which is one of types, does not name."""

FIELDS = {
    "text": "text", "number": "number", "date": "date", "datetime": "datetime", "dropdown": "choice",
    "checkbox": "multi",
}  # fmt: skip
"""Columns of the notebook's table, by columns of the matrix."""

WHOLE_COLUMN = "✖ whole column"


def substance(text: str) -> str:
    """Return a cell's text in one line (a longer moment breaks lines elsewhere), without what varies."""
    return _VARIES.sub("…", " ".join(text.split()))


def test_there_are_notebooks() -> None:
    """Every notebook is one that README lists, and the other way round."""
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[[\w-]+\]\(notebooks/([\w-]+)\.ipynb\) \|", readme, re.MULTILINE)
    assert sorted(listed) == [path.stem for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_fresh_kernel_shows_what_is_committed(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell runs without an error and shows, in substance, what the committed notebook shows."""
    for name in ("IPYTHONDIR", "MPLCONFIGDIR"):  # not this user's; a home that cannot be written to is told of in cells
        monkeypatch.setenv(name, str(tmp_path / name))
    committed, fresh = read(path), run(path)
    for before, after in zip(committed.cells, fresh.cells, strict=True):
        assert substance(text_of(before)) == substance(text_of(after)), before.source


def test_the_export_is_done_early() -> None:
    """In the quickstart the fourth cell of code, at the latest, ends with the report of an export that went well."""
    cells = [cell for cell in read(FOLDER / "quickstart.ipynb").cells if cell.cell_type == "code"]
    assert any("Successful" in text_of(cell) and "imported" in text_of(cell) for cell in cells[:4])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_code_among_the_words_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code that a notebook only shows is about the real account, and runs against what stands for one."""
    type_key(monkeypatch)
    words = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    blocks = re.findall(r"^```python\n(.*?)^```$", words, re.DOTALL | re.MULTILINE)
    assert len(re.findall(r"^ *(```|~~~)", words, re.MULTILINE)) == 2 * len(blocks)
    for block in blocks:
        names: dict[str, Any] = {"ac": ac}
        follow(block, names, RealAccount())
        assert names["conn"].host == HOST


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_holds_nothing_of_a_person_or_a_key(path: Path) -> None:
    """No widget state, no address, no phone number, no key; its kernel is named, and its outputs are small."""
    notebook = read(path)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in notebook.metadata
    shown = _EXAMPLES.sub("", "\n".join(text_of(cell) for cell in notebook.cells))
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w+", shown)
    assert not re.search(r"\+?\d[\d ()-]{8,}\d", _DAY_OR_MOMENT.sub("", shown))
    assert not re.search(r"sandbox-[0-9a-f]{16,}|[0-9a-f]{40,}", shown)
    assert not re.search(r"sandbox-[0-9a-f]{16,}|[0-9a-f]{40,}", "\n".join(cell.source for cell in notebook.cells))
    assert path.stat().st_size < 60_000
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.execution_count is not None
            assert all(output.output_type != "error" for output in cell.outputs)
            assert all(not kind.endswith("widget-view+json") for out in cell.outputs for kind in out.get("data", ()))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_of_a_notebook_lead_somewhere(path: Path) -> None:
    """Each link and picture is a file of this repository, and its anchor a heading in it."""
    words = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    for link in re.findall(r"\]\(([^)\s]+)\)", words):
        file, _, anchor = link.partition("#")
        assert (path.parent / file).exists(), link
        if anchor:
            text = (path.parent / file).read_text(encoding="utf-8")
            heads = [re.sub(r"[^\w -]", "", head).lower() for head in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]
            assert anchor in [head.replace(" ", "-") for head in heads], link


def _table(source: str, notebook: str = "mapping-and-validation") -> dict[str, dict[str, str]]:
    """Return the table that a cell of a notebook shows, by row and column."""
    [cell] = [cell for cell in read(FOLDER / f"{notebook}.ipynb").cells if source in cell.source]
    rows = re.findall(r"<tr.*?</tr>", text_of(cell), re.DOTALL)
    head, *body = [[html.unescape(text) for text in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in body}


def _as_documented(found: str, entry: str, text: str) -> bool:
    """Return whether a cell of the notebook's table is what an entry of the matrix says; ``text`` is what "same" is."""
    if entry.startswith("!"):
        return found in (WHOLE_COLUMN, f"✖ {CODES[entry].removeprefix('!')}")
    if entry == "moment":
        return re.fullmatch(r"2024-02-29T\d\d:\d\d:\d\d[+-]\d\d:\d\d", found) is not None
    texts = {"same": text, "day": "2024-02-29", "||A||": f"||{text}||"}
    texts |= {"A, B": "Music, Travel", "||A||B||": "||Music||Travel||"}
    return found == texts[entry]


def test_the_table_of_dtypes_is_the_documented_one() -> None:
    """What the notebook computes agrees with the matrix in the documentation of the conversion, cell by cell."""
    table = _table("def becomes(")
    assert set(table) == {*DTYPES, *VALUES}
    assert set(DTYPES.values()) == set(MATRIX) - {"text in a stated form", "int in a stated form", "UUID"}
    options = []
    for dtype, row in table.items():
        assert list(row) == list(FIELDS)
        for kind, found in row.items():
            if dtype in VALUES:
                assert found in (VALUES[dtype], WHOLE_COLUMN)
            elif found == "✖ option-unknown":
                # The matrix is of fields whose options are not known; these fields have some.
                assert kind in ("dropdown", "checkbox")
            else:
                assert _as_documented(found, MATRIX[DTYPES[dtype]][FIELDS[kind]], row["text"]), (dtype, kind, found)
                options += [found] if kind in ("dropdown", "checkbox") else []
    assert {"Gold", "||Music||", "||Music||Travel||"} <= set(options)


def test_every_problem_of_a_row_is_shown() -> None:
    """The notebook about validation has rows with each code that the checks of a row can give."""
    notebook = read(FOLDER / "mapping-and-validation.ipynb")
    shown = set(re.findall(r"[a-z]+(?:-[a-z]+)*", "\n".join(text_of(cell) for cell in notebook.cells)))
    codes = ac.problem_codes()
    assert set(codes.index[codes["kind"] == "row"]) <= shown


@pytest.mark.parametrize(
    ("kind", "dropped"), [("row", ["kind"]), ("column", ["kind", "rejects"]), ("answer", ["kind", "rejects"])]
)
def test_the_reference_has_every_problem_code(kind: str, dropped: list[str]) -> None:
    """The table of each kind is the package's, word for word, and there is no fourth kind."""
    codes = ac.problem_codes()
    assert set(codes["kind"]) == {"row", "column", "answer"}
    assert_shown(f'shown(codes[codes["kind"] == "{kind}"]', codes[codes["kind"] == kind].drop(columns=dropped))


@pytest.mark.parametrize(
    ("call", "known"),
    [
        ("guard_rails", [*GUARD_RAILS]),
        ("error_types", [name for name in errors.__all__ if name[0].isupper()]),
        ("exit_codes", [code for name, code in vars(exit_codes).items() if name.isupper() and isinstance(code, int)]),
    ],
)
def test_the_reference_has_every_name(call: str, known: list[Any]) -> None:
    """The tables of guard rails, errors and exit codes are the package's, word for word, and leave none of its out."""
    table = getattr(ac, call)()
    assert sorted(table.index) == sorted(known)
    assert_shown(f"shown(ac.{call}())", table)


def assert_shown(source: str, table: pd.DataFrame) -> None:
    """Assert that the cell of the reference shows a table, every cell of it."""
    found = _table(source, "reference")
    assert list(found) == [str(label) for label in table.index]
    assert found == {str(label): row for label, row in table.astype(str).to_dict("index").items()}


def test_the_reference_names_the_narrower_errors() -> None:
    """Errors that are shown under a name of their own, below the public ones, stand in the reference, with these."""
    told = "".join(cell.source for cell in read(FOLDER / "reference.ipynb").cells)
    assert {kind.__name__ for kind in _narrower()} >= {"RunningError", "KeyGoneError", "UnknownZoneError"}
    for kind in _narrower():
        assert f"`{kind.__name__}`" in told
        assert f"`{kind.__mro__[1].__name__}`" in told


def _narrower() -> list[type[errors.ActiveCampaignError]]:
    """Return the errors of the package that are not in the public tree."""
    found = []
    for module in pkgutil.walk_packages(ac.__path__, "ac_notebook."):
        if not module.name.startswith(("ac_notebook.sandbox", "ac_notebook.__main__")):
            kinds = [kind for kind in vars(importlib.import_module(module.name)).values() if isinstance(kind, type)]
            found += [kind for kind in kinds if issubclass(kind, errors.ActiveCampaignError)]
    return [kind for kind in found if kind.__name__ not in errors.__all__]
