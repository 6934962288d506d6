"""How a headless command ends: its code, and its answer, whoever takes it."""

from __future__ import annotations

import argparse
import io
import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from ac_notebook.answering import answered
from ac_notebook.errors import GuardError
from ac_notebook.storage.lease import RunningError

if TYPE_CHECKING:
    from ac_notebook.answering import Answer

GIVEN = argparse.Namespace(json=True)


def done(_: argparse.Namespace, answer: Answer) -> tuple[int, str]:
    """Do something, and not quite all."""
    answer["done"] = "x" * 100
    return 3, "done"


def looked(_: argparse.Namespace, answer: Answer) -> tuple[int, str]:
    """Look something up."""
    answer["found"] = 1
    return 0, "found"


def test_another_run_of_the_export_is_a_reason_to_try_again(capsys: pytest.CaptureFixture[str]) -> None:
    """Who comes second ends with 75, as one who was interrupted: nothing is wrong, and later it goes."""

    def second(*_: Any) -> tuple[int, str]:
        raise RunningError("This export is running already.", hint="Wait for it.")

    assert answered(second, is_deed=True)(GIVEN) == 75
    assert json.loads(capsys.readouterr().out)["error"]["type"] == "RunningError"


@pytest.mark.parametrize(("report", "said"), [(None, "Interrupted before anything was sent."), ({}, "Interrupted.")])
def test_nothing_was_sent_is_said_only_where_it_is_sure(
    report: dict[str, Any] | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """An interrupt after a run is not said to have come before it."""

    def interrupted(_: argparse.Namespace, answer: Answer) -> tuple[int, str]:
        if report is not None:
            answer["report"] = report
        raise KeyboardInterrupt

    assert answered(interrupted, is_deed=True)(GIVEN) == 75
    assert json.loads(capsys.readouterr().out)["error"]["message"] == said


def test_a_bug_is_told_by_its_place_in_this_package(capsys: pytest.CaptureFixture[str]) -> None:
    """Of an error that nobody expected its type and our line are told, not its words, which may quote a cell."""

    def broken(*_: Any) -> tuple[int, str]:
        raise ZeroDivisionError("canary@example.org")

    assert answered(broken, is_deed=True)(GIVEN) == 1
    said = capsys.readouterr()
    assert "ZeroDivisionError at answering.py:" in json.loads(said.out)["error"]["message"]
    assert "canary" not in said.out + said.err


def test_a_guard_rail_says_how_a_command_passes_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Who reads a log of cron is told what to write there, not only what to write in a notebook."""

    def guarded(*_: Any) -> tuple[int, str]:
        raise GuardError("A guard rail stops this run.", hint="Nothing was sent.", rails=["row-count", "list"])

    assert answered(guarded, is_deed=True)(GIVEN) == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["hint"].endswith("On the command line: --allow row-count --allow list")
    assert "--allow row-count" in said.err


class Out(io.StringIO):
    """A standard output where something happens at the first write."""

    def __init__(self, happening: OSError | signal.Signals) -> None:
        super().__init__()
        self._happening = happening

    def write(self, text: str) -> int:
        """Write, or fail to."""
        if isinstance(self._happening, OSError):
            raise self._happening
        signal.raise_signal(self._happening)
        return super().write(text)


@pytest.mark.parametrize(
    ("out", "of_what_is_looked_up"),
    [(None, 0), (Out(BrokenPipeError()), 141), (Out(OSError(28, "No space left on device")), 1)],
    ids=["closed", "unread", "full"],
)
def test_what_was_done_counts_where_nobody_takes_the_answer(
    out: Out | None, of_what_is_looked_up: int, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """A run that nobody listens to ends as it ended; what is only looked up has failed when it cannot be told."""
    monkeypatch.setattr("sys.stdout", out)
    assert answered(done, is_deed=True)(GIVEN) == 3
    assert answered(looked)(GIVEN) == of_what_is_looked_up


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_answer_is_not_broken_off(number: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks the process to end while the answer is written finds it whole, and is listened to again afterwards."""
    out, before = Out(number), signal.getsignal(number)
    monkeypatch.setattr("sys.stdout", out)
    assert answered(done, is_deed=True)(GIVEN) == 3
    assert json.loads(out.getvalue())["exit_code"] == 3
    assert signal.getsignal(number) is before
