"""The one positional argument of plan and export: a saved export, of which the call changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConfigurationError, MappingError, did_you_mean
from ac_notebook.model import export as model
from ac_notebook.model.export import Options
from ac_notebook.model.segment import Segment
from ac_notebook.runs.connect import connection_of
from ac_notebook.runs.connection import Connection
from ac_notebook.runs.export import Export
from ac_notebook.runs.given import tags_of
from ac_notebook.runs.stored import opened
from ac_notebook.storage import exports as kept

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dictionary

    from ac_notebook.model.mapping import Mapping

OF_A_RUN = ("wait", "resend", "allow", "share")
"""Options that say how something is sent, not what, and that a call may choose for a saved export."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a call is about: where to, which columns, which rows.

    Parameters
    ----------
    connection
        Where to.
    list
        Name or id of the list.
    mapping
        As it was given.
    segment
        The rows, as they were given.
    tags, options
        As in :class:`Export`.
    saved
        The saved export; None for one that is written out in the call.
    """

    connection: Connection
    list: str | int
    mapping: Mapping | Dictionary[Any, Any]
    segment: Any
    tags: tuple[str, ...]
    options: Options
    saved: Export | None = None

    def export(self, mapping: Mapping) -> model.Export:
        """Return the definition, with a mapping that is known to fit."""
        if self.saved is not None:
            return self.saved.replace(options=self.options)
        said = self.segment if isinstance(self.segment, Segment | str) else None
        return model.Export(
            list=self.list, mapping=mapping, tags=self.tags, options=self.options, segment=said
        )  # fmt: skip


def given_of(
    definition: Export | str | None, *, connection: object, list: str | int | None,  # noqa: A002 - the field's word
    mapping: Any, tags: Iterable[str], segment: Any, options: dict[str, Any],
) -> Given:  # fmt: skip
    """Return what a call is about, from a saved export or from its other arguments.

    Raises
    ------
    ConfigurationError
        When something is missing, or given beside a saved export.
    """
    if definition is None:
        chosen = connection_of(connection)
        if list is None:
            msg = "No list was given."
            raise ConfigurationError(msg, hint='Write list="Newsletter" or list=4. Nothing was sent.')
        if mapping is None:
            raise MappingError(
                ["there is none."], hint='Write mapping={"email": "column with the addresses"}, or begin with '
                "mapping=df.activecampaign.suggest_mapping(connection). Nothing was sent.",
            )  # fmt: skip
        return Given(
            connection=chosen, list=list, mapping=mapping, segment=segment, tags=tags_of(tags),
            options=Options.of(options),
        )  # fmt: skip
    export = export_of(definition)
    stated = {"connection": connection, "list": list, "mapping": mapping, "segment": segment}
    stated["tags"] = None if type(tags) is tuple and not tags else tags
    require_nothing_beside(export, [name for name, value in stated.items() if value is not None])
    require_nothing_beside(export, [name for name in options if name not in OF_A_RUN])
    checked = Options.of(options)
    changes = {name: getattr(checked, name) for name in options}
    if "allow" in changes:
        changes["allow"] |= export.options.allow
    return Given(
        connection=attached(export), list=export.list, mapping=export.mapping, segment=export.segment,
        tags=export.tags, options=export.replace(**changes).options, saved=export,
    )  # fmt: skip


def export_of(given: object) -> Export:
    """Return the export that was passed, or the saved one that was named, with what it is remembered under.

    Raises
    ------
    ConfigurationError
        When it is neither.
    """
    if isinstance(given, str):
        return Export.named(given)
    if not isinstance(given, Export):
        msg = f"An export is given by its name or as ac.Export, not as a {type(given).__name__}."
        how = "connection=…, list=…, mapping=…" if isinstance(given, Connection) else '"Spring newsletter"'
        raise ConfigurationError(msg, hint=f"Write df.activecampaign.export({how}). Nothing was sent.")
    if given.memory:
        return given
    with opened() as database:
        identity = kept.identity_of(database, given.name)
    known = given.replace()
    object.__setattr__(known, "memory", identity)  # a copy of its own, which nobody has seen
    return known


def attached(export: Export) -> Connection:
    """Return the connection of an export.

    Raises
    ------
    ConfigurationError
        When it has none (any more), or that is not saved.
    """
    if export.given is not None:
        return export.given
    if export.connection:
        return connection_of(export.connection)
    was = export.saved.was if export.saved is not None else ""
    why = f" any more (it had {was!r})" if was else ""
    msg = f"The export {export.name!r} has no connection{why}."
    raise ConfigurationError(msg, hint='Give it one: export.attach("Marketing"). Nothing was sent.')


def require_nothing_beside(export: Export, stated: list[str]) -> None:
    """Raise when something of its definition is given beside an export.

    Raises
    ------
    ConfigurationError
        With what was, and how to change the export.
    """
    known = ("connection", "list", "mapping", "tags", "segment", *vars(Options()))
    for name in stated:
        if name not in known:
            msg = f"There is no option called {name!r}."
            raise ConfigurationError(msg, hint=f"{did_you_mean(name, known)} Nothing was sent.")
    if stated:
        names = ", ".join(f"{name}=" for name in stated)
        msg = f"The export {export.name!r} has its own {', '.join(stated)}: nothing of it is changed by a call."
        raise ConfigurationError(
            msg,
            hint=f"Leave {names} out, or change the export: export.edit({stated[0]}=…), or once: "
            f"export.replace({stated[0]}=…). Nothing was sent.",
        )
