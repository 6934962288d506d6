"""What a saved export would do with the form's frame, or with the file of its schedule; and the run itself."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from ac_notebook.errors import ActiveCampaignError, ConfigurationError
from ac_notebook.forms.exporting.running import Running
from ac_notebook.forms.exporting.summary import Summary, findings_of
from ac_notebook.forms.saved.panel import Panel
from ac_notebook.runs.exports import plan
from ac_notebook.runs.schedules.by_hand import plan_of_file
from ac_notebook.runs.show import name
from ac_notebook.runs.tracebacks import in_words

if TYPE_CHECKING:
    from ac_notebook.forms.exporting.running import Ended
    from ac_notebook.forms.exporting.summary import Findings
    from ac_notebook.forms.saved.exports_form import ExportsForm
    from ac_notebook.model.schedule import Schedule
    from ac_notebook.runs.export import Export
    from ac_notebook.runs.plan import Plan


class RunPanel(Panel):
    """Shows what a run would do, then runs it, with how far it is and Stop."""

    def __init__(self, form: ExportsForm) -> None:
        super().__init__(form, form.words("Run now"))
        self._planner = form.new_worker()
        self._schedule: Schedule | None = None
        self.summary = Summary(self.controls, self.words)
        self.running = Running(form, ended=self._ended)
        self.cancel.description = self.cancel.tooltip = self.words("Close")
        buttons = self.controls.row(self.go, self.running.stop, self.cancel)
        self.box.children = [self.heading, self.summary.box, buttons, self.running.box]

    @property
    def is_busy(self) -> bool:
        """Whether something is planned or run."""
        return self._planner.is_busy or self.running.is_running

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self.running.is_running

    def opened(self, export: Export) -> None:
        """Find out what a run would do."""
        self._schedule = None
        said = self.words("Run {name}").format(name=name(export.name))
        self.say(said)
        self.summary.findings = None
        self._look(export)

    def done(self, export: Export) -> None:
        """Run it."""
        shown = self.summary.findings
        if shown is None or not self.summary.is_current:
            return
        self.form.message.note("")
        self.running.begin(export, lambda: self._planned(export), shown, lambda made: self._findings(made, export))
        self.form.busy_changed()

    def code(self) -> str:
        """Return the code that runs it with a frame; of a file, what is typed in a terminal."""
        if self._schedule is None or self.export is None:
            return ""
        command = ["ac-notebook", "run", self.export.name, "--data", self._schedule.data]
        for option, value in self._schedule.reading.items():
            pairs = [f"{column}={kind}" for column, kind in value.items()] if isinstance(value, dict) else [str(value)]
            command += [word for pair in pairs for word in (f"--{option.replace('_', '-')}", pair)]
        # No line with an exclamation mark: IPython would take names in braces for code.
        return f"# In a terminal: {shlex.join(command)}"

    def refresh(self) -> None:
        """Offer to run what was shown."""
        self.go.disabled = self.is_busy or not self.summary.is_current
        self.cancel.disabled = self.is_running

    def _look(self, export: Export) -> None:
        self.summary.checking()
        self._planner.do(lambda: self._found(export), self._looked)
        self.refresh()

    def _found(self, export: Export) -> Findings | ActiveCampaignError:
        try:
            return self._findings(self._planned(export), export)
        except ActiveCampaignError as error:
            return error

    def _findings(self, made: Plan, export: Export) -> Findings:
        return findings_of(made, export, self.words)

    def _looked(self, found: Findings | ActiveCampaignError) -> None:
        if isinstance(found, ActiveCampaignError):
            self.summary.failed(in_words(found))
        else:
            self.summary.show(found)
        self.refresh()
        self.form.changed()

    def _planned(self, export: Export) -> Plan:
        """Plan the export of the frame, else of the file of its schedule."""
        if self.form.frame is not None:
            return plan(self.form.frame, export, progress=self.running.show)
        if self._schedule is None:
            self._schedule = self._file_of(export)
        return replace(plan_of_file(export, self._schedule), progress=self.running.show)

    def _file_of(self, export: Export) -> Schedule:
        try:
            schedule = export.schedule().schedule
        except ConfigurationError:  # it has none
            schedule = None
        if schedule is None or not schedule.data:
            raise ConfigurationError(
                self.words("This form has no frame to run {name} with, and no file is scheduled.").format(
                    name=name(export.name)
                ),
                hint=self.words(
                    "In a cell: {code}; or make the form with ac.forms.exports(df). Nothing was sent."
                ).format(code=f"df.activecampaign.export({export.name!r})"),
            )
        return schedule

    def _ended(self, how: Ended) -> None:
        words, message = self.words, self.form.message
        self.summary.is_current = False
        if how.report is not None:
            self.form.keep(how.report)
        if how.anew is not None:
            self.summary.show(how.anew)
            anew = words("The data has changed since: look at the new numbers, then run it again.")
            message.bad(f"{anew} " + words("Nothing was sent."))
        elif how.error is None:
            said, is_well = how.told(words)
            message.tell(said, is_good=is_well)
        elif how.was_stopped:
            message.note(in_words(how.error))
        else:
            message.bad(f"{in_words(how.error)}\n{self.running.elsewhere(how)}".strip())
        if how.anew is None and self.export is not None:
            self._look(self.export)  # of what is left
        self.form.refresh()
