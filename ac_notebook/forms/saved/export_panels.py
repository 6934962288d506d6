"""What is asked before an export is renamed, duplicated, or has another connection attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.forms.exporting.connection_choice import ConnectionChoice
from ac_notebook.forms.saved.panel import Panel
from ac_notebook.runs.show import name

if TYPE_CHECKING:
    from ac_notebook.forms.saved.exports_form import ExportsForm
    from ac_notebook.runs.export import Export


class RenamePanel(Panel):
    """Asks for another name of an export, and gives it that."""

    def __init__(self, form: ExportsForm) -> None:
        super().__init__(form, form.words("Rename"))
        self.name = self.controls.text(self.words("New name"), is_required=True)
        self.name.observe(form.shown(lambda _: form.changed()), "value")
        self.put(self.name)

    def opened(self, export: Export) -> None:
        """Show the name that it has."""
        said = self.words("Rename {name}: what it has sent stays remembered.").format(name=name(export.name))
        self.say(said)
        self.name.value = export.name
        self.name.focus()

    def done(self, export: Export) -> None:
        """Rename it."""
        typed = self.name.value
        self.form.act(lambda: export.edit(name=typed), lambda _: self.form.close())

    def code(self) -> str:
        """Return the code that renames it."""
        return f"export.edit(name={self.name.value!r})"


class DuplicatePanel(RenamePanel):
    """Asks for the name of an export's copy, and makes it."""

    def __init__(self, form: ExportsForm) -> None:
        super().__init__(form)
        self.go.description = self.go.tooltip = self.words("Duplicate")

    def opened(self, export: Export) -> None:
        """Ask for a name that no other export has."""
        said = self.words("A copy of {name} remembers nothing as sent, and has no schedule.").format(
            name=name(export.name)
        )
        self.say(said)
        self.name.value = ""
        self.name.focus()

    def done(self, export: Export) -> None:
        """Make the copy, and choose it."""
        typed = self.name.value
        self.form.act(lambda: export.duplicate(typed), self._made)

    def code(self) -> str:
        """Return the code that makes the copy."""
        return f"export.duplicate({self.name.value!r})"

    def _made(self, copy: Export) -> None:
        self.form.close()
        self.form.choose(copy)


class AttachPanel(Panel):
    """Asks for the connection that an export goes through, and attaches it."""

    def __init__(self, form: ExportsForm) -> None:
        super().__init__(form, form.words("Attach"))
        self.choice = ConnectionChoice(form, changed=self._changed, known=self.refresh)
        self.put(self.choice.box)

    def opened(self, export: Export) -> None:
        """Show the connection that it has."""
        said = self.words("Which connection does {name} go through? To another account, everything is sent once.")
        self.say(said.format(name=name(export.name)))
        self.choice.value = export.connection or ""
        self.choice.read()
        self.refresh()

    def done(self, export: Export) -> None:
        """Attach it."""
        through = self.choice.given or self.choice.value
        self.form.act(lambda: export.attach(through), lambda _: self.form.close())

    def code(self) -> str:
        """Return the code that attaches it."""
        return f"export.attach({self.choice.value!r})"

    def refresh(self) -> None:
        """Offer to attach what can be used."""
        self.go.disabled = self.form.is_busy or self.choice.connection is None

    def _changed(self) -> None:
        self.refresh()
        self.form.changed()
