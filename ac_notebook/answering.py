"""How a headless command ends: with an answer, and with a code that says what became of the rows.

The answer goes to the standard output, as text or with ``--json`` as JSON and nothing else; the log goes to the
standard error. Where nobody takes them, the command does its work all the same.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ActiveCampaignError, ConfigurationError, ExportInterrupted, GuardError
from ac_notebook.model import exit_codes
from ac_notebook.runs.event_log import logged
from ac_notebook.runs.tracebacks import unexpected
from ac_notebook.storage.lease import RunningError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    Answer = dict[str, Any]
    Command = Callable[[argparse.Namespace, Answer], tuple[int, str]]

CARRY_ON = "Run it again to carry on where it stopped."

log = logging.getLogger("ac_notebook")


def answered(command: Command, *, is_deed: bool = False) -> Callable[[argparse.Namespace], int]:
    """Return a command that logs, answers, and ends with a code.

    Parameters
    ----------
    command
        Fills in the answer, and returns its code and the answer as text.
    is_deed
        Whether it does something: then its code says what became of that, also where nobody takes the answer.
    """

    def ended(given: argparse.Namespace) -> int:
        answer: Answer = {}
        with logged():
            code, text = _tried(command, given, answer)
            with _undisturbed():
                answer = {"exit_code": code, **answer}
                unsaid = _say(json.dumps(answer, ensure_ascii=False, default=str) if given.json else text)
            return code if is_deed else code or unsaid

    return ended


def nowhere() -> None:
    """Have what is still to be written to the standard output go nowhere: there would only be another error."""
    if (out := sys.__stdout__) is not None and out is sys.stdout:
        with suppress(OSError, ValueError):
            sink = os.open(os.devnull, os.O_WRONLY)
            os.dup2(sink, out.fileno())
            os.close(sink)


def _tried(command: Command, given: argparse.Namespace, answer: Answer) -> tuple[int, str]:
    try:
        return command(given, answer)
    except (ExportInterrupted, RunningError) as error:
        return _failed(answer, error, exit_codes.INTERRUPTED)
    except KeyboardInterrupt:
        is_sure = "report" not in answer and not getattr(given, "due", False)
        msg = "Interrupted before anything was sent." if is_sure else "Interrupted."
        return _failed(answer, ExportInterrupted(msg, hint=CARRY_ON), exit_codes.INTERRUPTED)
    except ConfigurationError as error:
        return _failed(answer, error, exit_codes.CONFIGURATION)
    except ActiveCampaignError as error:
        return _failed(answer, error, exit_codes.FAILED)
    except Exception as error:  # noqa: BLE001 - its words, and a traceback, may quote a cell
        return _failed(answer, unexpected(error), exit_codes.FAILED)


def _failed(answer: Answer, error: ActiveCampaignError, code: int) -> tuple[int, str]:
    if isinstance(error, GuardError) and error.rails:
        error.hint = f"{error.hint} On the command line: {' '.join(f'--allow {rail}' for rail in error.rails)}"
    log.error("%s: %s", type(error).__name__, error)
    answer["error"] = {"type": type(error).__name__, "message": error.message, "hint": error.hint}
    return code, "" if error.report is None else repr(error.report)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Pass over what would interrupt: what a run did is told first, and the process ends then in any case."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:  # None: set by a program that embeds Python
                signal.signal(number, handler)


def _say(text: str) -> int:
    """Write the answer; return 0, or the code for one that could not be written."""
    if not text or sys.stdout is None:  # None: the standard output is closed
        return exit_codes.DONE
    with suppress(AttributeError, ValueError):  # whatever stands in for it
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:  # its reader had enough
        nowhere()
        return exit_codes.UNREAD
    except OSError as error:
        nowhere()
        log.error("The answer could not be written (%s).", error.strerror)  # noqa: TRY400 - no traceback: one line
        return exit_codes.FAILED
    return exit_codes.DONE
