"""Saved exports as a user holds them: the value, with its verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.display_name import require_name
from ac_notebook.runs import saving
from ac_notebook.runs.export_value import ExportValue
from ac_notebook.runs.stored import opened
from ac_notebook.storage import exports

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.schedules.crontab import CrontabText
    from ac_notebook.runs.schedules.verbs import ExportSchedule


@dataclass(frozen=True, kw_only=True, repr=False, init=False)
class Export(ExportValue):
    """A definition under a name: which rows and columns of a frame go to which list of which connection.

    A value: it does nothing until ``.save()``, and a DataFrame is exported with it by
    ``df.activecampaign.export("Spring newsletter")``. What it shows is the code that makes it.

    Parameters
    ----------
    name
        Free text of up to 200 characters that names the purpose, such as "Spring newsletter".
    connection
        A connection, or the name of a saved one; None for none yet.
    list
        Name or id of the list that people go to.
    mapping
        ``{ActiveCampaign's name: column}`` or :class:`Mapping`. Columns are labelled with text and numbers.
    segment
        Which rows: query text (``"points > 500"``) or a :class:`Segment`, which several exports may share.
    tags
        Tags that every contact gets; only ever added.
    options, **choices
        What else there is to choose: an :class:`Options`, or its keywords.

    Raises
    ------
    ConfigurationError
        When something of it cannot be, in a sentence that says what to do.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> weekly = ac.Export("Weekly", list="Newsletter", mapping={"email": "E-mail"}, segment="points > 500")
    >>> weekly.replace(tags=["spring"])
    ac.Export(
        'Weekly',
        list='Newsletter',
        mapping=ac.Mapping(email='E-mail'),
        segment='points > 500',
        tags=['spring'],
    )
    """

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the saved export of this name.

        Parameters
        ----------
        name
            Its name.

        Raises
        ------
        ConfigurationError
            When there is none, with the nearest.
        """
        require_name(name, of="export")
        with opened() as database:
            saved = exports.load(database, name)
        return cls.of(saved.export, saved=saved)

    def save(self) -> Self:
        """Save the export under its name, for every kernel of yours; sends nothing, and says so.

        An export that has its name is changed, and what it has sent stays remembered. Where somebody has changed it
        meanwhile, only what you changed is changed. List and fields are looked for, where the connection can be
        reached.

        Returns
        -------
        Export
            As it is saved now.

        Raises
        ------
        ConfigurationError
            When the connection is not saved, the list or a field does not exist, or another export has the name.

        Examples
        --------
        >>> import ac_notebook as ac
        >>> customers = ac.sandbox.sample_customers(n=100, seed=1)
        >>> with ac.sandbox.start(speed=60) as sandbox:
        ...     shop = sandbox.connection.replace(name="Shop").save()
        ...     _ = ac.Export("Weekly", connection=shop, list="Newsletter", mapping={"email": "E-mail"}).save()
        ...     report = customers.activecampaign.export("Weekly")
        Saved the export 'Weekly', through 'Shop'. The list is 'Newsletter' (id 4, 0 subscribers). Nothing was sent.
        First run of this export: sending 98 rows.
        """
        return saving.save(self)

    def edit(self, **changes: Any) -> Self:
        """Change the export; of a saved one at once. Sends nothing, and says so.

        What it has sent stays remembered, also under another name. What somebody else changed meanwhile stays, where
        it is not what you change.

        Parameters
        ----------
        **changes
            Any parameter of :class:`Export`; of the options those that are named.

        Returns
        -------
        Export
            The changed one.

        Raises
        ------
        ConfigurationError
            As for :meth:`save`; nothing was changed.

        Examples
        --------
        >>> import ac_notebook as ac
        >>> weekly = ac.Export("Weekly", list="Newsletter", mapping={"email": "E-mail"}).save()
        Saved the export 'Weekly', without a connection yet. Nothing was sent.
        >>> daily = weekly.edit(name="Daily", timezone="Europe/Stockholm")
        Changed the saved export 'Daily': name, timezone. It was called 'Weekly'. Nothing was sent.
        """
        return saving.edit(self, changes)

    def duplicate(self, name: str) -> Self:
        """Return a copy under another name; of a saved export, saved at once.

        It remembers nothing as sent, and has no schedule.

        Parameters
        ----------
        name
            The copy's name, which no saved export has.

        Raises
        ------
        ConfigurationError
            When one has it.
        """
        return saving.duplicate(self, name)

    def detach(self) -> Self:
        """Take the connection away; of a saved export at once. It sends nothing until another is attached."""
        return saving.edit(self, {"connection": None})

    def attach(self, connection: Connection | str) -> Self:
        """Have it go through another connection; of a saved export at once.

        What was sent is remembered per account: to another account, everything is sent once.

        Parameters
        ----------
        connection
            A connection, or the name of a saved one.

        Raises
        ------
        ConfigurationError
            As for :meth:`save`; nothing was changed.
        """
        if not connection:
            msg = "No connection was given to attach."
            raise ConfigurationError(msg, hint='Write export.attach("Marketing"); export.detach() takes one away.')
        return saving.edit(self, {"connection": connection})

    def remove(self) -> None:
        """Remove the saved export. Its runs stay in the history; nothing was sent or taken back.

        One that is saved under its name later goes on with what was sent.

        Raises
        ------
        ConfigurationError
            When it is not saved.
        """
        saving.remove(self)

    def schedule(
        self, cron: str | None = None, *, timezone: str = "UTC", data: str | os.PathLike[str] | None = None,
        notebook: str | os.PathLike[str] | None = None, on_failure: str | Sequence[str] | None = None, **reading: Any,
    ) -> ExportSchedule:  # fmt: skip
        """Have the export run without a person, from a file or by a notebook; without arguments, show its schedule.

        A file is read by ``ac-notebook run --due``, which cron or systemd calls; :meth:`crontab` is the line for them.
        A notebook is run by JupyterLab's own scheduler, as it is now: schedule it anew when you have changed it.

        A time that clocks jump over is the moment of the jump; one that comes twice is the first, and for schedules of
        every hour both. Of moments that were missed, a file's schedule makes up for the last one; JupyterLab for none.

        Parameters
        ----------
        cron
            Minute, hour, day of the month, month, day of the week: ``"0 6 * * 1"``; or ``"@daily"`` and the like.
        timezone
            Zone in which they are meant, such as ``"Europe/Stockholm"``.
        data
            A Parquet, Feather, CSV or JSON Lines file.
        notebook
            A notebook that exports by itself, in the folder that a running JupyterLab serves.
        on_failure
            A command that is run, without a shell, when the export has failed three times in a row, and when it has
            recovered; it finds the facts in variables: AC_NOTEBOOK_EVENT (failed or recovered), _EXPORT, _KIND, _DUE,
            _FAILURES, _PAUSED.
        **reading
            How the file is read: ``format``, ``separator``, ``encoding``, ``decimal``, ``dtype``, ``max_rejected``.

        Returns
        -------
        ExportSchedule
            The schedule, and when it is due next.

        Raises
        ------
        ConfigurationError
            When something of it cannot be, in a sentence that says what to do.
        """
        from ac_notebook.runs.schedules import verbs  # noqa: PLC0415 - they need this class's module

        if cron is None and data is None and notebook is None:
            return verbs.show(self)
        return verbs.schedule(
            self, cron="" if cron is None else cron, timezone=timezone, data=data, notebook=notebook,
            on_failure=on_failure, reading=reading,
        )  # fmt: skip

    def unschedule(self, *, leave_job: bool = False) -> None:
        """Remove the schedule; a run that is under way goes on.

        Parameters
        ----------
        leave_job
            Do not ask JupyterLab to remove its job: somebody has done so by hand.

        Raises
        ------
        ConfigurationError
            When there is none, or JupyterLab, which would go on with it, does not answer.
        """
        from ac_notebook.runs.schedules import verbs  # noqa: PLC0415 - as above

        verbs.unschedule(self, leave_job=leave_job)

    def pause(self, reason: str = "") -> ExportSchedule:
        """Run nothing by schedule until :meth:`resume`.

        Parameters
        ----------
        reason
            Why, for whoever looks at ``ac.exports()``.
        """
        from ac_notebook.runs.schedules import verbs  # noqa: PLC0415 - as above

        return verbs.pause(self, reason)

    def resume(self) -> ExportSchedule:
        """Go on with the schedule, from the next moment that is due; what was due meanwhile is left out."""
        from ac_notebook.runs.schedules import verbs  # noqa: PLC0415 - as above

        return verbs.resume(self)

    def crontab(self, *, every: int = 5, systemd: bool = False) -> CrontabText:
        """Return the line for ``crontab -e`` that runs whatever is due, this export and all others; one line is enough.

        Parameters
        ----------
        every
            Minutes between two calls, from 1 to 59; a run begins so late at the most.
        systemd
            Return a service and a timer instead.

        Raises
        ------
        ConfigurationError
            When the export has no schedule, or JupyterLab runs it.
        """
        from ac_notebook.runs.schedules import verbs  # noqa: PLC0415 - as above

        return verbs.crontab_of(self, every=every, systemd=systemd)
