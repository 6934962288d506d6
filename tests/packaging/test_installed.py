"""The wheel, installed where nothing else is: outside of this repository, and without any extra."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import ac_notebook as ac
from tests.packaging.conftest import ROOT

NEWCOMER = Path(__file__).with_name("newcomer.py")


@pytest.fixture
def around(tmp_path: Path) -> dict[str, str]:
    """What a process knows that knows nothing of this one: no path to the repository."""
    return {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "AC_NOTEBOOK_HOME": str(tmp_path / "ac")}


def answer(*command: str | Path, around: dict[str, str]) -> str:
    """Run a command in an empty folder and return what it prints."""
    ended = subprocess.run(
        [str(part) for part in command], cwd=around["HOME"], env=around, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_command_is_there(installed: Path, around: dict[str, str]) -> None:
    """``ac-notebook --version`` says the version, and ``ac-notebook demo`` ends well."""
    assert answer(installed / "ac-notebook", "--version", around=around) == f"ac-notebook {ac.__version__}\n"
    assert "The numbers agree." in answer(installed / "ac-notebook", "demo", "--rows", "200", around=around)


def test_the_first_steps_can_be_taken(installed: Path, around: dict[str, str]) -> None:
    """Import, sandbox, suggestion, export, a form in Swedish and the magic work, from the environment's own files."""
    said = json.loads(answer(installed / "python", "-I", NEWCOMER, around=around).splitlines()[-1])
    assert Path(said["from"]).is_relative_to(installed.parent)
    assert [path for path in said["path"] if Path(path).is_relative_to(ROOT)] == []
    assert said["rows"] == 60
    assert said["there"] == said["imported"] > 30
    assert said["button"] == "Spara"
    assert said["magic"]
