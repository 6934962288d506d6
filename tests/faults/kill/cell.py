"""The cell that is run and stopped: an export, in a process that may end at any line of it."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Self

import pandas as pd

import ac_notebook as ac
from ac_notebook.errors import ActiveCampaignError
from ac_notebook.sandbox.connection import connection_of
from tests.faults.kill.places import Place, Recorder, Trigger

if TYPE_CHECKING:
    from collections.abc import Callable

Way = Literal["kill", "interrupt", "twice", "terminate"]

VALID = 300
SIZE = 24
"""Contacts per import, so that a small frame makes some thirteen requests."""

GONE = ("gone.1@example.org", "gone.2@example.org")
BOUNCED = "bounced@example.org"
ODD = "åsa@example.org"
"""Is sent, because nothing documents that the service drops it; the sandbox's importer takes it for malformed."""

BAD = ("no address", "", "two@@example.org")
MAPPING: dict[str | int, str] = {"email": "E-mail", "first_name": "Name", "City": "City"}
LIST = "Newsletter"
"""It has an automation."""

_CHANGED = 7
"""Every so many rows of the changed frame have another name."""

_BETWEEN = 0.1
"""Seconds from the first interrupt to the second: on a busy machine, two that come sooner are seen as one."""


def customers(*, changed: bool = False) -> pd.DataFrame:
    """Return people of whom most can be sent, one is there twice, some are no addresses and some must not be mailed.

    Parameters
    ----------
    changed
        Whether every seventh has another name, and the rows stand in another order.
    """
    valid = [address(number) for number in range(VALID)]
    addresses = [*valid[:90], *GONE, *valid[90:], ODD, valid[3].upper(), BOUNCED, *BAD]
    names = [f"Name {number}" for number in range(len(addresses))]
    if changed:
        names = [f"{name} b" if number % _CHANGED == 0 else name for number, name in enumerate(names)]
    frame = pd.DataFrame({"E-mail": addresses, "Name": names, "City": "Malmö"})
    return pd.concat([frame[100:200], frame[:100], frame[200:]]) if changed else frame


def address(number: int) -> str:
    """Return the address of one of those who can be sent."""
    return f"p{number:03}@example.org"


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where a sandbox is found: what a connection to it is made of."""

    host: str
    instance: str
    api_key: str
    speed: float


@dataclass(frozen=True, kw_only=True)
class Task:
    """One run of the cell.

    Parameters
    ----------
    home
        Folder of the package's state.
    account
        Where it goes.
    automations, changed
        Whether automations start; whether the frame is the changed one.
    place
        Where it is stopped; None for nowhere.
    way
        How.
    record
        Whether the lines that it reaches are counted.
    again
        Whether the cell is run again afterwards in the same process, as in a kernel that goes on.
    """

    home: str
    account: Account
    automations: bool = False
    changed: bool = False
    place: Place | None = None
    way: Way = "kill"
    record: bool = False
    again: bool = False


@dataclass(kw_only=True)
class Told:
    """What a run of the cell came to.

    Parameters
    ----------
    how
        ``returned``, or the name of the error's type.
    outcome
        The word for each row of the frame, None without a report.
    counts
        The report's counts.
    said
        What was printed, and the error's text.
    is_reached
        Whether the place was reached.
    seconds
        From the interrupt to the end of the cell, None without an interrupt.
    left
        Names of the run's threads that are still there.
    """

    how: str = "returned"
    outcome: list[str] | None = None
    counts: dict[str, int] = field(default_factory=dict)
    said: str = ""
    is_reached: bool = False
    seconds: float | None = None
    left: list[str] = field(default_factory=list)
    visits: dict[tuple[str, int], int] = field(default_factory=dict)
    modules: list[str] = field(default_factory=list)
    again: Told | None = None


def run(task: Task) -> Told:
    """Run the cell once as told; in a process of its own, which may not survive it."""
    os.environ["AC_NOTEBOOK_HOME"] = task.home
    told = Told()
    moments: list[float] = []
    second = threading.Timer(_BETWEEN, lambda: os.kill(os.getpid(), signal.SIGINT))
    second.daemon = True
    call = _call(task)
    with (
        Recorder() if task.record else Trigger(task.place, lambda: _stop(task, moments, second)) as watch,
        _Kernel() as kernel,
    ):
        report = _export(call, told, kernel)
    ended = time.monotonic()
    second.cancel()  # it belongs to this cell, not to the next
    if second.ident is not None:
        second.join()
    if report is not None:
        told.outcome = report.outcome.astype(str).tolist()
        told.counts = {str(word): int(number) for word, number in report.counts.items()}
    if isinstance(watch, Recorder):
        told.visits, told.modules = watch.visits, list(sys.modules)
    else:
        told.is_reached = watch.is_reached
    told.seconds = ended - moments[0] if moments else None
    told.left = [thread.name for thread in threading.enumerate() if thread.name.startswith("ac_notebook-run")]
    if task.again:
        told.again = run(dataclasses.replace(task, place=None, again=False))
    return told


class _Kernel:
    """Turns signals into KeyboardInterrupt while a cell runs, and only then, as a notebook's kernel does."""

    def __init__(self) -> None:
        self.is_busy = False

    def __enter__(self) -> Self:
        signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _interrupt(self, *_: object) -> None:
        if self.is_busy:
            self.is_busy = False  # one is raised; what comes while it is dealt with belongs to nobody
            raise KeyboardInterrupt


def _call(task: Task) -> Callable[[], ac.Report]:
    """Return the cell's call, with everything made that it is given."""
    plain: ac.Connection = connection_of(task.account)  # type: ignore[arg-type]  # it has what is asked of a sandbox
    connection = plain.replace(limits=dataclasses.replace(plain.limits, contacts_per_import=SIZE))
    frame = customers(changed=task.changed)
    return lambda: ac.export(
        frame, connection=connection, list=LIST, mapping=MAPPING, run_automations=task.automations
    )  # fmt: skip


def _export(call: Callable[[], ac.Report], told: Told, kernel: _Kernel) -> ac.Report | None:
    report: ac.Report | None = None
    with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.redirect_stderr(printed):
        try:
            kernel.is_busy = True
            report = call()
        except ActiveCampaignError as error:
            told.how, told.said, report = type(error).__name__, str(error), error.report
        except KeyboardInterrupt:
            told.how = "KeyboardInterrupt"
        kernel.is_busy = False
    told.said += printed.getvalue()
    return report


def _stop(task: Task, moments: list[float], second: threading.Timer) -> None:
    """End this process, or interrupt it; in the thread that reached the place."""
    assert task.place is not None
    if task.way == "kill":
        if task.place.after:
            # The signal of a timer that nobody listens to ends a process as abruptly as a kill, at its own moment.
            signal.setitimer(signal.ITIMER_REAL, task.place.after / 1e6)
        else:
            os.kill(os.getpid(), signal.SIGKILL)
        return
    number = signal.SIGTERM if task.way == "terminate" else signal.SIGINT
    moments.append(time.monotonic())
    os.kill(os.getpid(), number)
    if task.way == "twice":
        second.start()
