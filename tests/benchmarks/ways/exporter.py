"""The ways of exporting, and a process in which one of them exports."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.ways import hand_written
from tests.clients.harness import PYTHON, SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.benchmarks.ways.people import People

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way of exporting.

    Parameters
    ----------
    name
        What it is called.
    script
        Its file.
    python
        The interpreter that runs it.
    bulk
        Whether it sends many contacts in a request.
    """

    name: str
    script: Path
    python: Path = Path(sys.executable)
    bulk: bool = True

    def given(self, people: People, folder: Path) -> str:
        """Return what its `read` reads: the number of rows, or a CSV file where there is no pandas."""
        if self.python != PYTHON:
            return str(people.rows)
        path = folder / "customers.csv"
        chosen = hand_written.choose(people.frame)
        names = ("email", "firstName", "lastName", "phone", *hand_written.FIELDS)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows(chosen.fillna("").itertuples(index=False))
        return str(path)


OURS = Way(name="ours", script=_HERE / "ours.py")
LOOP = Way(name="hand-written loop", script=_HERE / "hand_written.py")
SINGLE = Way(name="one by one", script=_HERE / "one_by_one.py", bulk=False)
CLIENT = Way(
    name="activecampaign-python", script=SCRIPTS / "export_with_activecampaign_python.py", python=PYTHON, bulk=False
)


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """A process that exports in one of the ways, as often as it is asked to."""

    way: Way
    process: subprocess.Popen[str]

    def run(self, given: str, environment: Mapping[str, str]) -> dict[str, Any]:
        """Have it export, and return what it said and took; nothing where it was killed meanwhile.

        Parameters
        ----------
        given
            What its `read` reads.
        environment
            Variables that name the account.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"environment": dict(environment), "given": given}) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        told: dict[str, Any] = json.loads(said) if said else {}
        return told


@contextmanager
def exporter(way: Way) -> Iterator[Exporter]:
    """Start the process of a way, and end it."""
    alone = ["-I"] if way.python == PYTHON else []
    with subprocess.Popen(
        [str(way.python), *alone, str(_HERE / "measured.py"), str(way.script)],
        env={**os.environ, "PYTHONPATH": str(_ROOT)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield Exporter(way=way, process=process)
        finally:
            process.kill()
