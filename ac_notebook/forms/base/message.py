"""What a form says: one message, in words, with a sign and a colour that mean no more than the words."""

from __future__ import annotations

import ipywidgets

from ac_notebook.runs import show


class Message:
    """A line of a form that says what happened or what is wrong. All of it is text, whatever it holds."""

    def __init__(self) -> None:
        self.widget = ipywidgets.HTML(layout=ipywidgets.Layout(width="100%", margin="2px 0"))
        self.text = ""

    def bad(self, text: str) -> None:
        """Say what went wrong."""
        self._say(text, "✖", show.BAD)

    def good(self, text: str) -> None:
        """Say what went well."""
        self._say(text, "✔", show.GOOD)

    def tell(self, text: str, *, is_good: bool) -> None:
        """Say what went well, or wrong."""
        (self.good if is_good else self.bad)(text)

    def note(self, text: str) -> None:
        """Say something else; nothing for ""."""
        self._say(text, "", show.QUIET)

    def _say(self, text: str, sign: str, colour: str) -> None:
        self.text = text
        lines = "<br>".join(show.h(line) for line in text.splitlines())
        mark = f'<span style="color:{colour}" aria-hidden="true">{sign}</span> ' if sign else ""
        # Told by screen readers when it changes.
        self.widget.value = f'<div role="status" style="line-height:1.4">{mark}{lines}</div>' if text else ""
