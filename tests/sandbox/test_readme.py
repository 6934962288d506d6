"""The sandbox's README: a row for every switch and every rule, each with a test that is there."""

import re
from pathlib import Path
from typing import Any

import pytest

from ac_notebook.sandbox.quirks import positions

FOLDER = Path(__file__).parents[2] / "ac_notebook" / "sandbox"
TEXT = (FOLDER / "README.md").read_text(encoding="utf-8")
_LINK = re.compile(r"\[`(\w+)`\]\(([^)]+)\)")


def rows() -> list[list[str]]:
    """Return the cells of all tables of rules."""
    found: list[list[str]] = []
    inside = False
    for line in TEXT.splitlines():
        if line.startswith("| rule | source | "):
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("|---"):
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def test_its_code_runs() -> None:
    """The block of code runs, and there is no other."""
    assert len(re.findall(r"^ *```", TEXT, re.MULTILINE)) == 2
    [block] = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(block, names)  # noqa: S102 - ours
    assert not names["box"].lists().empty


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:40])
def test_no_cell_is_empty_and_the_test_is_there(row: list[str]) -> None:
    """Each row has rule, source, switch and test, and the test's function is in the file that is linked."""
    assert len(row) == 4
    assert all(cell not in ("", "-", "?") for cell in row)
    link = _LINK.fullmatch(row[3])
    assert link is not None
    name, path = link.groups()
    assert f"\ndef {name}(" in (FOLDER / path).resolve().read_text(encoding="utf-8")
    assert row[1].startswith(("§", "hazards"))


def test_every_switch_has_one_row_with_all_its_positions() -> None:
    """The table has each switch once, and says of each position what it means, the default first."""
    told = {row[2].split("`")[1]: row[2] for row in rows() if row[2].startswith("`")}
    assert sorted(told) == sorted(positions())
    assert len(told) == len([row for row in rows() if row[2].startswith("`")])
    for name, known in positions().items():
        places = [told[name].find(f"`{position!r}` ") for position in known]
        assert -1 not in places, name
        assert places == sorted(places), name
