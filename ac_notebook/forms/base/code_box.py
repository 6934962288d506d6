"""What a form does as code: to learn from, and to go on with in a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from ac_notebook.errors import ActiveCampaignError

if TYPE_CHECKING:
    from ac_notebook.forms.base.form import Form

_MOST_ROWS = 20


class CodeBox:
    """A button that shows the code of a form, in a field to copy it from.

    Parameters
    ----------
    form
        The form, whose :meth:`~ac_notebook.forms.base.form.Form.code` is shown.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self._button = form.controls.toggle(form.words("Show as code"))
        self._field = ipywidgets.Textarea(
            description=form.words("Code"), continuous_update=False, style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="100%", margin="2px 0"),
        )  # fmt: skip
        self._button.observe(form.shown(self._toggled), "value")
        # It is there to be copied: what is typed into it would do nothing, so it goes.
        self._field.observe(form.shown(lambda _: self.refresh()), "value")
        self.box = ipywidgets.VBox([self._button])

    def refresh(self) -> None:
        """Show the code as it is now, if it is shown."""
        if not self._button.value:
            return
        text = self._text()
        if self._field.value != text:
            self._field.value, self._field.rows = text, min(max(text.count("\n") + 2, 3), _MOST_ROWS)

    def _toggled(self, change: Any) -> None:
        self.box.children = [self._button, self._field] if change["new"] else [self._button]
        self.refresh()

    def _text(self) -> str:
        try:
            return self._form.code()
        except ActiveCampaignError as error:
            return "\n".join(f"# {line}" for line in f"{error.message}\n{error.hint}".strip().splitlines())
