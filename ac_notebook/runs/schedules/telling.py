"""Telling somebody that a scheduled export keeps failing, once, and that it has recovered, once."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ac_notebook.errors import ConfigurationError, quoted
from ac_notebook.runs.progress import log

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_KEYS = ("AC_NOTEBOOK_KEY", "ACTIVECAMPAIGN_")
"""How the names of variables begin that may hold a key: none of them is handed on."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is told. Nothing of a person, and no key.

    Parameters
    ----------
    event
        ``"failed"`` or ``"recovered"``.
    export
        The export's name.
    kind
        Of which kind the last failure was; "" after a recovery.
    due
        The moment for which it was run, in UTC.
    failures
        How many runs had failed in a row.
    is_paused
        Whether it is paused now.
    """

    event: Literal["failed", "recovered"]
    export: str
    kind: str
    due: datetime
    failures: int
    is_paused: bool

    @property
    def variables(self) -> dict[str, str]:
        """The same as environment variables."""
        return {
            "AC_NOTEBOOK_EVENT": self.event,
            "AC_NOTEBOOK_EXPORT": self.export,
            "AC_NOTEBOOK_KIND": self.kind,
            "AC_NOTEBOOK_DUE": self.due.isoformat(),
            "AC_NOTEBOOK_FAILURES": str(self.failures),
            "AC_NOTEBOOK_PAUSED": "yes" if self.is_paused else "no",
        }


@dataclass(frozen=True, kw_only=True)
class Command:
    """What is run to tell somebody.

    Parameters
    ----------
    words
        A program and its arguments, run without a shell; none if empty.
    withheld
        Names of variables that hold keys, besides those that are known by how they begin.
    patience
        Seconds that it may take.
    """

    words: tuple[str, ...] = ()
    withheld: frozenset[str] = frozenset()
    patience: float = 60.0


def checked_command(given: object) -> tuple[str, ...]:
    """Return a command and its arguments, the program with its whole path: cron's own is short.

    Parameters
    ----------
    given
        A command line, or a program and its arguments; None for none.

    Raises
    ------
    ConfigurationError
        When there is no such program.
    """
    if given is None:
        return ()
    try:
        words = shlex.split(given) if isinstance(given, str) else list(given) if isinstance(given, list | tuple) else []
    except ValueError:
        msg = "on_failure= is a command line, and a quote in this one is not closed."
        raise ConfigurationError(msg, hint="Nothing was scheduled.") from None
    if not words or not all(isinstance(word, str) and "\0" not in word for word in words):
        msg = "on_failure= is a command line, or a list of a program and its arguments."
        if callable(given):
            msg = "on_failure= is a command, not a function, which would be gone with this kernel."
        raise ConfigurationError(msg, hint='Write on_failure="/usr/local/bin/tell-me". Nothing was scheduled.')
    program = shutil.which(words[0])
    if program is None:
        msg = f"on_failure=: there is no program {quoted(words[0])} that could be run."
        raise ConfigurationError(msg, hint="No shell reads the line. Nothing was scheduled.")
    return (str(Path(program).absolute()), *words[1:])


def tell(told: Told, command: Command, callback: Callable[[Told], object] | None) -> None:
    """Run a command, and call a function; what goes wrong with either is logged and ends nothing.

    Parameters
    ----------
    told
        What is told.
    command
        Is run with the facts in variables.
    callback
        A function.
    """
    if command.words:
        _run(told, command)
    if callback is not None:
        try:
            callback(told)
        except Exception as error:  # noqa: BLE001 - anybody's function; its message may hold anything
            log.warning("on_failure= of %r raised %s.", told.export, type(error).__name__)


def _run(told: Told, command: Command) -> None:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(_KEYS) and name not in command.withheld
    }
    try:
        ended = subprocess.run(  # noqa: S603 - the user's own command, and no shell that could read it otherwise
            command.words, env=kept | told.variables, timeout=command.patience, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        why = (
            f"took more than {command.patience:g} s and was ended. Run it by hand to see why"
            if isinstance(error, subprocess.TimeoutExpired)
            else "cannot be run. Give another: export.schedule(…, on_failure=…)"
        )
        log.warning("The command of on_failure= of %r %s.", told.export, why)
        return
    if ended.returncode:
        log.warning(
            "The command of on_failure= of %r ended with %d. Run it by hand to see why.", told.export, ended.returncode
        )
