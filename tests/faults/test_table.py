"""The table of faults names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NAMED = re.findall(r"([\w/]+\.py)::(test_\w+)", (HERE / "README.md").read_text(encoding="utf-8"))


def test_there_are_enough_of_them() -> None:
    """Every kind of fault has at least one."""
    assert len(set(NAMED)) >= 45


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_each_is_there(file: str, name: str) -> None:
    """A row of the table can be looked up, and run."""
    assert f"def {name}(" in (HERE.parent / file).read_text(encoding="utf-8")
