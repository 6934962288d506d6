"""What holds for the code as a whole: who imports whom, how long things are, what no file may name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "ac_notebook").rglob("*.py"))

MODULE_LINES = 320
FUNCTION_LINES = 60  # without its docstring, which may be as long as its examples need

# Registries, and brands of writing tools; in halves, so that this file does not hold them itself.
NOT_TO_BE_NAMED = [
    first + second
    for first, second in (
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("registry.", "npmjs"),
        ("registry.", "yarnpkg"),
        ("deb.", "debian.org"),
        ("conda.", "anaconda.org"),
        ("anth", "ropic"),
        ("chat", "gpt"),
        ("clau", "de"),
        ("co", "pilot"),
        ("open", "ai"),
    )
]
LOCK_FILES = sorted(ROOT.glob("requirements*.lock"))
NOT_OURS = {"__pycache__", "artefacts", "build", "dist", "node_modules", "venv"}
HIDDEN_OURS = {".ci", ".github", ".gitignore"}


def relative(path: Path) -> str:
    """Return the path as seen from the project's folder."""
    return path.relative_to(ROOT).as_posix()


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Yield the project's files, without what tools leave behind."""
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or (path.name.startswith(".") and path.name not in HIDDEN_OURS):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines, without its docstring."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return length
    docstring = function.body[0]
    return length - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def test_imports_go_downward_only() -> None:
    """Each floor of the package imports only floors below it, and each library has one door."""
    # In a process of its own: it sets up logging for the whole process, and switches off loggers that exist.
    call = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    linted = subprocess.run([sys.executable, "-c", call], cwd=ROOT, capture_output=True, text=True, check=False)

    assert linted.returncode == 0, f"The rules of import in pyproject.toml do not hold:\n{linted.stdout}"
    assert "0 broken" in linted.stdout


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_modules_and_functions_are_short(module: Path) -> None:
    """A module can be read in one go, and a function can be seen at once."""
    text = module.read_text(encoding="utf-8")
    nodes = ast.walk(ast.parse(text))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = ", ".join(f"{it.name} ({lines_of(it)} lines)" for it in functions if lines_of(it) > FUNCTION_LINES)
    length = len(text.splitlines())

    assert length <= MODULE_LINES, f"{relative(module)} has {length} lines, over {MODULE_LINES}: make two of it."
    assert not long, f"{relative(module)} has functions over {FUNCTION_LINES} lines, make several of each: {long}."


def test_no_file_names_a_registry_or_a_brand_of_tool() -> None:
    """Packages come from where the user's own settings say, and what wrote a line is no part of it."""
    found = [
        f"{relative(path)} names {name}"
        for path in files()
        for name in NOT_TO_BE_NAMED
        if name.encode() in path.read_bytes().lower()
    ]

    assert found == []


@pytest.mark.parametrize("lock", LOCK_FILES, ids=relative)
def test_lock_files_hold_versions_and_hashes_only(lock: Path) -> None:
    """A lock file names versions and hashes, never an address or a folder."""
    text = lock.read_text(encoding="utf-8")
    pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert "://" not in text
    assert "file:" not in text
    assert len(pinned) > 100
    assert [line for line in pinned if "==" not in line] == []


def test_both_lock_files_agree() -> None:
    """What a user runs is what the tests ran: the lock file of the tests has all pins of the other.

    On which systems something is needed may differ: the tests need some of it everywhere.
    """
    pins = {
        lock.name: {
            line.partition(";")[0].rstrip(" \\")
            for line in lock.read_text(encoding="utf-8").splitlines()
            if "==" in line.partition(";")[0]
        }
        for lock in LOCK_FILES
    }

    assert pins["requirements.lock"] <= pins["requirements-test.lock"]


def test_the_oldest_versions_are_the_first_that_are_allowed() -> None:
    """What pyproject.toml allows was run: requirements-oldest.lock has of each requirement its lowest version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    text = (ROOT / "requirements-oldest.lock").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE))
    newer = []
    for line in (*project["dependencies"], *extras["phone"], *extras["sql"], *extras["suite"]):
        requirement = Requirement(line)
        [lowest] = [Version(one.version) for one in requirement.specifier if one.operator == ">="]
        pin = pins.get(canonicalize_name(requirement.name), "0")
        if Version(pin).release[: len(lowest.release)] != lowest.release:  # 2.2.0 is the first 2.2
            newer.append(f"{line}, but {pin}")

    assert newer == [], "Run make lock."
