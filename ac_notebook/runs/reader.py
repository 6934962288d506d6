"""Reading much from an account: watched, shown, and stopped like a run. It changes nothing, there or here.

Reading asks for no agreement, as looking at an account does not: no person's data leaves this machine. But where
somebody had agreed and withdraws while it is read, or removes the connection, nothing more is asked.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConsentError, ExportInterrupted, quoted
from ac_notebook.remote.errands import Errands
from ac_notebook.remote.whole_list import one_answer
from ac_notebook.runs import show
from ac_notebook.runs.display import Calls, Nothing, Sentences, is_watched
from ac_notebook.runs.gate import Gate
from ac_notebook.runs.progress import Progress, log
from ac_notebook.runs.stored import as_agreed_now, require_not_removed
from ac_notebook.storage.database import open_database
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ac_notebook.model.account import ContactList
    from ac_notebook.model.limits import Limits
    from ac_notebook.remote.answers import Answer
    from ac_notebook.remote.client import Client
    from ac_notebook.remote.clock import Clock
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.display import Display
    from ac_notebook.runs.progress import Shown
    from ac_notebook.storage.database import StateDatabase

_SHOW_EVERY = 0.25
_LOG_EVERY = 10.0


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What reading costs.

    Parameters
    ----------
    requests
        How many, those included that count what there is.
    contacts
        How many people are read.
    limits
        Of the account.
    """

    requests: int
    contacts: int
    limits: Limits

    @property
    def seconds(self) -> float:
        """How long it takes at the account's limit, when nobody else uses it."""
        return self.requests * self.limits.request_window / self.limits.requests_per_window

    def __str__(self) -> str:
        about = "" if self.seconds < 1 else "about "
        return (
            f"{show.count(self.contacts, 'contact')}, {show.count(self.requests, 'request')}, "
            f"{about}{show.duration(self.seconds)}"
        )


@dataclass(kw_only=True, eq=False, repr=False)
class Reader:
    """What reads through: errands at the account's pace, and who shows how far it is.

    Parameters
    ----------
    client, clock
        The account, and time.
    limits
        What may be used of it.
    display
        What shows progress.
    title
        What is read, in words.
    """

    client: Client
    clock: Clock
    limits: Limits
    display: Display
    title: str
    errands: Errands = field(init=False)
    total: int = 0
    """Requests to be made, once that is known."""
    _began: float = field(init=False)
    _next_show: float = 0.0
    _next_log: float = 0.0
    _has_failed: bool = False

    def __post_init__(self) -> None:
        self._began = self.clock.monotonic()

    def ask(self, path: str, params: Mapping[str, str]) -> Answer:
        """Ask for one thing; whatever is answered in the end is the answer."""
        answers: list[Answer] = []
        self.errands.do([one_answer(path, params, answers.append)])
        return answers[0]

    def say_cost(self, cost: Cost, *, more: str = "") -> None:
        """Say what it costs before it goes on."""
        self.total = cost.requests
        words = f"{self.title}: {cost}{more}."
        log.info(words)
        self.display.say(words)

    def note(self, made: int) -> None:
        """Show how far it is, a few times a second; a line in the log every ten seconds."""
        elapsed = self.clock.monotonic() - self._began
        if not self.total or elapsed < self._next_show:
            return
        self._next_show = elapsed + _SHOW_EVERY
        left = max(self.total - made, 0) * self.limits.request_window / self.limits.requests_per_window
        self._show(
            Progress(
                phase="reading", requests=made, requests_total=max(self.total, made), elapsed=elapsed, seconds_left=left
            )
        )
        if elapsed >= self._next_log:
            self._next_log = elapsed + _LOG_EVERY
            log.info("%s: %d of %d requests, %s left", self.title, made, self.total, show.duration(left))

    def end(self) -> None:
        """Show the last numbers, and take away what showed them."""
        made = self.errands.made
        self._show(
            Progress(phase="ended", requests=made, requests_total=made, elapsed=self.clock.monotonic() - self._began)
        )  # fmt: skip
        self.close()

    def close(self) -> None:
        """Take away what shows progress."""
        with suppress(Exception):  # what shows progress is no reason to lose what was read
            self.display.close()

    def _show(self, progress: Progress) -> None:
        try:
            self.display.show(progress)
        except Exception as error:  # noqa: BLE001 - a closed terminal, a broken widget: reading goes on without
            if not self._has_failed:
                log.warning("Progress cannot be shown: %s", type(error).__name__)
            self._has_failed = True


class _RequestsBar(Sentences):
    """A bar of requests in a notebook or a terminal. It goes away at the end."""

    def __init__(self) -> None:
        self._bar: Any = None

    def show(self, progress: Progress) -> None:
        """Move the bar."""
        if progress.phase == "ended":
            return
        if self._bar is None:
            from tqdm.auto import tqdm  # noqa: PLC0415 - in a notebook it loads ipywidgets

            self._bar = tqdm(total=progress.requests_total, desc="Reading", unit=" requests", leave=False)
        self._bar.total = progress.requests_total
        self._bar.n = progress.requests
        self._bar.refresh()

    def close(self) -> None:
        """Take the bar away; in a notebook one that is not full would stay."""
        if self._bar is not None:
            self._bar.total = self._bar.n
            self._bar.close()


def _display_for(progress: Shown) -> Display:
    if progress is False:
        return Nothing()
    if progress is None or progress is True:
        return _RequestsBar() if is_watched() else Sentences()
    return Calls(progress)


@contextmanager
def reading(
    connection: Connection, what: str, contact_list: ContactList, *, progress: Shown = None, share: float = 1.0
) -> Iterator[Reader]:  # fmt: skip
    """Open an account for reading much.

    Parameters
    ----------
    connection
        The account.
    what, contact_list
        What is done with which list, for the title of what is shown.
    progress, share
        Who shows how far it is, and how much of the account's limits is used.

    Raises
    ------
    ExportInterrupted
        When it was interrupted; nothing was changed.
    ConsentError, ConnectionNotFoundError
        When an agreement was withdrawn or the connection removed meanwhile.
    """
    with ExitStack() as stack:
        database = open_database(find_home())
        stack.callback(database.close)
        require_not_removed(connection, database)
        watch = _Watch(connection, database)
        pacer = stack.enter_context(connection.pacer(share=share))
        client = stack.enter_context(connection.client(share=share))
        clock = connection.link.clock
        flights = connection.link.flights(clock)
        stack.callback(flights.close)
        mark = "SANDBOX · " if connection.is_sandbox else ""
        reader = Reader(
            client=client, clock=clock, limits=connection.limits.shared(share), display=_display_for(progress),
            title=f"{mark}{what} {quoted(contact_list.name)} (list {contact_list.id})",
        )  # fmt: skip
        stack.callback(reader.close)
        reader.errands = Errands(
            client, pacer=pacer, flights=flights, clock=clock, time_scale=connection.limits.time_scale,
            require_open=watch.require_open, noted=reader.note,
        )  # fmt: skip
        try:
            yield reader
        except KeyboardInterrupt:
            # Without what was read so far, which the frames of the traceback hold.
            error = ExportInterrupted(
                "Reading was stopped.", hint="Nothing was changed, and nothing is kept. Run it again to read anew."
            )
        else:
            reader.end()
            return
    raise error


class _Watch:
    """Whether anything more may be asked: as it was when reading began."""

    def __init__(self, connection: Connection, database: StateDatabase) -> None:
        self._gate = Gate(connection, database, during="it was read from")
        self._was_agreed = as_agreed_now(connection, database).is_agreed

    def require_open(self) -> None:
        error = self._gate.closed()
        if error is not None and (self._was_agreed or not isinstance(error, ConsentError)):
            raise error
