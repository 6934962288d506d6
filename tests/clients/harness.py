"""Runs a script with somebody else's client against a sandbox, and looks at what became of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ac_notebook as ac

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.sandbox import ServedSandbox

SCRIPTS = Path(__file__).parent / "scripts"
# `make test` puts them beside what this interpreter has, so that their dependencies do not meet ours.
PYTHON = Path(sys.prefix) / "clients-python" / "bin" / "python"
NODE_MODULES = Path(sys.prefix) / "clients-node" / "node_modules"
PATIENCE = 60.0  # seconds for a script; they take some two

# 600 times the service's 5 requests a second: these clients call one after the other, as quickly as they are answered,
# and most of them do not come back after a 429. At 60 times, five answers in 17 ms would be one too many.
SPEED = 600.0


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a client was told, by scenario, and the account that it talked to."""

    box: ServedSandbox
    told: dict[str, Any]

    def __getitem__(self, scenario: str) -> dict[str, Any]:
        """Return what a scenario read; one that raised fails the test with the client's own words."""
        told: dict[str, Any] = self.told[scenario]
        if "raised" in told:
            requests = self.box.requests()
            refused = requests[requests["status"] >= 400][["method", "path", "status"]].to_string(index=False)
            pytest.fail(f"{scenario!r} ended with an error in the client:\n{told['raised']}\nRefused were:\n{refused}")
        return told

    def person(self, email: str) -> dict[str, Any]:
        """Return the contact of that address as the account has it."""
        contacts = self.box.contacts()
        (row,) = contacts[contacts["email"] == email].to_dict("records")
        return {str(name): value for name, value in row.items()}

    def knows(self, email: str) -> bool:
        """Tell whether the account has a contact of that address."""
        return email in set(self.box.contacts()["email"])

    def lists(self, email: str) -> dict[int, int]:
        """Return the lists that the contact is or was on, with the status on each."""
        rows = self.box.memberships()
        rows = rows[rows["contact"] == self.person(email)["id"]]
        return {int(row["list"]): int(row["status"]) for row in rows.to_dict("records")}

    def tags(self, email: str) -> set[str]:
        """Return the names of the contact's tags."""
        rows = self.box.contact_tags()
        return set(rows[rows["contact"] == self.person(email)["id"]]["tag"])


@contextmanager
def session(script: str, home: Path, *, speed: float = SPEED) -> Iterator[Session]:
    """Start a sandbox, run all scenarios of a script against it, and stop it when all was looked at."""
    with ac.sandbox.start(speed=speed) as box:
        yield Session(box=box, told=run(script, box, home))


def run(script: str, box: ServedSandbox, home: Path, *arguments: str, key: str | None = None) -> dict[str, Any]:
    """Run a script in an interpreter of its own, and return the JSON that it prints.

    Parameters
    ----------
    script
        Its file in `scripts`, for Python or Node.
    box
        The sandbox that it is to talk to.
    home
        A folder to take for its home: neither it nor its client finds anything of this machine's user.
    arguments
        What the script is told besides.
    key
        The key that it uses, None for the right one.
    """
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "NODE_PATH": str(NODE_MODULES),
        "ACTIVECAMPAIGN_URL": box.url,
        "ACTIVECAMPAIGN_API_KEY": box.api_key if key is None else key,
    }
    with subprocess.Popen(
        [*_interpreter(script), str(SCRIPTS / script), *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, encoding="utf-8", env=environment, cwd=home, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            said, complaints = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            pytest.fail(f"{script} did not end in {PATIENCE:g} seconds.")
    assert process.returncode == 0, f"{script} ended with {process.returncode}:\n{complaints}"
    told: dict[str, Any] = json.loads(said)
    return told


def _interpreter(script: str) -> list[str]:
    """Return the command for a script."""
    command, needed = ([str(PYTHON), "-I"], PYTHON) if script.endswith(".py") else (["node"], NODE_MODULES)
    need(needed)
    return command


def need(needed: Path) -> None:
    """Skip the test where there is no such client; in continuous integration it fails."""
    if not needed.exists():
        reason = f"{needed} is missing; `make test` installs it."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
