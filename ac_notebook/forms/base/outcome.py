"""What stays of a form in a saved notebook: ordinary HTML below it, which needs no kernel and no trust."""

from __future__ import annotations

import uuid
from typing import Any

from IPython.display import HTML, display

from ac_notebook.runs import show


class Outcome:
    """A place below a form, in the cell's own output, for what is to be read later, too.

    Widgets are gone when a notebook is opened without its kernel; this is not.
    """

    def __init__(self) -> None:
        self._id = uuid.uuid4().hex
        self._is_shown = False
        self._value: Any = None
        self._look: Any = None

    def show(self, box: Any, *, plain: str) -> None:
        """Show the form, and what stays of it."""
        bundle = {"text/plain": plain, **box._repr_mimebundle_()}
        display(bundle | {"text/plain": plain}, raw=True)
        display(HTML("") if self.now is None else self.now, display_id=self._id)
        self._is_shown = True

    def keep(self, value: Any) -> None:
        """Put something with a static form (a report, a plan) there, in place of what is there."""
        self._value, self._look = value, None
        self._update()

    def add(self, value: Any) -> None:
        """Put something below what is kept, to be looked at until something else is kept or added."""
        self._look = value
        self._update()

    @property
    def now(self) -> Any:
        """What stands there; None for nothing."""
        if self._value is None or self._look is None:
            return self._look if self._value is None else self._value
        return _Both(self._value, self._look)

    def _update(self) -> None:
        if self._is_shown:
            display(self.now, display_id=self._id, update=True)


class _Both:
    """Two things with a static form, one below the other."""

    def __init__(self, *values: Any) -> None:
        self._values = values

    def _repr_html_(self) -> str:
        return "".join(f"<div>{markup(one)}</div>" for one in self._values)

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self._values))


def markup(value: Any) -> str:
    """Return the HTML of something with a static form; its text, where it has none."""
    made: str | None = value._repr_html_()
    return f"<pre>{show.h(repr(value))}</pre>" if made is None else made
