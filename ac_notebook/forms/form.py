"""What all forms share: where they are shown, their messages, their work, and that no error is lost."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import ipywidgets

from ac_notebook.errors import ActiveCampaignError
from ac_notebook.forms.message import Message
from ac_notebook.forms.outcome import Outcome
from ac_notebook.forms.texts import words_for
from ac_notebook.forms.worker import Worker, in_thread
from ac_notebook.runs.tracebacks import in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.forms.texts import Words
    from ac_notebook.forms.worker import Spawn


class Form:
    """A view over a value. The value is the truth: setting it fills the form, and what is typed makes a new one.

    Parameters
    ----------
    language
        See :func:`ac_notebook.forms.texts.words_for`.
    spawn
        How work is done that takes time.
    """

    title: str = ""
    """What the form is, in English; shown in words of its language."""

    def __init__(self, *, language: str | None = None, spawn: Spawn = in_thread) -> None:
        self.words: Words = words_for(language)
        self.message = Message()
        self.outcome = Outcome()
        self.worker = Worker(spawn=spawn, failed=self.failed, changed=self.busy_changed)
        self.box = ipywidgets.VBox(layout=ipywidgets.Layout(width="100%", max_width="960px"))

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self.worker.is_busy

    @property
    def problems(self) -> tuple[str, ...]:
        """What stands against going on, in sentences."""
        return ()

    def busy_changed(self) -> None:
        """Show that work began or ended."""

    def failed(self, error: BaseException) -> None:
        """Show what went wrong, in words: nobody else would tell it, as this is no cell's own code."""
        self.message.bad(in_words(error))

    def shown(self, handler: Callable[..., Any]) -> Callable[..., None]:
        """Return a handler of an event whose exceptions are shown in the form."""

        @functools.wraps(handler)
        def handle(*given: Any) -> None:
            try:
                handler(*given)
            except (ActiveCampaignError, KeyboardInterrupt) as error:
                self.failed(error)
            except Exception as error:  # noqa: BLE001 - shown in the form; ipywidgets would drop it
                self.failed(error)

        return handle

    def _ipython_display_(self) -> None:
        self.outcome.show(self.box, plain=repr(self))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: a form; it is shown as the last line of a cell>"
