"""A form to put parts into, and what is in the state of widgets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ac_notebook.forms.base.form import Form
from ac_notebook.forms.base.worker import at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import ipywidgets


class Holder(Form):
    """A form without a value of its own; what its handlers fail with is kept, too."""

    def __init__(self, *, spawn: Callable[[Callable[[], None]], None] = at_once, language: str = "en") -> None:
        super().__init__(language=language, spawn=spawn)
        self.errors: list[BaseException] = []

    def code(self) -> str:
        return ""

    def failed(self, error: BaseException) -> None:
        super().failed(error)
        self.errors.append(error)


def widgets(box: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """Yield a widget and all that are in it."""
    yield box
    for child in getattr(box, "children", ()):
        yield from widgets(child)


def state(box: ipywidgets.Widget) -> str:
    """Return all that the page, and a saved notebook, hold of a widget and of what is in it."""
    return json.dumps([_plain(one.get_state()) for one in widgets(box)], ensure_ascii=False)


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, str | int | float) else str(value) for name, value in found.items()}
