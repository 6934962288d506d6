"""Saved exports as a user holds them: the value, with its verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from ac_notebook.runs import saving
from ac_notebook.runs.export_value import ExportValue
from ac_notebook.runs.stored import opened
from ac_notebook.storage import exports

if TYPE_CHECKING:
    from ac_notebook.runs.connection import Connection


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
        """
        return saving.edit(self, changes)

    def duplicate(self, name: str) -> Self:
        """Return a copy under another name; of a saved export, saved at once. It remembers nothing as sent.

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
        """
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
