"""The command line: what it prints, how it ends, and that a sandbox it runs can be used by others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import httpx
import pytest

import ac_notebook as ac
from ac_notebook import cli
from ac_notebook.model import exit_codes
from ac_notebook.sandbox import sample_customers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.sandbox import Sandbox

KEY = "sandbox-CANARY-of-the-command-line-42"
PATIENCE = 30.0
COMMAND = [sys.executable, "-m", "ac_notebook"]


@contextmanager
def sandbox_process(*options: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """Run ``ac-notebook sandbox`` with the key in the environment; nothing of it is left afterwards."""
    environment = {**os.environ, cli.SANDBOX_KEY: KEY}
    with subprocess.Popen(
        [*COMMAND, "sandbox", *options], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout
        finally:
            process.kill()


def test_the_demonstration_ends_well_and_says_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """``ac-notebook demo`` ends with 0, is headed SANDBOX, and prints counts that agree."""
    assert cli.main(["demo", "--rows", "300", "--seed", "7"]) == 0
    said = capsys.readouterr().out
    counts = ac.validate(sample_customers(n=300, seed=7), ac.suggest_mapping(sample_customers(n=300, seed=7))).counts
    assert "SANDBOX" in said
    assert "The numbers agree." in said
    assert "DO NOT AGREE" not in said
    sent = int(counts["not_sent"])
    assert f"{sent:,} contacts are on the list; the report says {sent:,} imported." in said
    assert "The outcomes add up to 300; the frame has 300 rows." in said
    assert f"0 import requests; {sent:,} rows unchanged." in said


def test_the_demonstration_can_be_looked_at_in_a_browser() -> None:
    """``demo --look`` keeps the sandbox until Enter, with a page that shows the people who arrived."""
    with subprocess.Popen(
        [*COMMAND, "demo", "--rows", "40", "--look"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "in a browser: " in line)
        page = httpx.get(line.split("in a browser: ")[1].strip(), trust_env=False)
        assert page.status_code == 200
        assert "SANDBOX" in page.text
        assert "Newsletter" in page.text
        assert "@example." in page.text
        process.communicate("\n", timeout=PATIENCE)
    assert process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_export_that_is_told_to_end_stops_softly(number: signal.Signals) -> None:
    """A scheduler's end and a closed terminal stop an export as Ctrl-C does: softly, and with code 75."""
    with subprocess.Popen(
        [*COMMAND, "demo", "--rows", "10000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert any(line.startswith("First run of this export") for line in process.stdout)
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == exit_codes.INTERRUPTED
    assert "Stopping after the requests in flight" in out
    assert "The export was stopped." in err
    assert "carry on where it stopped" in err
    assert "Traceback" not in err


def test_the_demonstration_as_a_process_keeps_nothing(tmp_path: Path) -> None:
    """``python -m ac_notebook demo`` ends with 0 and leaves no file in the user's folders."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AC_", "XDG_"))}
    environment |= {"HOME": str(tmp_path / "user"), "TMPDIR": str(tmp_path / "temporary")}
    for folder in ("user", "temporary"):
        (tmp_path / folder).mkdir()
    done = subprocess.run(
        [*COMMAND, "demo", "--rows", "120"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "The numbers agree." in done.stdout
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("rows", ["0", "-5"])
def test_an_impossible_number_of_rows_is_a_configuration_error(rows: str, capsys: pytest.CaptureFixture[str]) -> None:
    """``--rows 0`` ends with 2 and a sentence, and starts nothing."""
    assert cli.main(["demo", f"--rows={rows}"]) == 2
    said = capsys.readouterr()
    assert "--rows takes a number" in said.err
    assert rows in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "arguments",
    [[], ["demo", "--rows", "many"], ["nothing"], ["sandbox", "--speed", "fast"], ["demo", "--key", "x"]],
    ids=lambda arguments: " ".join(arguments) or "none",
)
def test_arguments_that_are_none_end_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A missing or unknown command, a word for a number and an unknown option end with 2 and the usage."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: ac-notebook" in capsys.readouterr().err


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf"])
def test_an_impossible_speed_is_a_configuration_error(speed: str, capsys: pytest.CaptureFixture[str]) -> None:
    """``--speed`` takes a finite number above zero."""
    assert cli.main(["sandbox", f"--speed={speed}"]) == 2
    assert "--speed takes a number" in capsys.readouterr().err


def test_connections_are_listed(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a saved connection that is said; with one, its name and host are there and its key is not."""
    assert cli.main(["connections"]) == 0
    assert "No connection is saved yet." in capsys.readouterr().out
    box.connection.replace(name="Spring").save()
    assert cli.main(["connections"]) == 0
    said = capsys.readouterr().out
    assert "Spring" in said
    assert "127.0.0.1" in said
    assert "sandbox" in said
    assert box.api_key not in said


def test_a_sandbox_of_another_process_can_be_used(home: Path) -> None:
    """It can be connected to by name from here, takes an export, and takes its saved connection along at its end."""
    with sandbox_process("--speed", "60", "--name", "demo") as (process, output):
        first = output.readline()
        assert first.startswith("SANDBOX at http://127.0.0.1:")
        connection = ac.connect("demo")
        assert connection.is_sandbox
        assert connection.host in first
        report = ac.export(
            sample_customers(n=100, seed=1), connection="demo", list="Newsletter", mapping={"email": "E-mail"}
        )
        assert report.counts["imported"] > 80
        assert report.counts.sum() == 100
        assert ac.describe(connection).lists.set_index("name")["subscribers"]["Newsletter"] == report.counts["imported"]
        command = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        process.send_signal(signal.SIGTERM)
        rest = output.read()
        assert process.wait(PATIENCE) == 0
    assert "demo" in rest
    assert KEY not in first + rest
    assert b"sandbox" in command
    assert KEY.encode() not in command
    assert ac.connections().empty
    assert [path.name for path in home.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()] == []
    with pytest.raises(ac.errors.ConnectionNotFoundError):
        ac.connect("demo")


def test_accounts_and_everything_else_survive_in_a_file(tmp_path: Path) -> None:
    """``--data`` and ``--account``: each account has a connection while it runs, and is there again the next time."""
    options = ("--speed", "60", "--name", "first", "--data", str(tmp_path / "box.db"))
    people = sample_customers(n=40, seed=1)
    with sandbox_process(*options, "--account", "Second", "--contact-limit", "30") as (process, output):
        said = [output.readline() for _ in range(4)]
        assert set(ac.connections()["name"]) == {"first", "Second"}
        report = ac.export(people, connection="Second", list="VIP", mapping={"email": "E-mail"}, allow="contact-limit")
        assert report.counts["imported"] == 30
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert ac.connections().empty
    assert said[1:3] == ['In Python: conn = ac.connect("first")\n', 'In Python: conn = ac.connect("Second")\n']
    with sandbox_process(*options) as (process, output):
        while "In a browser" not in output.readline():
            pass
        assert set(ac.connections()["name"]) == {"first", "Second"}
        again = ac.export(people, connection="Second", list="VIP", mapping={"email": "E-mail"})
        assert again.counts["unchanged"] == 30
        with sandbox_process(*options[2:]) as (other, refused):
            assert other.wait(PATIENCE) == 2
            assert "in use by another sandbox" in refused.read()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_the_page_is_printed_with_its_token(home: Path) -> None:
    """The address that is printed opens the page in clear, headed SANDBOX, and stops with the sandbox."""
    with sandbox_process("--quirk", "import_success=ALL", "--quirk", "rate_limit_headers=true") as (process, output):
        address = ""
        while "/?token=" not in address:
            address = output.readline()
        page = httpx.get(address.rpartition(" ")[2].strip(), trust_env=False)
        assert "<h1>SANDBOX</h1>" in page.text
        assert "are masked" not in page.text
        assert "rate_limit_headers=True, import_success=&#x27;all&#x27;" in page.text
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--quirk", "import_sucess=all"], "Did you mean 'import_success'?"),
        (["--quirk", "import_success=none"], "takes created, all, not 'none'"),
        (["--quirk", "import_success"], "takes created, all, not ''"),
        (["--contact-limit", "-1"], "--contact-limit takes a number"),
        (["--account", "sandbox"], "No further account can be called 'sandbox'"),
        (["--account", " "], "No further account can be called ' '"),
        (["--account", "\udcff"], "cannot be the name of an account"),
        (["--name", "a\nb"], "cannot be the name of an account"),
        (["--data", "/nowhere/at/all.db"], "cannot be opened: No such file"),
        (["--data", __file__], "damaged, or is none of a sandbox's"),
    ],
)
def test_settings_that_will_not_do_are_configuration_errors(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """They end the command with 2 and a sentence, nothing is saved, and a file of another kind is left alone."""
    before = Path(__file__).read_bytes()
    assert cli.main(["sandbox", *options]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""
    assert ac.connections().empty
    assert Path(__file__).read_bytes() == before


def test_another_accounts_connection_is_not_taken(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """An account cannot be given the name of a saved connection to the real service."""
    box.connection.replace(name="Real", host="acme.api-us1.com", is_sandbox=False).save()
    assert cli.main(["sandbox", "--account", "Real"]) == 2
    assert "Another connection is called 'Real'" in capsys.readouterr().err
    assert list(ac.connections()["name"]) == ["Real"]


def test_a_taken_port_is_said_in_a_sentence(box: Sandbox) -> None:
    """A port that somebody else has ends the command with a code of its own and no traceback."""
    with ac.sandbox.start() as other:
        port = other.host.rpartition(":")[2]
        with sandbox_process("--port", port) as (process, output):
            said = output.read()
            assert process.wait(PATIENCE) in (1, 2)
    assert port in said
    assert "Traceback" not in said


def test_what_a_script_puts_in_the_background_can_be_ended() -> None:
    """Where Ctrl-C is ignored, as in a background job, SIGTERM ends a command nevertheless."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(KeyboardInterrupt), cli._ended_softly():
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("command", [["--help"], ["run", "--help"], ["audit", "--help"]])
def test_the_help_says_every_exit_code(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What the commands end with is told where somebody who calls them looks first, from the one table."""
    with pytest.raises(SystemExit):
        cli.main(command)
    said = " ".join(capsys.readouterr().out.split())
    for code, means in ac.exit_codes()["means"].items():
        assert f" {code} {means}" in said
