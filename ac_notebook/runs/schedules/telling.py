"""Telling somebody that a scheduled export keeps failing, once, and that it has recovered, once."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ac_notebook.runs.progress import log

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

_PATIENCE = 60.0
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


def tell(told: Told, command: Sequence[str], callback: Callable[[Told], object] | None) -> None:
    """Run a command, and call a function; what goes wrong with either is logged and ends nothing.

    Parameters
    ----------
    told
        What is told.
    command
        A program and its arguments, run without a shell, with the facts in variables; none if empty.
    callback
        A function.
    """
    if command:
        _run(told, command)
    if callback is not None:
        try:
            callback(told)
        except Exception as error:  # noqa: BLE001 - anybody's function; its message may hold anything
            log.warning("on_failure= of %r raised %s.", told.export, type(error).__name__)


def _run(told: Told, command: Sequence[str]) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_KEYS)}
    try:
        ended = subprocess.run(  # noqa: S603 - the user's own command, and no shell that could read it otherwise
            command, env=kept | told.variables, timeout=_PATIENCE, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        why = f"took more than {_PATIENCE:.0f} s" if isinstance(error, subprocess.TimeoutExpired) else "cannot be run"
        log.warning("The command of on_failure= of %r %s.", told.export, why)
        return
    if ended.returncode:
        log.warning("The command of on_failure= of %r ended with %d.", told.export, ended.returncode)
