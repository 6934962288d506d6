"""Which connection: the saved ones that can be used, the others with what to do about them, or a sandbox."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING

from ac_notebook.forms.base.choice import distinct
from ac_notebook.forms.base.part import Part
from ac_notebook.model.harmless import name as harmless
from ac_notebook.runs.usable import Candidate, candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ac_notebook.forms.base.form import Form
    from ac_notebook.runs.connection import Connection
    from ac_notebook.sandbox import ServedSandbox

_LONGEST_REASON = 400


def start_sandbox() -> Connection:
    """Return the connection to the sandbox of this kernel's forms, which is started by the first that asks for it."""
    with _STARTING:
        made: Connection = _sandbox_of_forms().connection
    return made


_STARTING = threading.Lock()
"""Two forms may ask for it at once, each in a thread: without it, each would be given a sandbox of its own."""


@functools.cache  # it ends when nobody has it any more, and a cell that is run again finds what it has sent
def _sandbox_of_forms() -> ServedSandbox:
    from ac_notebook import sandbox  # noqa: PLC0415 - loaded when somebody needs it

    return sandbox.start()


class ConnectionChoice(Part[str]):
    """A choice among saved connections, by name; "" for none. They are read in a worker.

    Those of one type stand beside each other, each with its type before its name: a heading between them would catch
    the arrow keys. Those that cannot be used are listed below, with the reason and what to do. Where none can be used,
    a button starts a sandbox.

    Parameters
    ----------
    form
        Whose part it is.
    changed
        Called after a person has chosen; not within the handler when a sandbox was started.
    known
        Called when the connections have been read.
    sandbox
        Starts a sandbox, and returns its connection.
    saved
        Reads the saved connections.
    """

    def __init__(
        self, form: Form, *, changed: Callable[[], None], known: Callable[[], None],
        sandbox: Callable[[], Connection] = start_sandbox,
        saved: Callable[[], Iterable[Candidate]] = candidates,
    ) -> None:  # fmt: skip
        super().__init__(form, changed=changed)
        self._known, self._start, self._saved = known, sandbox, saved
        self._worker = self.new_worker()
        self._name = ""
        self._falls_back = self._is_gone = False
        self._given: dict[str, Connection] = {}
        self._candidates: dict[str, Candidate] | None = None
        self._offered: list[str] = [""]
        words = self.words
        self.select = self.controls.choice(words("Connection"), [("…", 0)], 0, is_required=True)
        self.sandbox = self.controls.button(words("Start a sandbox on this machine"))
        self.note = self.controls.note()
        self._more = self.controls.column(self.note)
        self.select.observe(self.shown(lambda _: self._picked()), "index")
        self.sandbox.on_click(self.shown(lambda _: self._worker.do(self._start, self._started)))
        self.box = self.controls.column(self.select, self._more)

    @property
    def value(self) -> str:
        """Name of the chosen connection."""
        return self._name

    @value.setter
    def value(self, piece: str) -> None:
        with self.filling():
            self.fill(piece)

    def fill(self, piece: str) -> None:
        """Show a choice."""
        self._name = piece
        self._show()

    def give(self, connection: Connection) -> None:
        """Offer a connection that may not be saved; for its name it is the one that is used."""
        self._given[connection.name] = connection

    @property
    def given(self) -> Connection | None:
        """The chosen connection, where it was given or started and not found among the saved ones."""
        return self._given.get(self._name)

    @property
    def connection(self) -> Connection | None:
        """The chosen connection; None where none of its name can be used, or that is not known yet."""
        one = (self._candidates or {}).get(self._name)
        return self.given or (one.connection if one is not None and one.is_usable else None)

    @property
    def is_known(self) -> bool:
        """Whether the saved connections have been read."""
        return self._candidates is not None

    @property
    def is_busy(self) -> bool:
        """Whether they are being read, or a sandbox is being started."""
        return self._worker.is_busy

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the connection cannot be used."""
        if not self._name:
            return (self.words("Choose a connection."),)
        if self.connection is not None or self._candidates is None:
            return ()
        one = self._candidates.get(self._name)
        if one is None:
            return (
                self.words(
                    "There is no saved connection called {name}. Choose another, or save it and press “Read again”."
                ).format(name=harmless(self._name)),
            )
        text = self.words("The connection {name} cannot be used: {reason}")
        return (text.format(name=harmless(self._name), reason=_short(f"{one.reason} {one.remedy}")),)

    def read(self) -> None:
        """Read the saved connections."""
        self._worker.do(lambda: {one.name: one for one in self._saved()}, self._know)

    def fall_back(self) -> None:
        """Start a sandbox as soon as it is known that no connection is saved, unless one is chosen.

        Where some are saved, one of them is meant, be it that none can be used now.
        """
        self._falls_back = True
        self._begin_sandbox()

    def offer_sandbox(self, *, is_gone: bool) -> None:
        """Offer another sandbox in place of one that does not answer any more, or offer none."""
        if is_gone != self._is_gone:
            self._is_gone = is_gone
            self._show()

    def _begin_sandbox(self) -> None:
        if not self._falls_back or not self.is_known or self._name:
            return
        self._falls_back = False
        if not self._given and not self._candidates:
            self._worker.do(self._start, self._fell_back)

    def _know(self, found: dict[str, Candidate]) -> None:
        self._candidates = found
        self._show()
        self._known()
        self._begin_sandbox()

    def _started(self, connection: Connection) -> None:
        self.give(connection)
        self.value = connection.name
        self.touched()

    def _fell_back(self, connection: Connection) -> None:
        if not self._name:  # another may have been chosen while it was started
            self._started(connection)

    def _picked(self) -> None:
        number = self.select.index
        if self.is_filling or number is None or number >= len(self._offered):
            return
        if self._offered[number] != self._name:
            self._name = self._offered[number]
            self._show()
            self.touched()

    def _show(self) -> None:
        known = self._candidates or {}
        usable = {one.name: one.connection for one in known.values() if one.is_usable and one.connection is not None}
        offered = {name: self._described(one) for name, one in (usable | self._given).items()}
        if self._name and self._name not in offered:
            offered[self._name] = self._not_offered().format(name=harmless(self._name))
        self._offered = ["", *sorted(offered, key=lambda name: (offered[name].casefold(), name))]
        texts = distinct([self.words("Choose a connection …"), *(offered[name] for name in self._offered[1:])])
        with self.filling(), self.select.hold_sync():
            self.select.options = [(text, number) for number, text in enumerate(texts)]
            self.select.index = self._offered.index(self._name)
        is_none = self.is_known and not usable and not self._given
        self._more.children = [self.note, self.sandbox] if is_none or self._is_gone else [self.note]
        self.controls.say(self.note, "\n".join(self._about_others(is_none=is_none)))

    def _described(self, connection: Connection) -> str:
        kind = self.words("Sandbox") if connection.is_sandbox else "ActiveCampaign"
        return f"{kind} · {harmless(connection.name)} — {connection.host}"

    def _not_offered(self) -> str:
        if self._candidates is None:
            return "{name}"
        if self._name in self._candidates:
            return self.words("{name} (cannot be used)")
        return self.words("{name} (not saved)")

    def _about_others(self, *, is_none: bool) -> list[str]:
        lines = []
        if is_none:
            lines.append(
                self.words(
                    "No connection can be used yet. Make one in a cell of its own with ac.forms.connection(), then "
                    "press “Read again”; or try things out with a sandbox, from which nothing leaves this machine."
                )
            )
        unusable = [one for one in (self._candidates or {}).values() if not one.is_usable]
        if unusable:
            lines.append(self.words("These cannot be used now:"))
            lines += [f"• {harmless(one.name)}: {_short(f'{one.reason} {one.remedy}')}" for one in unusable]
            lines.append(self.words("ac.forms.connections() is where they are changed."))
        return lines


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]}…"
