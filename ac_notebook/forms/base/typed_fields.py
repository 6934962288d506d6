"""Fields for text that give up a key or a password that a person pasted there: before it is kept, echoed or shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from ac_notebook.runs.key_source import holds_secret

if TYPE_CHECKING:
    from collections.abc import Callable


class _Typed(ipywidgets.Widget):
    """What such fields have in common."""

    took_out: Callable[[], None] = staticmethod(lambda: None)
    """Called when something was taken out."""

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the browser sends: what is a secret goes out of the message itself, as nothing else may see it."""
        typed = sync_data.get("value")
        is_secret = isinstance(typed, str) and holds_secret(typed)
        if is_secret:
            del typed
            sync_data["value"] = ""
        super().set_state(sync_data)
        if is_secret:
            self.send_state("value")  # the browser's field is blank, too
            self.took_out()


class TypedText(_Typed, ipywidgets.Text):
    """A line of text."""


class TypedLines(_Typed, ipywidgets.Textarea):
    """Several lines of text."""


class TypedCombo(_Typed, ipywidgets.Combobox):
    """A line of text, of which some are offered."""
