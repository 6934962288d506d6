"""Runs Schemathesis over HTTP against a sandbox in a process of its own, and counts on both sides what came of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

import ac_notebook as ac
from ac_notebook.sandbox.quirks import Quirks
from tests.clients.harness import PYTHON
from tests.openapi.description import description, operations
from tests.sandbox import replay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.sandbox import ServedSandbox

PROGRAM = PYTHON.parent / "st"
"""Schemathesis, which is among what tests/clients/requirements.in names."""

# Five requests a second would take a quarter of an hour; at this speed, five in 10 microseconds would be too many, and
# a hundred imports in 0.6 ms. An import is done as soon as anybody asks, so its outcome is asked for too.
SPEED = 100_000.0
# Labelled as it is by default, Schemathesis does not read the answer to an import, and asks for no batch.
QUIRKS = Quirks(bulk_content_type="application/json")
SEED = 20_261
PATIENCE = 1_200.0  # seconds; the size of the suite takes some fifteen
_SETTINGS = """\
[phases.fuzzing]
generation = {{ max-examples = {} }}
[phases.stateful]
generation = {{ max-examples = {} }}
"""
BROKEN = 500  # answers from here on are those of a broken server
MISSING = "Schemathesis is missing; `make test` installs it."


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a run.

    Attributes
    ----------
    generated
        How many requests Schemathesis says it made.
    complaints
        What it found, and requests that it could not make; its own words.
    statuses
        How many answers of each status the sandbox remembers having given to it.
    succeeded
        Operations of which at least one request was carried out.
    unreadable
        Answers whose body is neither JSON nor empty, as method, address and status.
    called_back
        How often the end of an import was told.
    difference
        Why the ledger and the account do not agree, empty if they do.
    """

    generated: int
    complaints: list[str]
    statuses: Counter[int]
    succeeded: set[str]
    unreadable: list[str]
    called_back: int
    difference: str

    @property
    def requests(self) -> int:
        """How many requests the sandbox remembers."""
        return self.statuses.total()

    @property
    def broken(self) -> int:
        """How many answers were those of a broken server; 0 is none at all, as when a connection breaks."""
        return sum(number for status, number in self.statuses.items() if status >= BROKEN or status == 0)


def run(examples: int, scenarios: int, *, breaking: bool) -> Outcome:
    """Make requests of the description.

    Parameters
    ----------
    examples
        How many fuzzed requests to make per operation, beside those that go systematically through the description.
    scenarios
        How many chains of requests to make, each of which goes on with ids out of the answers before.
    breaking
        Whether to make as many requests again that break the description.
    """
    with (
        ac.sandbox.start(speed=SPEED, quirks=QUIRKS) as box,
        _listening() as told,
        tempfile.TemporaryDirectory(prefix="ac_notebook-openapi-") as folder,
    ):
        ids = _fill(box)
        before = len(box.requests())
        home = Path(folder)
        settings, mode = _SETTINGS.format(examples, scenarios), "all" if breaking else "positive"
        _run(box, home, description(told.url, ids), settings, mode)
        requests = box.requests().iloc[before:]
        entries = json.loads((home / "answers.json").read_bytes())["log"]["entries"]
        report = json.loads((home / "report.json").read_bytes())
        return Outcome(
            generated=int(report["test_cases"]["generated"]),
            complaints=[json.dumps(entry) for name in ("failures", "errors") for entry in report[name]],
            statuses=Counter(requests["status"].tolist()),
            succeeded=_succeeded(entries),
            unreadable=[_told_of(entry) for entry in entries if not _is_readable(entry["response"])],
            called_back=told.times,
            difference=_difference(box),
        )


def _fill(box: ServedSandbox) -> dict[str, list[str]]:
    """Put some people, tags and groups into an account, so that small ids are somebody's, and return the other ids."""
    contacts = [
        {
            "email": f"{letter}@example.{end}",
            "first_name": letter.upper(),
            "tags": [f"tag {number}" for number in range(number % 8 + 1)],
            "fields": [{"id": 2, "value": "Köln"}, {"id": 5, "value": "12.5"}, {"id": 7, "value": "Gold"}],
            "subscribe": [{"listid": 3 + number % 3}],
        }
        for number, (letter, end) in enumerate((a + b, end) for a in "abc" for b in "abcde" for end in ("com", "org"))
    ]
    with httpx.Client(base_url=f"{box.url}/api/3/", headers={"Api-Token": box.api_key}, timeout=30.0) as http:
        batch = http.post("import/bulk_import", json={"contacts": contacts}).json()["batchId"]
        for name in ("Support", "Marketing"):
            http.post("groups", json={"group": {"title": name}}).raise_for_status()
        until = time.monotonic() + 10.0
        while http.get("import/info", params={"batchId": batch}).json()["status"] != "completed":
            assert time.monotonic() < until
        ids = {  # of people whose own ids are too large to be among those that are deleted
            name: [row["id"] for row in http.get(name, params={"limit": 20, "offset": 60}).json()[name]]
            for name in ("contactTags", "fieldValues")
        }
    box.unsubscribe("out@example.com", 3)
    box.bounce("bounced@example.com")
    box.exclude("excluded@example.com")
    box.exclude("excluded.example.com", match="end", lists=[3])
    return {**ids, "batchId": [batch]}


def _run(box: ServedSandbox, home: Path, content: dict[str, Any], settings: str, mode: str) -> None:
    """Run Schemathesis, which leaves `report.json` and `answers.json` in the folder `home`."""
    (home / "openapi.json").write_text(json.dumps(content), encoding="utf-8")
    (home / "schemathesis.toml").write_text(settings, encoding="utf-8")
    command = [
        str(PROGRAM), "run", "openapi.json", "--url", box.url, "--header", f"Api-Token: {box.api_key}",
        "--checks", "not_a_server_error", "--phases", "examples,coverage,fuzzing,stateful",
        "--mode", mode, "--seed", str(SEED), "--generation-database", "none",
        "--no-shrink", "--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off", "--no-color",
        "--report", "har,json", "--report-har-path", "answers.json", "--report-json-path", "report.json",
        "--output-truncate", "false",
    ]  # fmt: skip
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", env=environment, cwd=home, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            said, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    # 1 says that something was found, which the report has too; anything else that there is no report
    assert process.returncode in (0, 1), said


def _is_readable(response: dict[str, Any]) -> bool:
    """Tell whether an answer's body is JSON or empty; also that of an import, which is labelled otherwise."""
    text = response["content"].get("text") or ""
    try:
        return text == "" or json.loads(text) is not Ellipsis
    except ValueError:
        return False


def _told_of(entry: dict[str, Any]) -> str:
    return f"{entry['request']['method']} {entry['request']['url']}: {entry['response']['status']}"


def _succeeded(entries: list[dict[str, Any]]) -> set[str]:
    """Return the names of the operations that were carried out; the more particular path is the one that is meant."""
    known = {(one.method, tuple(one.template.split("/"))): one.name for one in operations()}
    found = set()
    for entry in entries:
        if entry["response"]["status"] in (200, 201):
            method, path = entry["request"]["method"], httpx.URL(entry["request"]["url"]).path.rstrip("/")
            parts = path.split("/")
            plain = (method, tuple(parts))
            general = (method, tuple("{number}" if place == 4 else part for place, part in enumerate(parts)))
            deep = (method, tuple("{number}" if place == 5 else part for place, part in enumerate(parts)))
            found.add(next(known[one] for one in (plain, deep, general) if one in known))
    return found


def _difference(box: ServedSandbox) -> str:
    """Return what is wrong with the account when its ledger is replayed."""
    try:
        replay.check(box)
    except AssertionError as error:
        return str(error) or "they differ"
    return ""


@contextmanager
def _listening() -> Iterator[_Told]:
    """Listen on this machine for callbacks."""
    told = _Told()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told.times += 1
            self.send_response(204)
            self.end_headers()

        do_GET = do_POST = answer  # noqa: N815 - names of http.server

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        told.url = f"http://127.0.0.1:{server.server_port}/told"
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


@dataclass
class _Told:
    """Where callbacks are to go, and how many came."""

    url: str = ""
    times: int = 0
