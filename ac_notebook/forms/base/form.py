"""What all forms share: where they are shown, their messages, their work, their code, and that no error is lost."""

from __future__ import annotations

import abc
import functools
from typing import TYPE_CHECKING, Any

import ipywidgets

from ac_notebook.forms.base.code_box import CodeBox
from ac_notebook.forms.base.controls import Controls
from ac_notebook.forms.base.message import Message
from ac_notebook.forms.base.outcome import Outcome
from ac_notebook.forms.base.texts import words_for
from ac_notebook.forms.base.worker import Worker, in_thread
from ac_notebook.runs import show
from ac_notebook.runs.tracebacks import in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.forms.base.texts import Words
    from ac_notebook.forms.base.worker import Spawn


class Form(abc.ABC):
    """A view over a value. The value is the truth: setting it fills the form, and what is typed makes a new one.

    A form makes its parts in ``__init__`` and then calls :meth:`put`. Every handler of an event goes through
    :meth:`shown`, and whatever takes time through :attr:`worker` (or :meth:`new_worker`, for work that may go on
    beside it): a handler holds up the kernel's messages, and with them Stop.

    Parameters
    ----------
    language
        See :func:`ac_notebook.forms.base.texts.words_for`.
    spawn
        How work is done that takes time.
    """

    def __init__(self, *, language: str | None = None, spawn: Spawn = in_thread) -> None:
        self.words: Words = words_for(language)
        self.message = Message()
        self.controls = Controls(self.words, took_out=self._took_out)
        self.outcome = Outcome()
        self._spawn = spawn
        self.worker = self.new_worker()
        self._title = self._doing = ""
        self._heading = ipywidgets.HTML()
        self._code = CodeBox(self)
        self.box = ipywidgets.VBox(layout=ipywidgets.Layout(width="100%", max_width="960px"))

    def put(self, title: str, *children: ipywidgets.Widget) -> None:
        """Show a title and what the form is made of; below it come the message and the code."""
        self.title(title)
        self.box.children = [self._heading, *children, self.message.widget, self._code.box]

    def title(self, title: str) -> None:
        """Change the title."""
        self._title = title
        self._show_heading()

    def new_worker(self) -> Worker:
        """Return somebody who does work beside the form's worker; its errors are shown in the form, too."""
        return Worker(spawn=self._spawn, failed=self.failed, changed=self.busy_changed)

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self.worker.is_busy

    @property
    def problems(self) -> tuple[str, ...]:
        """What stands against going on, in sentences."""
        return ()

    @abc.abstractmethod
    def code(self) -> str:
        """Return the code that does the same, ready to paste into a cell. Never a key."""

    def changed(self) -> None:
        """Show what follows from a change: a form adds what it has to show; here it is the code."""
        self._code.refresh()

    def busy_changed(self) -> None:
        """Show that work began or ended, in whichever thread that was: a form adds what depends on it."""
        self._doing = self.words("Working …") if self.is_busy else ""
        self._show_heading()

    def _show_heading(self) -> None:
        # Beside the title, where it takes no room of its own, and nothing moves when it comes and goes.
        self._heading.value = (
            "<div style='display:flex;gap:16px;align-items:baseline'>"
            f"<h3 style='margin:4px 0'>{show.h(self._title)}</h3><span role='status'>{show.h(self._doing)}</span></div>"
        )

    def failed(self, error: BaseException) -> None:
        """Show what went wrong, in words: nobody else would tell it, as this is no cell's own code."""
        self.message.bad(in_words(error))

    def _took_out(self) -> None:
        self.message.bad(
            self.words("That looks like a key or a password, so it was taken out. A key has a field of its own.")
        )

    def shown(self, handler: Callable[..., Any]) -> Callable[..., None]:
        """Return a handler of an event whose exceptions are shown in the form."""

        @functools.wraps(handler)
        def handle(*given: Any) -> None:
            try:
                handler(*given)
            except BaseException as error:  # noqa: BLE001 - shown in the form; ipywidgets would drop it
                self.failed(error)

        return handle

    def _ipython_display_(self) -> None:
        self.outcome.show(self.box, plain=repr(self))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: run this cell in a notebook to see it>"
