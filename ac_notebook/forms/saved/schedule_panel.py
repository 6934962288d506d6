"""The schedule of a saved export: make, change, pause, resume, remove, and the line for cron."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.actions import Action, Actions
from ac_notebook.forms.saved.panel import Panel
from ac_notebook.forms.saved.schedule_part import SchedulePart
from ac_notebook.model.schedule import Schedule
from ac_notebook.runs.schedules.rhythm import local_zone
from ac_notebook.runs.show import name

if TYPE_CHECKING:
    from ac_notebook.forms.saved.exports_form import ExportsForm
    from ac_notebook.runs.export import Export
    from ac_notebook.runs.schedules.verbs import ExportSchedule


@dataclass(frozen=True, kw_only=True)
class _Known:
    """The schedule of an export, if it has one, and the line that calls it."""

    shown: ExportSchedule | None = None
    line: str = ""


class SchedulePanel(Panel):
    """Shows the schedule of an export, and what can be done with it."""

    def __init__(self, form: ExportsForm) -> None:
        super().__init__(form, form.words("Save schedule"))
        words, controls = self.words, self.controls
        self._reader = form.new_worker()
        self._known = _Known()
        self.part = SchedulePart(form, changed=self._changed)
        self.now = controls.note()
        self.line = controls.lines(words("Line for crontab -e"), rows=4)
        self.line.observe(form.shown(lambda _: self._keep_line()), "value")
        self.cancel.description = self.cancel.tooltip = words("Close")
        self.actions = Actions(
            form,
            [
                Action(label=words("Pause"), do=self._pause, can=lambda: self._is_paused is False),
                Action(label=words("Resume"), do=self._resume, can=lambda: self._is_paused is True),
                Action(
                    label=words("Unschedule"), do=self._unschedule, can=lambda: self._is_paused is not None,
                    asks=self._asks,
                ),
            ],
        )  # fmt: skip

    def opened(self, export: Export) -> None:
        """Show the schedule, if there is one."""
        said = self.words("Schedule of {name}").format(name=name(export.name))
        self.say(said)
        self.part.value = Schedule(cron="0 6 * * *", timezone=local_zone())
        self._known = _Known()
        self._arrange()
        self._read(export)

    def done(self, export: Export) -> None:
        """Save it, if it is complete."""
        problems = self.part.problems
        if problems:
            raise ConfigurationError("\n".join(problems), hint=self.words("Nothing was scheduled."))
        given = self.part.arguments()
        self.form.act(lambda: export.schedule(**given), lambda _: self._read(export))

    def code(self) -> str:
        """Return the code that makes the schedule."""
        given = "".join(f"\n    {word}={value!r}," for word, value in self.part.arguments().items())
        return f"export.schedule({given}\n)"

    def refresh(self) -> None:
        """Show what can be done now."""
        super().refresh()
        self.actions.refresh()

    @property
    def _is_paused(self) -> bool | None:
        shown = self._known.shown
        return None if shown is None else shown.paused is not None

    def _read(self, export: Export) -> None:
        if export is self.export:  # and not of another that was opened meanwhile
            self._reader.do(lambda: _known(export), self._know)

    def _know(self, known: _Known) -> None:
        self._known = known
        if known.shown is not None:
            self.part.value = known.shown.schedule
        self.actions.forget()
        self._arrange()
        self.form.changed()

    def _arrange(self) -> None:
        shown, line = self._known.shown, self._known.line
        said = self.words("There is no schedule yet.") if shown is None else repr(shown)
        self.controls.say(self.now, said)
        self._keep_line()
        self.put(self.now, *([self.line] if line else []), self.actions.box, self.part.box)
        self.refresh()

    def _keep_line(self) -> None:
        """Have the line be what it is: it is there to be copied."""
        if self.line.value != self._known.line:
            self.line.value = self._known.line

    def _changed(self) -> None:
        self.form.changed()

    def _asks(self) -> str:
        said = self.words("Remove the schedule of {name}? A run that is under way goes on; the export stays.")
        return said.format(name=name(self.export.name if self.export is not None else ""))

    def _pause(self) -> None:
        export = self._export()
        self.form.act(export.pause, lambda _: self._read(export), said=self.words("Paused. Nothing was sent."))

    def _resume(self) -> None:
        export = self._export()
        self.form.act(export.resume, lambda _: self._read(export), said=self.words("Resumed. Nothing was sent."))

    def _unschedule(self) -> None:
        export = self._export()
        self.form.act(export.unschedule, lambda _: self._read(export))

    def _export(self) -> Export:
        assert self.export is not None  # noqa: S101 - nothing can be pressed before it is opened for one
        return self.export


def _known(export: Export) -> _Known:
    try:
        shown = export.schedule()
    except ConfigurationError:  # it has none
        return _Known()
    return _Known(shown=shown, line="" if shown.schedule.notebook else str(export.crontab()))
