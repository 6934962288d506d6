"""The form of one export, below the table of all; without a frame, the code that edits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.ending import end
from ac_notebook.forms.saved.panel import Panel
from ac_notebook.runs.show import name

if TYPE_CHECKING:
    from ac_notebook.forms.exporting.export_form import ExportForm
    from ac_notebook.forms.saved.exports_form import ExportsForm
    from ac_notebook.runs.export import Export


class EditPanel(Panel):
    """Holds the form of an export over the form's frame; it saves and runs by itself."""

    def __init__(self, form: ExportsForm) -> None:
        super().__init__(form, form.words("Edit"))
        self.editor: ExportForm | None = None
        self.cancel.description = self.cancel.tooltip = self.words("Close")

    @property
    def is_busy(self) -> bool:
        """Whether a run, or what it changes, is under way there."""
        return self.editor is not None and self.editor.is_busy

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self.editor is not None and self.editor.running.is_running

    def opened(self, export: Export) -> None:
        """Show the export in a form of its own."""
        said = self.words("Edit {name}").format(name=name(export.name))
        self.say(said)
        if self.form.frame is None:
            raise ConfigurationError(
                self.words("Columns are chosen from a frame, and this form has none."),
                hint=self.words("Make it with ac.forms.exports(df); or edit in a cell, as “Show as code” has it."),
            )
        from ac_notebook.forms.exporting.export_form import ExportForm  # noqa: PLC0415 - a form of its own, and not needed before

        self.editor = ExportForm(
            self.form.frame, export, language=self.words.language, spawn=self.form.spawn, busy=self.form.busy_changed
        )
        self.editor.outcome = self.form.outcome  # its report is below this form
        self.box.children = [self.heading, self.editor.box, self.controls.row(self.cancel)]

    def done(self, export: Export) -> None:
        """Nothing: the form within has its own buttons."""

    def code(self) -> str:
        """Return the code that edits it."""
        return "export.edit(tags=[])  # or list=, mapping=, segment=, and any option"

    def left(self) -> None:
        """Let go of the form within, which would be kept for as long as the kernel lives."""
        super().left()
        editor, self.editor = self.editor, None
        self.box.children = []
        if editor is not None and not editor.running.is_running:
            end(editor)
