"""Running an export from a form: in a thread of its own, with how far it is, and a button that stops it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets

from ac_notebook.errors import ConfigurationError, ExportInterrupted, GuardError
from ac_notebook.runs import show
from ac_notebook.runs.schedules.noticing import noticed
from ac_notebook.storage.lease import RunningError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.forms.base.form import Form
    from ac_notebook.forms.base.texts import Words
    from ac_notebook.forms.exporting.summary import Findings
    from ac_notebook.runs.export import Export
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.progress import Progress
    from ac_notebook.runs.report import Report


@dataclass(frozen=True, kw_only=True, eq=False)
class Ended:
    """How a run ended.

    Parameters
    ----------
    report
        What became of every row; None where nothing was begun.
    error
        What ended it early.
    anew
        What a run would do now, where that is not what was shown: then nothing was begun.
    """

    report: Any = None
    error: BaseException | None = None
    anew: Findings | None = None

    @property
    def was_stopped(self) -> bool:
        """Whether a person stopped it."""
        return isinstance(self.error, ExportInterrupted)

    def told(self, words: Words) -> tuple[str, bool]:
        """Return what became of the rows of a run that has ended by itself, and whether all is well."""
        counts = self.report.counts
        rows = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
        is_well = not counts[["refused", "uncertain", "not_sent"]].sum()
        said = words("The run has ended; its report is below the form.")
        if not is_well:
            said = words("The run has ended, but not every row is known to have arrived; its report is below the form.")
        lines = [said, words("Rows: {counts}.").format(counts=rows)]
        if counts["accepted"]:
            lines.append(words("ActiveCampaign has not confirmed all of them yet: another run asks about them first."))
        return "\n".join(lines), is_well

    @property
    def rails(self) -> tuple[str, ...]:
        """Guard rails that stopped it."""
        return self.error.rails if isinstance(self.error, GuardError) else ()


def run_report(report: Report | None, words: Words) -> Report:
    """Return the report of the last run from a form.

    Raises
    ------
    ConfigurationError
        Before there was one.
    """
    if report is None:
        raise ConfigurationError(
            words("The form has run nothing yet."),
            hint=words("Press Run in the form above, then run this cell again."),
        )
    return report


class Running:
    """The Run and Stop buttons of a form, and how far its run is.

    Parameters
    ----------
    form
        Whose they are.
    ended
        Called when a run has ended.
    """

    def __init__(self, form: Form, *, ended: Callable[[Ended], None]) -> None:
        self.words, self._controls = form.words, form.controls
        self._ended = ended
        self._worker = form.new_worker()
        self._presses = self._heard = 0
        self.stop = form.controls.button(form.words("Stop"))
        self.stop.disabled = True
        self.stop.on_click(form.shown(lambda _: self._stop_pressed()))
        self.bar = ipywidgets.IntProgress(value=0, min=0, max=1, layout=ipywidgets.Layout(width="300px"))
        self.said = form.controls.status()
        self.box = form.controls.column()

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._worker.is_busy

    def begin(
        self, export: Export, planned: Callable[[], Plan], shown: Findings, look: Callable[[Plan], Findings]
    ) -> None:  # fmt: skip
        """Run an export, if that does what was shown; nothing while a run goes on.

        Parameters
        ----------
        export
            The export.
        planned
            Plans it anew, of the customers as they are now; with :meth:`show` for its progress.
        shown
            What a person has seen that it would do.
        look
            Finds out what a plan would do.
        """
        if self.is_running:
            return
        self._presses = self._heard = 0
        self.stop.description, self.stop.disabled = self.words("Stop"), False
        self.bar.value, self.bar.bar_style = 0, ""
        self.box.children = [self.bar, self.said]
        self._say(self.words("Checking the rows once more …"))
        self._worker.do(lambda: self._ran(export, planned, shown, look), self._end)

    def _ran(
        self, export: Export, planned: Callable[[], Plan], shown: Findings, look: Callable[[Plan], Findings]
    ) -> Ended:  # fmt: skip
        try:
            with noticed(export):
                return self._run(planned(), shown, look)
        except BaseException as error:  # noqa: BLE001 - told in the form, whatever it is; the run has ended with it
            return Ended(report=getattr(error, "report", None), error=error)

    def _run(self, made: Plan, shown: Findings, look: Callable[[Plan], Findings]) -> Ended:
        now = look(made)
        if now.numbers != shown.numbers:
            return Ended(anew=now)
        if self._presses:
            return Ended(error=ExportInterrupted("The export was stopped.", hint="Nothing was sent."))
        return Ended(report=made.run())

    def elsewhere(self, how: Ended) -> str:
        """Return what to do about a run that stood in the way; "" where none did."""
        if not isinstance(how.error, RunningError):
            return ""
        return self.words(
            "If it was begun in a form of this notebook that is not shown any more, restarting the kernel ends it; "
            "Run then carries on where it stopped."
        )

    def show(self, progress: Progress) -> None:
        """Show how far a run is; called in its thread, a few times a second.

        Raises
        ------
        KeyboardInterrupt
            Once after Stop was pressed: that stops the run.
        """
        if self._presses > self._heard:
            self._heard += 1
            raise KeyboardInterrupt
        total = max(progress.to_send, 1)
        with self.bar.hold_sync():
            self.bar.max, self.bar.value = total, min(progress.accepted, total)
        self._say("\n".join(filter(None, (progress.opening, progress.said, self._now(progress)))))

    def _now(self, progress: Progress) -> str:
        if progress.phase == "ended":
            return ""
        parts = [f"{progress.words[:1].upper()}{progress.words[1:]}"]
        if progress.to_send:
            text = self.words("{accepted:,} of {rows:,} rows queued, {imported:,} imported")
            parts.append(text.format(accepted=progress.accepted, rows=progress.to_send, imported=progress.imported))
        if progress.refused:
            parts.append(self.words("{refused:,} refused").format(refused=progress.refused))
        if progress.seconds_left >= 1:
            parts.append(self.words("about {time} left").format(time=show.duration(progress.seconds_left)))
        return " · ".join(parts)

    def _stop_pressed(self) -> None:
        if self.is_running:
            self._presses += 1
            self.stop.description, self.stop.disabled = self.words("Stopping …"), True

    def _end(self, how: Ended) -> None:
        self.stop.description, self.stop.disabled = self.words("Stop"), True
        self.box.children = []  # how it ended is told by whoever asked for it
        self._say("")
        self._ended(how)

    def _say(self, text: str) -> None:
        self._controls.say(self.said, text)
