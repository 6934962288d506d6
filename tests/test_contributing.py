"""CONTRIBUTING.md: what it names exists, and its picture of the floors is that of the import rules."""

from __future__ import annotations

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PICTURE = TEXT.partition("## Where things live")[2].split("```")[1].strip("\n")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
FILES = {".cfg", ".ipynb", ".json", ".lock", ".md", ".po", ".py", ".toml"}
PATHS = sorted(
    {words for words in re.findall(r"`([\w.-]+(?:/[\w.-]*)*)`", TEXT) if "/" in words or Path(words).suffix in FILES}
)


def floors(name: str) -> list[str]:
    """Return the layers of a contract, the highest first."""
    (contract,) = [one for one in CONTRACTS if one["name"] == name]
    layers: list[str] = contract["layers"]
    return layers


def exists(words: str) -> bool:
    """Tell whether a path is one of the project's: from its folder, from the package's, or a file's bare name."""
    if any((folder / words).exists() for folder in (ROOT, ROOT / "ac_notebook")):
        return True
    return any(True for folder in ("ac_notebook", "tests") for _ in (ROOT / folder).rglob(words))


def test_every_path_exists() -> None:
    """Each file and folder that is named is there, so that nobody looks for what was moved."""
    assert len(PATHS) > 100
    assert [words for words in PATHS if not exists(words)] == []


def test_every_link_leads_somewhere() -> None:
    """Each relative link leads to a file."""
    links = re.findall(r"\]\((?!http)([^)#]+)\)", TEXT)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([\w-]+)", TEXT))))
def test_every_command_exists(target: str) -> None:
    """Each ``make`` target that is named exists."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("module", sorted(set(re.findall(r"python -m (tests[\w.]+)", TEXT))))
def test_every_module_that_is_run_exists(module: str) -> None:
    """Each ``python -m`` of ours leads to a module, or to a package that can be run."""
    assert find_spec(module) is not None


def test_the_picture_has_the_floors_of_the_import_rules() -> None:
    """The floors stand in the picture in their order, those beside each other without another between them."""
    lines = PICTURE.splitlines()
    names = [re.findall(r"\w+", layer) for layer in floors("Imports go downward only")]
    drawn = [
        [number for number, line in enumerate(lines) if set(re.findall(r"\w+", line.partition("   ")[0])) & set(floor)]
        for floor in names
    ]
    assert all(drawn)
    assert [place for floor in drawn for place in floor] == sorted(place for floor in drawn for place in floor)
    for floor, places in zip(names, drawn, strict=True):
        told = {word for place in places for word in re.findall(r"\w+", lines[place].partition("   ")[0])}
        assert told | {"forms"} == set(floor) | {"forms"}
    assert " > ".join(one.rpartition(".")[2] for one in floors("Forms stand on each other in one direction")) in PICTURE


def test_the_picture_has_all_of_the_package() -> None:
    """No folder or module of the package is missing in the picture."""
    there = {path.stem for path in (ROOT / "ac_notebook").iterdir() if path.is_dir() or path.suffix == ".py"}
    there = {name for name in there if not name.startswith("__")}
    assert there <= set(re.findall(r"\w+", PICTURE)), there - set(re.findall(r"\w+", PICTURE))
    assert len(there) > 10


def test_every_decision_says_its_price() -> None:
    """No decision is without the clause that says what it costs."""
    decisions = re.findall(r"^- \*\*(?:.|\n(?!- |\n))*", TEXT.partition("## Decisions")[2], re.MULTILINE)
    assert len(decisions) > 80
    assert [one.split("**")[1] for one in decisions if not re.search(r"Price:\s", one)] == []
