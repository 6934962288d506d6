"""What the package is handed on as: wheel, sdist, and an environment with nothing but the wheel and what it needs."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

collect_ignore = ["newcomer.py"]  # for the Python of another environment; looking for examples would run it


def built(source: Path, kind: str, folder: Path) -> Path:
    """Build a ``wheel`` or an ``sdist`` of a folder, with the hatchling of this environment."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(folder)]
    made = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    (file,) = folder.iterdir()
    return file


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist."""
    return built(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the sdist unpacks to."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / sdist.name.removesuffix(".tar.gz")


@pytest.fixture(scope="session")
def wheel(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made of the sdist, as who publishes makes it."""
    return built(unpacked, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` folder of an environment that was empty before the wheel was installed, without any extra.

    What it asks for comes in the versions of ``requirements.lock``, which are in uv's cache since ``make`` installed
    them from there. Without uv or its cache pip fetches them, which takes minutes.
    """
    folder = tmp_path_factory.mktemp("installed")
    pinned = folder / "pinned.txt"
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned.write_text("\n".join(re.findall(r"^[\w.-]+==[^\\\n]+", lock, re.MULTILINE)), encoding="utf-8")
    home = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = str(home / "bin" / "python")
    what = ["--constraint", str(pinned), str(wheel)]
    ways = (
        ["uv", "pip", "install", "--offline", "--link-mode", "symlink", "--python", python, *what],
        ["pip", "--disable-pip-version-check", "--python", python, "install", "--retries", "2", *what],
    )
    said = []
    for way in ways:
        done = subprocess.run([sys.executable, "-m", *way], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return home / "bin"
        said.append(done.stderr[-2000:])
    pytest.fail("The wheel could not be installed:\n" + "\n".join(said))
