"""Saved exports as a user holds them: the value of the model, with its verbs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from ac_notebook.errors import ConfigurationError, did_you_mean
from ac_notebook.model import export as model
from ac_notebook.model.code import code_of
from ac_notebook.model.display_name import clean_name
from ac_notebook.model.export import Options
from ac_notebook.model.labels import LARGEST, plain_mapping
from ac_notebook.model.mapping import Mapping
from ac_notebook.model.segment import Segment, clean_condition
from ac_notebook.runs import saving
from ac_notebook.runs.connection import Connection
from ac_notebook.runs.given import tags_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dictionary

    from ac_notebook.storage.exports import SavedExport


@dataclass(frozen=True, kw_only=True, repr=False, init=False)
class Export(model.Export):
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

    name: str
    given: Connection | None = field(default=None, compare=False, repr=False)
    """The connection itself, where it was given: how this kernel reaches it. Never stored."""
    saved: SavedExport | None = field(default=None, compare=False, repr=False)
    """What is saved of it, as it was when this value was read or saved; None when it was not."""

    def __init__(
        self, name: str, *, list: str | int, mapping: Mapping | Dictionary[Any, Any],  # noqa: A002 - the field's word
        connection: Connection | str | None = None, segment: Segment | str | None = None,
        tags: Iterable[str] = (), options: Options | None = None, **choices: Any,
    ) -> None:  # fmt: skip
        if options is not None and choices:
            msg = "Options were given as a value and as keywords."
            raise ConfigurationError(msg, hint="Give one of them. Nothing was sent.")
        given = connection if isinstance(connection, Connection) else None
        values = {
            "name": name, "list": list, "mapping": mapping, "tags": tags_of(tags), "memory": "",
            "options": Options.of(choices) if options is None else options, "segment": segment,
            "connection": given.name if given is not None else connection, "given": given, "saved": None,
        }  # fmt: skip
        for what, value in values.items():
            object.__setattr__(self, what, value)
        self.__post_init__()

    def __post_init__(self) -> None:
        super().__post_init__()
        checked = {
            "name": _name(self.name, "export"),
            "connection": _name(self.connection, "connection") if self.connection else "",
            "list": _list(self.list),
            "mapping": plain_mapping(Mapping.of(self.mapping)),
            "segment": _segment(self.segment),
        }
        for what, value in checked.items():
            object.__setattr__(self, what, value)
        _require_writable(self)

    @classmethod
    def of(cls, definition: model.Export, *, given: Connection | None = None, saved: SavedExport | None = None) -> Self:
        """Return a plain definition with the verbs."""
        names = ("list", "mapping", "tags", "options", "segment", "connection")
        made = cls(str(definition.name), **{name: getattr(definition, name) for name in names})
        object.__setattr__(made, "memory", definition.memory)
        object.__setattr__(made, "given", given if given is not None and given.name == made.connection else None)
        object.__setattr__(made, "saved", saved)
        return made

    def replace(self, **changes: Any) -> Self:
        """Return an export with something changed; nothing is stored.

        Parameters
        ----------
        **changes
            Any parameter of :class:`Export`; of the options those that are named.
        """
        known = ["name", "connection", "list", "mapping", "segment", "tags", "options"]
        choices = {entry.name: entry for entry in fields(Options)}
        for name in changes:
            if name not in (*known, *choices):
                msg = f"An export has no {name!r}."
                raise ConfigurationError(msg, hint=f"{did_you_mean(name, [*known, *choices])} Nothing was changed.")
        options = changes.get("options", self.options)
        chosen = {name: value for name, value in changes.items() if name in choices}
        if chosen:
            options = replace(options, **chosen)
        now = {name: changes.get(name, getattr(self, name)) for name in known} | {"options": options}
        if "connection" not in changes and self.given is not None:
            now["connection"] = self.given
        made = type(self)(now.pop("name"), **now)
        if made.name == self.name:  # under another name it is another export
            object.__setattr__(made, "memory", self.memory)
            object.__setattr__(made, "saved", self.saved)
        return made

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

    def __repr__(self) -> str:
        return code_of(self)


def _name(typed: object, of: str) -> str:
    if not isinstance(typed, str):
        msg = (
            f"{'An export' if of == 'export' else 'A connection'} is named by a text, not by a {type(typed).__name__}."
        )
        raise ConfigurationError(msg, hint='Write ac.Export("Spring newsletter", …). Nothing was sent.')
    return clean_name(typed, of=of)


def _list(wanted: object) -> str | int:
    if isinstance(wanted, str) and wanted.strip():
        return "".join(wanted)
    if not isinstance(wanted, bool | float | str) and hasattr(wanted, "__index__"):
        number = wanted.__index__()
        if 0 <= number < LARGEST:
            return int(number)
    msg = f"A list is named by its name or its id, not by a {type(wanted).__name__} such as this."
    raise ConfigurationError(msg, hint='Write list="Newsletter" or list=4. Nothing was sent.')


def _segment(given: object) -> Segment | str | None:
    if given is None or isinstance(given, Segment):
        return given
    return clean_condition(given)


def _require_writable(export: model.Export) -> None:
    """Refuse half letters, which no file, database or request can hold."""
    try:
        code_parts(export).encode()
    except UnicodeEncodeError:
        msg = "The export holds half a letter (a lone surrogate), and cannot be stored."
        raise ConfigurationError(msg, hint="Type list, columns, fields and tags anew. Nothing was sent.") from None


def code_parts(export: model.Export) -> str:
    """Return all text of an export, one after the other."""
    return "".join(_texts((export.list, export.tags, export.mapping.to_dict(), vars(export.options))))


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _texts(pair)
    elif isinstance(value, tuple | frozenset):
        for part in value:
            yield from _texts(part)
