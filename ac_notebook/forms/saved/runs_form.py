"""The form of all runs: find one, read what became of it, and compare it with another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ActiveCampaignError, ConfigurationError
from ac_notebook.forms.base.filling import Filling
from ac_notebook.forms.base.form import Form
from ac_notebook.forms.base.table import ChosenTable
from ac_notebook.forms.base.worker import in_thread
from ac_notebook.forms.saved.run_lines import columns_of, compared, label_of, lines_of
from ac_notebook.runs.past import STATUSES, report, runs
from ac_notebook.runs.past_report import PastReport
from ac_notebook.runs.show import name
from ac_notebook.runs.tables import Table

if TYPE_CHECKING:
    from ac_notebook.forms.base.worker import Spawn

_MOST_COMPARED = 50
_Found = tuple[Table, dict[str, list[str]], PastReport | ActiveCampaignError | None]


class RunsForm(Form):
    """A form over the runs of all exports and kernels, of which one is chosen; its report is shown below the form.

    Nothing is read by itself: "Read again" shows how far runs have come.

    Parameters
    ----------
    export
        Only runs of this export are shown to begin with; those of all when None.
    language
        Such as "sv"; see ``ac.forms.language``.
    spawn
        How work is done that takes time.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> customers = ac.sandbox.sample_customers(n=20, seed=1)
    >>> with ac.sandbox.start(speed=60) as sandbox:
    ...     live = ac.export(customers, connection=sandbox.connection, list="VIP", mapping={"email": "E-mail"})
    First run of this export: sending 19 rows.
    >>> form = ac.forms.runs()  # the last line of a cell: shown below it
    >>> form.value = live.run
    >>> form.refresh()  # what "Read again" does
    >>> form.value.status
    'Successful'
    """

    def __init__(
        self, export: str | None = None, *, language: str | None = None, spawn: Spawn = in_thread
    ) -> None:  # fmt: skip
        super().__init__(language=language, spawn=spawn)
        words, controls = self.words, self.controls
        self._teller = self.new_worker()
        self._rows: dict[str, dict[Any, Any]] = {}
        self._filling = Filling()
        self._all = {"export": words("(all exports)"), "connection": words("(all connections)")}
        self.filters = {
            "export": controls.choice(words("Export"), [(self._all["export"], "")], ""),
            "connection": controls.choice(words("Connection"), [(self._all["connection"], "")], ""),
            "status": controls.choice(
                words("Status"), [(words("(any status)"), ""), *((one, one) for one in STATUSES)], ""
            ),
        }
        self.table = ChosenTable(
            self, columns_of(words), label=words("Chosen run"), title=words("Runs"), chose=self._chose, sorted_by=5,
            is_descending=True, empty=words("There is no such run."),
        )  # fmt: skip
        self.other = controls.choice(words("Compare with"), [(words("(none chosen)"), "")], "")
        self._comparison = controls.markup()
        for widget in self.filters.values():
            widget.observe(self.shown(lambda _: self._filtered()), "value")
        self.other.observe(self.shown(lambda _: self._compare()), "value")
        self.table.again.on_click(self.shown(lambda _: self.refresh()))
        self.put(
            words("Runs"), controls.column(*self.filters.values()), self.table.box, self.other, self._comparison,
        )  # fmt: skip
        if export is not None:
            only = self.filters["export"]
            with self._filling(), only.hold_sync():
                only.options, only.value = ((self._all["export"], ""), (name(export), export)), export
        self.refresh()

    @property
    def value(self) -> PastReport:
        """What was kept of the chosen run; set to that or to the beginning of a run's id, the run is chosen.

        Raises
        ------
        ConfigurationError
            When none is chosen.
        """
        return report(str(self.table.require_chosen(self.words("No run is chosen."))))

    @value.setter
    def value(self, value: PastReport | str) -> None:
        if not isinstance(value, PastReport | str):
            msg = f"The value of this form is the report of a run or the run's id, not {type(value).__name__}."
            raise ConfigurationError(msg, hint='Write form.value = "7f3a". Nothing was changed.')
        found = report(value if isinstance(value, str) else value.run)
        if found.run not in self._rows:
            self._fill(dict.fromkeys(self.filters, ""))
        self.table.chosen = found.run
        self.refresh()

    @property
    def chosen_filters(self) -> dict[str, str]:
        """Only runs of this export, through this connection, with this status: those that are said."""
        return {what: widget.value for what, widget in self.filters.items() if widget.value}

    @property
    def is_busy(self) -> bool:
        """Whether something is read."""
        return self.worker.is_busy or self._teller.is_busy

    def refresh(self) -> None:
        """Read the runs, as this and other kernels have left them, and what became of the chosen one."""
        said, chosen = self.chosen_filters, self.table.chosen
        self.worker.do(lambda: _read(said, chosen), self._show)

    def code(self) -> str:
        """Return the code that does the same, ready to paste into a cell."""
        said = ", ".join(f"{what}={value!r}" for what, value in self.chosen_filters.items())
        chosen = self.table.chosen
        last = f"ac.runs({said})" if chosen is None else f"ac.report({chosen!r})"
        return f"import ac_notebook as ac\n\n{last}"

    def _fill(self, values: dict[str, str]) -> None:
        with self._filling():
            for what, value in values.items():
                self.filters[what].value = value

    def _filtered(self) -> None:
        if not self._filling.is_here:
            self.refresh()
            self.changed()

    def _show(self, found: _Found) -> None:
        table, names, told = found
        self._rows = {row["id"]: row for row in table.to_dict("records")}
        for what, known in names.items():
            self._offer(what, known)
        self.table.show(lines_of(table))
        self._tell(told)
        self._offer_others()
        self.changed()

    def _offer(self, what: str, known: list[str]) -> None:
        """Offer names to filter by; the chosen one stays, whether or not there is still something of it."""
        widget = self.filters[what]
        chosen = widget.value
        names = known if not chosen or chosen in known else [chosen, *known]
        options = ((self._all[what], ""), *((name(one), one) for one in names))
        if widget.options != options:
            with self._filling(), widget.hold_sync():
                widget.options, widget.value = options, chosen

    def _chose(self) -> None:
        chosen = self.table.chosen
        self.message.note("")
        self._offer_others()
        self.changed()
        if chosen is None:
            self._teller.forget()
        else:
            self._teller.do(lambda: _told_of(str(chosen)), self._tell)

    def _tell(self, told: PastReport | ActiveCampaignError | None) -> None:
        if isinstance(told, PastReport):
            if told.run == self.table.chosen:
                self.outcome.keep(told)
        elif told is not None:
            self.failed(told)

    def _offer_others(self) -> None:
        """Offer other runs of the same export to compare the chosen one with."""
        row = self._rows.get(str(self.table.chosen))
        before = self.other.value
        others = [] if row is None or row["status"] == "damaged" else [
            one for one in self._rows.values() if one["export"] == row["export"] and one["id"] != row["id"]
        ][:_MOST_COMPARED]  # fmt: skip
        none = (self.words("(none chosen)"), "")
        with self._filling(), self.other.hold_sync():
            self.other.options = (none, *((name(label_of(one)), one["id"]) for one in others))
            self.other.value = before if before in [one["id"] for one in others] else ""
        self._compare()

    def _compare(self) -> None:
        if self._filling.is_here:
            return
        one, other = self._rows.get(str(self.table.chosen)), self._rows.get(str(self.other.value))
        self._comparison.value = "" if one is None or other is None else compared(one, other, self.words)


def _read(said: dict[str, str], chosen: object) -> _Found:
    """Read the runs that are wanted, the names there are to filter by, and what became of the chosen run."""
    every = runs()
    names = {
        what: sorted({one for one in every[what] if isinstance(one, str)}, key=str.casefold)
        for what in ("export", "connection")
    }
    found = runs(**said) if said else every
    return Table(found), names, None if chosen is None else _told_of(str(chosen))


def _told_of(run: str) -> PastReport | ActiveCampaignError:
    try:
        return report(run)
    except ActiveCampaignError as error:
        return error
