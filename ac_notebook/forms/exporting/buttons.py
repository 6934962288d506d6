"""The buttons of an export form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import ipywidgets

    from ac_notebook.forms.base.form import Form


class Buttons:
    """Save, Run and Stop beside each other, and a look at the first rows.

    Parameters
    ----------
    form
        Whose they are.
    save, run, preview, save_both
        What they do; the last is offered where it is needed, see :meth:`offer_both`.
    stop
        The button that stops a run.
    """

    def __init__(
        self, form: Form, *, save: Callable[[], None], run: Callable[[], None], stop: ipywidgets.Button,
        preview: Callable[[], None], save_both: Callable[[], None],
    ) -> None:  # fmt: skip
        words, controls = form.words, form.controls
        self.save = controls.button(words("Save"), tooltip=words("Keep it under its name; nothing is sent"))
        self.run = controls.button(words("Run"), is_main=True, tooltip=words("Send what is shown above"))
        self.stop = stop
        self.preview = controls.button(
            words("Show first rows"), tooltip=words("Show the first contacts as they would be sent, masked, below")
        )
        self.both = controls.button(words("Save the connection, too"))
        acts = ((self.save, save), (self.run, run), (self.preview, preview), (self.both, save_both))
        for button, act in acts:
            button.on_click(form.shown(lambda _, act=act: act()))
        self._more = controls.column()
        self.box = controls.column(controls.row(self.save, self.run, self.stop, self.preview), self._more)

    def offer_both(self, *, is_offered: bool) -> None:
        """Offer to save the connection with the export, or do not."""
        self._more.children = [self.both] if is_offered else []
