"""What stays of a form in a saved notebook: ordinary HTML below it, which needs no kernel and no trust."""

from __future__ import annotations

import uuid
from typing import Any

from IPython.display import HTML, display


class Outcome:
    """A place below a form, in the cell's own output, for what is to be read later, too.

    Widgets are gone when a notebook is opened without its kernel; this is not.
    """

    def __init__(self) -> None:
        self._id = uuid.uuid4().hex
        self._is_shown = False
        self._value: Any = None

    def show(self, box: Any, *, plain: str) -> None:
        """Show the form, and what stays of it."""
        bundle = {"text/plain": plain, **box._repr_mimebundle_()}
        display(bundle | {"text/plain": plain}, raw=True)
        display(HTML("") if self._value is None else self._value, display_id=self._id)
        self._is_shown = True

    def keep(self, value: Any) -> None:
        """Put something with a static form (a report, a plan) there, in place of what is there."""
        self._value = value
        if self._is_shown:
            display(value, display_id=self._id, update=True)
