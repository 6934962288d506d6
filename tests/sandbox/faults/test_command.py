"""Faults from the command line: ``ac-notebook sandbox --fault …``."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

import ac_notebook as ac
from ac_notebook import cli


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--fault", "import:3:drop"], "there is no fault of the kind 'drop'"),
        (["--fault", "imprt:3:cut"], "did you mean 'import'?"),
        (["--fault", "nonsense"], "write on:nth:kind"),
        (["--fault", "any:1:cut", "--fault", "any:1:cut:at=x"], "at is a whole number"),
        (["--random-faults", "1.5"], "share is a number from 0 to 1"),
        (["--random-faults", "nan"], "share is a number"),
        (["--seed", "7"], "--random-faults"),
    ],
    ids=lambda it: " ".join(it) if isinstance(it, list) else "",
)
def test_a_fault_that_is_none_is_a_configuration_error(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends with 2 and a sentence, and serves nothing."""
    assert cli.main(["sandbox", *options]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.err.count("\n") <= 2
    assert told.out == ""


def test_a_sandbox_with_faults_of_another_process() -> None:
    """What was asked for on the command line happens, each at its request, and then no more."""
    options = ["--fault", "any:2:status:status=402", "--fault", "lists:3:login_page", "--random-faults=0", "--seed=7"]
    with subprocess.Popen(
        [sys.executable, "-m", "ac_notebook", "sandbox", "--speed", "600", *options],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            while "ac.connect" not in process.stdout.readline():
                assert process.poll() is None
            with ac.connect("sandbox").client() as client:
                statuses = [client.ask("lists").status, client.ask("users/me").status]
                answers = [client.ask("lists") for _ in range(3)]
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.read()
            assert process.wait(30) == 0
    assert statuses == [200, 402]
    assert [answer.meaning for answer in answers] == ["ok", "foreign", "ok"]
