"""When an export runs without a person, and with what: the controls over a schedule."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ActiveCampaignError
from ac_notebook.forms.base.part import Part
from ac_notebook.model.schedule import Schedule
from ac_notebook.runs.schedules.rhythm import KINDS, Rhythm, local_zone, rhythm_of, times_as_typed, times_in
from ac_notebook.storage.data.file import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.forms.base.form import Form

_STATED = ("separator", "encoding", "decimal")


class SchedulePart(Part[Schedule]):
    """Controls over a :class:`Schedule`.

    What has no control of its own (types of columns, the share that may be rejected, JupyterLab's number of the job)
    stays as it is.

    Parameters
    ----------
    form, changed
        As for :class:`Part`.
    """

    def __init__(self, form: Form, *, changed: Callable[[], None] = lambda: None) -> None:
        super().__init__(form, changed=changed)
        words, controls = self.words, self.controls
        self._base = Schedule(cron="", timezone="")
        self.how_often = controls.choice(words("How often"), zip(self._rhythms(), KINDS, strict=True), "daily")
        self.day = controls.choice(words("On"), zip(self._days(), (1, 2, 3, 4, 5, 6, 0), strict=True), 1)
        self.times = controls.text(words("At"), "06:00", is_required=True, placeholder="06:00")
        self.cron = controls.text(
            words("Cron text"), is_required=True, placeholder=words("minute hour day month weekday: 0 6 * * 1")
        )
        self.timezone = controls.text(
            words("Time zone"), local_zone(), is_required=True, placeholder="Europe/Stockholm"
        )
        self.what = controls.choice(
            words("Runs with"),
            [(words("a data file"), "data"), (words("a notebook, run by JupyterLab"), "notebook")], "data",
        )  # fmt: skip
        self.path = controls.text(words("File"), is_required=True, placeholder="/data/customers.parquet")
        ways = [(words("as its name says"), ""), *((title, name) for name, (title, _) in FORMATS.items())]
        self.format = controls.choice(words("Read as"), ways, "")
        self.stated = {
            "separator": controls.text(words("Separator (CSV)"), placeholder=","),
            "encoding": controls.text(words("Encoding (CSV)"), placeholder="utf-8"),
            "decimal": controls.text(words("Decimal sign (CSV)"), placeholder="."),
        }
        self.on_failure = controls.text(words("Command on failure"), placeholder="/usr/local/bin/tell-me")
        self._note = controls.note()
        self.box = controls.column()
        every = (
            self.how_often, self.day, self.times, self.cron, self.timezone, self.what, self.path, self.format,
            *self.stated.values(), self.on_failure,
        )  # fmt: skip
        for widget in every:
            self.observe(widget)
        self._arrange()

    def touched(self) -> None:
        """Show the controls that belong to what is chosen, and tell of the change."""
        self._arrange()
        super().touched()

    @property
    def value(self) -> Schedule:
        """The schedule, as it is typed; its cron text is "" where the times say nothing."""
        is_file = self.what.value == "data"
        return Schedule(
            cron=self._cron(), timezone=self.timezone.value.strip(),
            data=self.path.value if is_file else "", notebook="" if is_file else self.path.value,
            reading=self._reading() if is_file else {}, job=self._base.job,
            on_failure=self._command() if is_file else (),
        )  # fmt: skip

    @value.setter
    def value(self, schedule: Schedule) -> None:
        with self.filling():
            self.fill(schedule)

    def fill(self, piece: Schedule) -> None:
        """Show a schedule."""
        self._base = piece
        rhythm = rhythm_of(piece.cron)
        self.how_often.value, self.day.value, self.cron.value = rhythm.kind, rhythm.day, rhythm.cron
        self.times.value = times_as_typed(rhythm.times)
        self.timezone.value = piece.timezone
        self.what.value = "notebook" if piece.notebook else "data"
        self.path.value = piece.notebook or piece.data
        self.format.value = piece.reading.get("format", "")
        for name, field in self.stated.items():
            field.value = piece.reading.get(name, "")
        self.on_failure.value = shlex.join(piece.on_failure)
        self._arrange()

    @property
    def problems(self) -> tuple[str, ...]:
        """What is missing; whether it can be is found out when it is saved."""
        found = []
        try:
            self._rhythm()
        except ActiveCampaignError as error:
            found.append(f"{error.message} {error.hint}")
        if not self.path.value.strip():
            found.append(self.words("It is not said with which file or notebook it runs."))
        try:
            shlex.split(self.on_failure.value)
        except ValueError:
            found.append(self.words("A quote in the command is not closed: add the other one."))
        return tuple(found)

    def arguments(self) -> dict[str, Any]:
        """Return what ``export.schedule`` is called with."""
        made = self.value
        given: dict[str, Any] = {"cron": made.cron, "timezone": made.timezone}
        given |= {"notebook": made.notebook} if made.notebook else {"data": made.data}
        given |= {"on_failure": list(made.on_failure)} if made.on_failure else {}
        return given | dict(made.reading)

    def _rhythm(self) -> str:
        kind = self.how_often.value
        if kind == "cron":
            return str(self.cron.value)
        return Rhythm(kind=kind, times=times_in(self.times.value), day=self.day.value).text

    def _cron(self) -> str:
        try:
            return self._rhythm()
        except ActiveCampaignError:  # one of the problems
            return ""

    def _command(self) -> tuple[str, ...]:
        try:
            return tuple(shlex.split(self.on_failure.value))
        except ValueError:  # likewise
            return ()

    def _reading(self) -> dict[str, Any]:
        kept = {name: value for name, value in self._base.reading.items() if name not in ("format", *_STATED)}
        stated = {name: field.value for name, field in self.stated.items() if field.value}
        return kept | ({"format": self.format.value} if self.format.value else {}) | stated

    def _arrange(self) -> None:
        kind, is_file = self.how_often.value, self.what.value == "data"
        when = [self.cron] if kind == "cron" else [self.day, self.times] if kind == "weekly" else [self.times]
        reading = [self.format, *self.stated.values(), self.on_failure] if is_file else []
        self.controls.say(self._note, self._said(is_file=is_file))
        wanted = (self.how_often, *when, self.timezone, self.what, self.path, *reading, self._note)
        if self.box.children != wanted:
            self.box.children = wanted

    def _said(self, *, is_file: bool) -> str:
        if not is_file:
            return self.words("JupyterLab runs the notebook as it is now; schedule it anew when you have changed it.")
        kept = [name for name in self._base.reading if name not in ("format", *_STATED)]
        said = self.words("The command for failures is kept as it is typed: no secret belongs into it.")
        more = self.words("Set in code, and kept: {names}.").format(names=", ".join(kept)) if kept else ""
        return f"{said} {more}".strip()

    def _rhythms(self) -> tuple[str, ...]:
        words = self.words
        return (
            words("every day"), words("Monday to Friday"), words("once a week"), words("several times a day"),
            words("by a cron text of your own"),
        )  # fmt: skip

    def _days(self) -> tuple[str, ...]:
        words = self.words
        return (
            words("Monday"), words("Tuesday"), words("Wednesday"), words("Thursday"), words("Friday"),
            words("Saturday"), words("Sunday"),
        )  # fmt: skip
