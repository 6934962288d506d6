"""What Binder would make of this repository: repo2docker's Dockerfile, and its commands carried out in a folder.

Conda and Docker are not needed: the Python packages that the image has at first are installed under their other names,
and then everything is done that the Dockerfile does once the repository is copied, in its order, with its variables.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from tests.binder.base import REPO2DOCKER, ROOT, TOP, canonical, pins, python
from tests.packaging.conftest import built as packed

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 300.0  # seconds for whatever is started; most of it is fetching packages, the first time
UV = Path(sys.prefix) / "bin" / "uv"
LAUNCHED = {
    "BINDER_LAUNCH_HOST": "https://mybinder.org/",
    "BINDER_REPO_URL": "https://example.org/them/theirs",
    "BINDER_REF_URL": "https://example.org/them/theirs/tree/0000000",
}
"""What BinderHub sets where it starts an image (binderhub/binderspawner_mixin.py)."""

_VERSIONS = """
import importlib.metadata, json
print(json.dumps({one.metadata["Name"]: one.version for one in importlib.metadata.distributions()}))
"""


@dataclass(frozen=True, kw_only=True)
class Dockerfile:
    """What repo2docker makes of a folder.

    Parameters
    ----------
    text
        The Dockerfile.
    log
        What was said meanwhile.
    """

    text: str
    log: str

    @property
    def commands(self) -> list[str]:
        """What is run once the repository has been copied, in order."""
        _, copied, after = self.text.partition("src/ ${REPO_DIR}/\n")
        assert copied
        return re.findall(r"^RUN (.+)$", after, re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Image:
    """A folder with a copy of the repository, and the environment that was made for it.

    Parameters
    ----------
    repo
        The copy, which is the home of the image's user, too.
    prefix
        The environment.
    dockerfile
        What it was made by.
    before
        Versions that it had at first, by name.
    """

    repo: Path
    prefix: Path
    dockerfile: Dockerfile
    before: dict[str, str]

    @property
    def variables(self) -> dict[str, str]:
        """The variables that the Dockerfile sets and that matter here, and none of this machine's user."""
        kept = {name: value for name, value in os.environ.items() if name in ("TMPDIR", "LD_LIBRARY_PATH")}
        return kept | {
            "HOME": str(self.repo), "REPO_DIR": str(self.repo), "LANG": "C.UTF-8",
            "PATH": f"{self.prefix / 'bin'}:{os.defpath}",
            "NB_PYTHON_PREFIX": str(self.prefix), "KERNEL_PYTHON_PREFIX": str(self.prefix),
        }  # fmt: skip

    def run(self, *command: str) -> str:
        """Return what a command says in the image, as Binder starts it; one that fails fails the test."""
        return _said(command, cwd=self.repo, env=self.variables | LAUNCHED)

    def versions(self) -> dict[str, str]:
        """Return the versions of all that is installed, by name."""
        found = json.loads(self.run(str(self.prefix / "bin" / "python"), "-c", _VERSIONS))
        return {canonical(name): version for name, version in found.items()}

    @contextmanager
    def served(self, *, port: int) -> Iterator[str]:
        """Serve it as BinderHub does, and return where."""
        where = f"http://127.0.0.1:{port}/user/guest/"
        options = ["base_url=/user/guest/", "token=guest", "trust_xheaders=True"]
        command = ["jupyter-lab", "--ip=127.0.0.1", f"--port={port}", "--no-browser", "--allow-root"]
        command += ["--ServerApp.port_retries=0"]  # where somebody else has the port by now, it says so
        command += [f"--{kind}.{option}" for kind in ("NotebookApp", "ServerApp") for option in options]
        with (self.repo.parent / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [str(self.prefix / "bin" / command[0]), *command[1:]], cwd=self.repo, env=self.variables | LAUNCHED,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                _wait_for(f"{where}api", server, Path(log.name))
                yield where
            finally:
                server.terminate()
                try:
                    server.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    server.kill()
                    raise


def dockerfile(repo: Path) -> Dockerfile:
    """Return what repo2docker makes of a folder, told that its user is none but Binder's."""
    command = [str(REPO2DOCKER / "bin" / "jupyter-repo2docker"), "--no-build", "--debug"]
    done = subprocess.run(
        [*command, "--user-id=1000", "--user-name=jovyan", str(repo)], cwd=repo, check=False, timeout=PATIENCE,
        capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Dockerfile(text=done.stdout, log=done.stderr)


def copied(folder: Path) -> Path:
    """Return a folder with what a clone would have; by way of an sdist, since not everybody's copy is git's."""
    with tarfile.open(packed(ROOT, "sdist", folder / "sdist")) as archive:
        archive.extractall(folder / "copy", filter="data")
    (only,) = (folder / "copy").iterdir()
    return only


def built(folder: Path) -> Image:
    """Return the image of a clean copy in a folder: first what the base has, then what the Dockerfile does."""
    assert is_binders() or not os.environ.get("CI"), f"Binder's Python {python()} is not here, and CI is set."
    repo, prefix = copied(folder), folder / "env"
    _said((interpreter(), "-m", "venv", "--without-pip", str(prefix)), cwd=folder, env=dict(os.environ))
    base = folder / "base.txt"
    base.write_text("".join(f"{name}=={version}\n" for name, version in pins().items()), encoding="utf-8")
    _install(prefix, "-c", str(base), *TOP, cwd=folder)
    made = Image(repo=repo, prefix=prefix, dockerfile=dockerfile(repo), before={})
    made = Image(repo=repo, prefix=prefix, dockerfile=made.dockerfile, before=made.versions())
    pip = "${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir "
    for command in made.dockerfile.commands:
        if command.startswith(pip):
            _install(prefix, *shlex.split(command.removeprefix(pip)), cwd=repo)
        else:
            _said(("bash", "-c", command), cwd=repo, env=made.variables)
    return made


def interpreter() -> str:
    """Return a Python of the image's version, or ours where there is none that runs."""
    if python() == ".".join(map(str, sys.version_info[:2])):
        return sys.executable
    found = shutil.which(f"python{python()}")
    # pyenv has a command for each Python that it knows, and not each of them runs.
    if found is None or subprocess.run([found, "-c", "import venv"], check=False, capture_output=True).returncode:
        return sys.executable
    return found


def is_binders() -> bool:
    """Tell whether what the image is tried with is Binder's Python."""
    return interpreter() != sys.executable or python() == ".".join(map(str, sys.version_info[:2]))


def _install(prefix: Path, *given: str, cwd: Path) -> None:
    """Install into an environment as pip does there: by uv, which is quicker, or by our pip where uv cannot."""
    python, environment = str(prefix / "bin" / "python"), dict(os.environ)
    quick = [str(UV), "pip", "install", "--quiet", "--link-mode", "symlink", "--python", python, *given]
    try:
        _said(quick, cwd=cwd, env=environment)
    except (AssertionError, FileNotFoundError):
        plain = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
        _said([*plain, "install", "--quiet", "--retries", "2", *given], cwd=cwd, env=environment)


def _said(command: tuple[str, ...] | list[str], *, cwd: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=env, check=False, timeout=PATIENCE, capture_output=True, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f"{shlex.join(command)} ended with {done.returncode}:\n{done.stderr[-4_000:]}"
    return done.stdout


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers; one that has ended, or never does, fails the test."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=PATIENCE):  # noqa: S310 - http, on this machine
                return
        except URLError:
            with suppress(subprocess.TimeoutExpired):
                server.wait(0.1)
                break
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))
