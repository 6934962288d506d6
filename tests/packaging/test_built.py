"""Wheel and sdist: what is in them, and that nothing else is."""

from __future__ import annotations

import tomllib
from configparser import ConfigParser
from email import message_from_bytes
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

import ac_notebook as ac
from tests.packaging.conftest import ROOT, built

if TYPE_CHECKING:
    from pathlib import Path

LEFT_BEHIND = {"__pycache__", "artefacts", "node_modules"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DATA = {"py.typed", "forms/locale/sv/LC_MESSAGES/forms.mo", "sandbox/README.md"}
"""What of the package is no module."""


def files(folder: Path) -> set[str]:
    """Name the files of a folder as they are committed: without caches and hidden files."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {one.as_posix() for one in paths if not any(part in LEFT_BEHIND or part[0] == "." for part in one.parts)}


@pytest.fixture
def names(wheel: Path) -> set[str]:
    """The names of the files in the wheel."""
    return set(ZipFile(wheel).namelist())


def test_the_wheel_has_the_package_and_nothing_else(names: set[str]) -> None:
    """Modules, the mark of types, the Swedish catalogue, the sandbox's README, the licence; no test, no notebook."""
    about = f"ac_notebook-{ac.__version__}.dist-info"
    modules = {name for name in files(ROOT / "ac_notebook") if name.endswith(".py")}
    assert len(modules) > 400
    assert {name for name in names if not name.startswith(about)} == {f"ac_notebook/{name}" for name in modules | DATA}
    assert {name.removeprefix(f"{about}/") for name in names if name.startswith(about)} == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
    }


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    """Name, version, Python, licence, requirements, extras and the command are those of pyproject.toml."""
    with ZipFile(wheel) as archive:
        (about,) = {name.partition("/")[0] for name in archive.namelist() if ".dist-info/" in name}
        metadata = message_from_bytes(archive.read(f"{about}/METADATA"))
        commands = ConfigParser()
        commands.read_string(archive.read(f"{about}/entry_points.txt").decode())
        readme = archive.read(f"{about}/METADATA").decode().partition("\n\n")[2]
    assert wheel.name == f"ac_notebook-{ac.__version__}-py3-none-any.whl"
    assert metadata["Name"] == "ac-notebook"
    assert metadata["Version"] == ac.__version__ == PROJECT["version"]
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert metadata.get_all("Provides-Extra") == sorted(PROJECT["optional-dependencies"])
    needed = [one for one in map(Requirement, metadata.get_all("Requires-Dist", [])) if one.marker is None]
    assert {str(one) for one in needed} == {str(Requirement(one)) for one in PROJECT["dependencies"]}
    assert dict(commands["console_scripts"]) == PROJECT["scripts"]
    assert readme.strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()


def test_the_sdist_has_what_one_needs_to_run_the_tests(unpacked: Path) -> None:
    """Package, tests, notebooks and Binder's folder as they stand here, the Makefile, locks and texts; nothing else."""
    for folder in ("ac_notebook", "binder", "notebooks", "tests"):
        assert files(unpacked / folder) == files(ROOT / folder), folder
    assert {path.name for path in unpacked.iterdir()} == {
        ".ci",
        ".gitignore",
        ".pre-commit-hooks.yaml",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "Makefile",
        "PKG-INFO",
        "README.md",
        "ac_notebook",
        "binder",
        "conftest.py",
        "notebooks",
        "pyproject.toml",
        "requirements-oldest.lock",
        "requirements-test.lock",
        "requirements.lock",
        "tests",
    }


def test_the_sdist_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    """The wheel of the sdist is, byte for byte, that of the repository."""
    assert built(ROOT, "wheel", tmp_path).read_bytes() == wheel.read_bytes()
