"""The form of all saved exports: find one, and run, change, duplicate, schedule, attach, detach or remove it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ac_notebook.errors import ActiveCampaignError, ConfigurationError
from ac_notebook.forms.base.actions import Action
from ac_notebook.forms.base.table import ChosenTable
from ac_notebook.forms.base.table_form import TableForm
from ac_notebook.forms.base.worker import in_thread
from ac_notebook.forms.exporting.running import run_report
from ac_notebook.forms.saved.edit_panel import EditPanel
from ac_notebook.forms.saved.export_lines import columns_of, lines_of
from ac_notebook.forms.saved.export_panels import AttachPanel, DuplicatePanel, RenamePanel
from ac_notebook.forms.saved.run_panel import RunPanel
from ac_notebook.forms.saved.schedule_panel import SchedulePanel
from ac_notebook.runs.export import Export
from ac_notebook.runs.exports_table import described, remembered_as
from ac_notebook.runs.given import require_frame
from ac_notebook.runs.saying import heard
from ac_notebook.runs.show import name
from ac_notebook.runs.tracebacks import without_frames
from ac_notebook.storage.run_entries import UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from ac_notebook.forms.base.worker import Spawn
    from ac_notebook.forms.saved.panel import Panel
    from ac_notebook.runs.tables import Table

    _Made = TypeVar("_Made")


class ExportsForm(TableForm["Panel"]):
    """A form over the saved exports, of which one is chosen.

    Parameters
    ----------
    frame
        The customers that an export is run with and columns are chosen from. Never changed. Without one, only what has
        a file scheduled can be run.
    language
        Such as "sv"; see ``ac.forms.language``.
    spawn
        How work is done that takes time.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> weekly = ac.Export("Weekly", list="Newsletter", mapping={"email": "E-mail"}).save()
    Saved the export 'Weekly', without a connection yet. Nothing was sent.
    >>> form = ac.forms.exports()  # the last line of a cell: shown below it
    >>> form.value = "Weekly"
    >>> form.value == weekly, form.problems
    (True, ())
    >>> form.report
    Traceback (most recent call last):
        ...
    ac_notebook.errors.ConfigurationError: The form has run nothing yet.
    ...
    """

    @without_frames
    def __init__(
        self, frame: pd.DataFrame | None = None, *, language: str | None = None, spawn: Spawn = in_thread
    ) -> None:  # fmt: skip
        if frame is not None:
            require_frame(frame)
        super().__init__(language=language, spawn=spawn)
        self.frame, self.spawn = frame, spawn
        self._panels: dict[type[Panel], Panel] = {}
        self._facts: dict[str, dict[Any, Any]] = {}
        self._report: Any = None
        words = self.words
        table = ChosenTable(
            self, columns_of(words), label=words("Chosen export"), title=words("Saved exports"), chose=self._chose,
            empty=words("No export is saved yet: df.activecampaign.form() makes one."),
        )  # fmt: skip
        self.begin(words("Saved exports"), table, self._made_actions())

    @property
    def value(self) -> Export:
        """The chosen export, as it is saved now; set to a saved export or its name, it is chosen.

        Raises
        ------
        ConfigurationError
            When none is chosen, or it was removed meanwhile.
        """
        chosen = self.table.require_chosen(self.words("No export is chosen."))
        return remembered_as(str(chosen), self._name)

    @value.setter
    def value(self, value: Export | str) -> None:
        if not isinstance(value, Export | str):
            msg = f"The value of this form is a saved export or its name, not {type(value).__name__}."
            raise ConfigurationError(msg, hint='Write form.value = "Weekly". Nothing was changed.')
        self.choose(Export.named(value if isinstance(value, str) else value.name))

    @property
    def report(self) -> Any:
        """What became of every row in the last run from this form.

        Raises
        ------
        ConfigurationError
            Before there was one.
        """
        return run_report(self._report, self.words)

    @property
    def is_busy(self) -> bool:
        """Whether something is read, changed or run."""
        return super().is_busy or (self.panel is not None and self.panel.is_busy)

    def choose(self, export: Export) -> None:
        """Choose a saved export."""
        self.table.chosen = export.saved.export.identity if export.saved is not None else None
        self.refresh()

    def refresh(self) -> None:
        """Read the saved exports, as this and other kernels have left them."""
        self.worker.do(described, self._show)

    def act(self, work: Callable[[], _Made], then: Callable[[_Made], Any], *, said: str = "") -> None:
        """Have something done to what is saved, say what was done, and read all anew, also when it could not be done.

        Parameters
        ----------
        work
            What is done, in a thread: what it says is shown in the form.
        then
            What follows with its result.
        said
            What is said of it where it says nothing itself.
        """

        def done() -> tuple[_Made | ActiveCampaignError, str]:
            with heard() as told:
                try:
                    return work(), "\n".join(" ".join(text.split()) for text in told) or said
                except ActiveCampaignError as error:
                    return error, ""

        def show(ended: tuple[_Made | ActiveCampaignError, str]) -> None:
            result, told = ended
            if isinstance(result, ActiveCampaignError):
                self.failed(result)
            else:
                self.message.good(told)
                then(result)
            self.refresh()

        self.message.note("")
        self._acting.do(done, show)

    def keep(self, report: Any) -> None:
        """Show the report of a run below the form."""
        self._report = report
        self.outcome.keep(report)

    def close(self) -> None:
        """Close what is open below the table."""
        panel, self.panel = self.panel, None
        self._place.children = []
        if panel is not None:
            panel.left()
            self.refresh()
        self.changed()

    def code(self) -> str:
        """Return the code that does the same, ready to paste into a cell."""
        lines = ["import ac_notebook as ac", ""]
        if self.table.chosen is None:
            return "\n".join([*lines, "ac.exports()"])
        opened = self.panel.export if self.panel is not None else None
        lines.append(f"export = ac.Export.named({self._name if opened is None else opened.name!r})")
        does = self.panel.code() if self.panel is not None else ""
        if not does and self.frame is not None:
            does = "report = df.activecampaign.export(export)"
        return "\n".join([*lines, *([does] if does else [])])

    @property
    def _name(self) -> str:
        line = self.table.line
        return "" if line is None else line.label

    def _fact(self, what: str) -> Any:
        return self._facts.get(str(self.table.chosen), {}).get(what)

    def _show(self, found: tuple[Table, tuple[str, ...]]) -> None:
        table, identities = found
        self._facts = dict(zip(identities, table.to_dict("records"), strict=True))
        self.table.show(lines_of(table, identities))
        self.actions.refresh()
        self.changed()

    def _chose(self) -> None:
        self._opening.forget()
        if self.panel is not None and not self.panel.is_busy:
            self.close()
        self.actions.forget()
        self.actions.refresh()
        self.changed()

    def _made_actions(self) -> list[Action]:
        words = self.words

        def chosen() -> bool:
            return self.table.line is not None

        def attached() -> bool:
            return chosen() and self._fact("connection") != "no connection"

        panels: list[tuple[str, type[Panel]]] = [
            (words("Run …"), RunPanel), (words("Edit …"), EditPanel), (words("Rename …"), RenamePanel),
            (words("Duplicate …"), DuplicatePanel), (words("Schedule …"), SchedulePanel),
            (words("Attach …"), AttachPanel),
        ]  # fmt: skip
        opening = [
            Action(label=label, do=partial(self._open, kind), can=chosen, is_main=kind is RunPanel)
            for label, kind in panels
        ]
        return [
            *opening,
            Action(label=words("Detach"), do=self._detach, can=attached, asks=self._asks_to_detach),
            Action(label=words("Remove"), do=self._remove, can=chosen, asks=self._asks_to_remove),
        ]

    def _open(self, kind: type[Panel]) -> None:
        identity, called = str(self.table.chosen), self._name  # before anything is read anew
        self.close()
        self.message.note("")
        self._opening.do(lambda: remembered_as(identity, called), lambda export: self._opened(kind, export))

    def _opened(self, kind: type[Panel], export: Export) -> None:
        if kind not in self._panels:
            self._panels[kind] = kind(self)  # type: ignore[call-arg]  # each takes the form alone
        self.panel = self._panels[kind]
        self._place.children = [self.panel.box]
        self.panel.open_for(export)
        self.changed()
        self.panel.refresh()

    def _detach(self) -> None:
        identity, called = str(self.table.chosen), self._name
        self.act(lambda: remembered_as(identity, called).detach(), lambda _: self.close())

    def _remove(self) -> None:
        identity, called = str(self.table.chosen), self._name
        self.act(lambda: remembered_as(identity, called).remove(), lambda _: self.close())

    def _asks_to_detach(self) -> str:
        said = self.words(
            "Detach {name} from {connection}? It sends nothing, also not by schedule, until another connection is "
            "attached. What it has sent stays where it is."
        )
        return said.format(name=repr(name(self._name)), connection=repr(name(str(self._fact("connection")))))

    def _asks_to_remove(self) -> str:
        said = (
            self.words("Remove {name} and its schedule? Its runs stay in the history; nothing is sent or taken back.")
            if self._fact("schedule")
            else self.words("Remove {name}? Its runs stay in the history; nothing is sent or taken back.")
        )
        more = self.words("A run of it is under way, and goes on to its end.")
        return f"{said.format(name=repr(name(self._name)))} {more if self._fact('status') in UNDER_WAY else ''}".strip()
