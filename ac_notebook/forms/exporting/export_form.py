"""The form of an export: where a frame's rows go, which of them, what a run would do, and the run itself."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ActiveCampaignError, ConfigurationError, ConnectionNotFoundError
from ac_notebook.forms.base.form import Form
from ac_notebook.forms.base.worker import in_thread
from ac_notebook.forms.exporting.buttons import Buttons
from ac_notebook.forms.exporting.connection_choice import start_sandbox
from ac_notebook.forms.exporting.definition_parts import DefinitionParts
from ac_notebook.forms.exporting.export_code import code_for, variable_of
from ac_notebook.forms.exporting.keeping import keep, keep_both, not_kept, was_kept
from ac_notebook.forms.exporting.running import Running, run_report
from ac_notebook.forms.exporting.summary import Summary, findings_of
from ac_notebook.model.harmless import name as harmless
from ac_notebook.runs import exports
from ac_notebook.runs.export import Export
from ac_notebook.runs.given import require_frame
from ac_notebook.runs.replanning import replanned
from ac_notebook.runs.tracebacks import in_words, without_frames

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from ac_notebook.forms.base.worker import Spawn
    from ac_notebook.forms.exporting.keeping import Kept
    from ac_notebook.forms.exporting.running import Ended
    from ac_notebook.forms.exporting.summary import Findings
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.report import Report


class ExportForm(Form):
    """A form over an export of a frame: choose, look at what it would do, save, run, stop.

    Parameters
    ----------
    frame
        The customers. Never changed.
    value
        The export to begin with: an :class:`Export`, or the name of a saved one; None for a new one.
    language
        Such as "sv"; see ``ac.forms.language``.
    spawn
        How work is done that takes time.
    sandbox
        Starts a sandbox: a new export goes there while no connection is saved.
    busy
        Called whenever it begins or ends to be busy: for a form that holds this one.

    Raises
    ------
    ConfigurationError
        When there is no frame, or no saved export of that name.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> customers = ac.sandbox.sample_customers(n=10, seed=1)
    >>> weekly = ac.Export("Weekly", list="Newsletter", mapping={"email": "E-mail"})
    >>> form = ac.forms.export(customers, weekly)  # shown where it is the last line of a cell
    >>> form.report
    Traceback (most recent call last):
        ...
    ac_notebook.errors.ConfigurationError: The form has run nothing yet.
    Press Run in the form above, then run this cell again.
    """

    _is_made = False
    """Whether all of it is there: threads may tell of what they found before."""

    @without_frames
    def __init__(
        self, frame: pd.DataFrame, value: Export | str | None = None, *, language: str | None = None,
        spawn: Spawn = in_thread, sandbox: Callable[[], Connection] = start_sandbox,
        busy: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        require_frame(frame)
        super().__init__(language=language, spawn=spawn)
        self._busy_told = busy
        self._frame = frame
        self._base: Export | None = None
        self._report: Report | None = None
        self._saver = self.new_worker()
        self._turn = threading.RLock()
        self._told: tuple[str, ...] = ()
        self._stopped_by: tuple[str, ...] = ()
        self._has_run = self._has_ended = False  # since something was changed: sent something, told how it went
        self.parts = DefinitionParts(self, frame, changed=self.changed, sandbox=sandbox)
        self.summary = Summary(self.controls, self.words)
        self.running = Running(self, ended=self._ended)
        self.buttons = Buttons(
            self, save=self._save, run=self._run, stop=self.running.stop, preview=self._preview,
            save_both=self._save_both,
        )  # fmt: skip
        self.put(
            self.words("Export"), self.parts.box, self.summary.box, self.parts.options.rails.box, self.buttons.box,
            self.running.box,
        )  # fmt: skip
        self._is_made = True
        if value is not None:
            self.value = value
        else:
            self.parts.fall_back()
            self.changed()
        self.parts.begin()

    @property
    def value(self) -> Export:
        """The export that code would have built; set, it fills the form.

        What does not fit the frame or the account is in it as it was given; :attr:`problems` says so, and it cannot be
        run.

        Raises
        ------
        ConfigurationError
            While the form is not complete, with what is missing.
        """
        if not self.parts.is_complete:
            listed = "\n".join(f"  - {problem}" for problem in self.parts.problems)
            message = self.words("The form is not complete:") + f"\n{listed}"
            raise ConfigurationError(message, hint=self.words("Fill in the form above, then run this cell again."))
        return self._made()

    @value.setter
    def value(self, value: Export | str) -> None:
        if not isinstance(value, Export | str):
            msg = f"The value of an export form is an ac.Export or the name of a saved one, not {type(value).__name__}."
            raise ConfigurationError(msg, hint='Write form.value = ac.Export("Weekly", …). Nothing was changed.')
        self._base = Export.named(value) if isinstance(value, str) else value
        self.parts.show(self._base)
        self.changed()

    @property
    def report(self) -> Report:
        """What became of every row in the last run from this form.

        Raises
        ------
        ConfigurationError
            Before there was one.
        """
        return run_report(self._report, self.words)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is missing or wrong, in sentences."""
        return self.parts.problems

    @property
    def is_busy(self) -> bool:
        """Whether something is being found out, saved or run."""
        return self._is_made and (self.worker.is_busy or self._saver.is_busy or self.running.is_running)

    def code(self) -> str:
        """Return the code that does the same, ready to paste into a cell."""
        saved = self.parts.saved_connections
        return code_for(self.value, saved=saved, frame=variable_of(self._frame), words=self.words)

    def changed(self) -> None:
        """Show what follows from a change: title, what a run would do, what can be pressed."""
        if not self._is_made:
            return
        super().changed()
        self.buttons.offer_both(is_offered=False)
        self._told, self._has_run = self.parts.problems, False
        if self._has_ended:  # what it said is of before
            self._has_ended = False
            self.message.note("")
        is_sandbox = self.parts.is_sandbox
        self.title(("SANDBOX · " if is_sandbox else "") + self.words("Export"))
        self._look()
        self.busy_changed()

    def busy_changed(self) -> None:
        """Show that work began or ended."""
        super().busy_changed()
        if not self._is_made:
            return
        if self.parts.problems != self._told:  # what was being found out may be one
            self.changed()
        self._show_buttons()
        self._busy_told()

    def _show_buttons(self) -> None:
        is_complete = not self.parts.problems
        self.buttons.save.disabled = not is_complete or self._saver.is_busy
        can_run = is_complete and self.summary.is_current and not self.running.is_running
        self.buttons.run.disabled = not can_run
        self.buttons.preview.disabled = not (is_complete and self.summary.is_current)

    def _made(self) -> Export:
        parts: dict[str, Any] = self.parts.value
        return Export(**parts) if self._base is None else self._base.replace(**parts)

    # ------------------------------------------------------------------------------------------------------- summary

    def _look(self) -> None:
        """Find out what the export would do, where it is complete."""
        with self._turn:  # whoever comes last has seen the newest
            self._ask()

    def _ask(self) -> None:
        problems = self.parts.problems
        if problems:
            self.worker.forget()
            self.summary.incomplete(problems)
            return
        try:
            export = self._made()
        except ActiveCampaignError as error:
            self.worker.forget()
            self.summary.failed(in_words(error))
            return
        before = self.summary.findings
        if self.summary.is_current and before is not None and before.is_of(export):
            return
        self.summary.checking()
        self.worker.do(lambda: self._planned(export, before), self._looked)

    def _planned(self, export: Export, before: Findings | None) -> Findings | ActiveCampaignError:
        try:
            made = None if before is None else replanned(before.plan, of=before.export, to=export)
            return findings_of(made or exports.plan(self._frame, export), export, self.words)
        except ActiveCampaignError as error:
            return error

    def _looked(self, found: Findings | ActiveCampaignError) -> None:
        if isinstance(found, ActiveCampaignError):
            self.summary.failed(in_words(found), is_after_run=self._has_run)
        else:
            self.summary.show(found, is_after_run=self._has_run)
            self._show_rails()
        self._show_buttons()

    # ------------------------------------------------------------------------------------------------ what is pressed

    def _save(self) -> None:
        self.message.note("")
        export = self.value
        self._saver.do(lambda: keep(export), self._saved)

    def _save_both(self) -> None:
        self.message.note("")
        export = self.value
        self._saver.do(lambda: keep_both(export), self._saved)

    def _saved(self, kept: Kept | ConnectionNotFoundError) -> None:
        is_refused = isinstance(kept, ConnectionNotFoundError)
        self.buttons.offer_both(is_offered=is_refused)
        if isinstance(kept, ConnectionNotFoundError):
            self.message.bad(not_kept(kept, self.words, is_sandbox=self.parts.is_sandbox))
            return
        self._base = kept[0]
        self.parts.know_saved(self._base)
        self.message.good(was_kept(kept, self.words))
        self.changed()

    def _run(self) -> None:
        shown, export = self.summary.findings, self.value
        if shown is None or not self.summary.is_current or shown.export != export:
            raise ConfigurationError(self.words("What a run would do is still being found out. Nothing was sent."))
        self.message.note("")
        self.buttons.offer_both(is_offered=False)
        self.summary.is_run()
        self.running.begin(
            export, lambda: exports.plan(self._frame, export, progress=self.running.show), shown,
            lambda plan: findings_of(plan, export, self.words),
        )  # fmt: skip
        self._show_buttons()

    def _ended(self, how: Ended) -> None:
        self._stopped_by = how.rails  # those that act during a run are in no plan
        if how.report is not None:
            self._report, self._has_run = how.report, bool(how.report.numbers.get("requests"))
            self.outcome.keep(how.report)
        if how.anew is not None:
            self.summary.show(how.anew)
            self.message.bad(
                self.words("The frame has changed since: look at the new numbers, then press Run again.")
                + " "
                + self.words("Nothing was sent.")
            )
        elif how.error is None:
            said, is_well = how.told(self.words)
            self.message.tell(said, is_good=is_well)
        elif how.was_stopped:
            self.message.note(in_words(how.error))
        else:
            here = self.words("To allow it here, tick its box under Guard rails.") if how.rails else ""
            here = here or self.running.elsewhere(how)
            self.message.bad(f"{in_words(how.error)}\n{here}".strip())
        self._show_rails()
        self._has_ended = True
        if how.anew is None:
            self.summary.findings = None  # what was planned was sent: the next one is of what is left
            self._look()
        self._show_buttons()

    def _show_rails(self) -> None:
        found = self.summary.findings
        self.parts.options.rails.meet({*(found.met if found is not None else ()), *self._stopped_by})

    def _preview(self) -> None:
        found = self.summary.findings
        if found is not None and self.summary.is_current:
            self.worker.do(lambda: found.plan.preview(10), self.outcome.add)

    def __repr__(self) -> str:
        name = harmless(self.parts.name.value) or "…"
        return f"<ExportForm {name!r}: run this cell in a notebook to see it>"
