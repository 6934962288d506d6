"""Exports as values: made, changed, shown as code, written into files and read."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from ac_notebook.errors import ConfigurationError, did_you_mean
from ac_notebook.model import export as model
from ac_notebook.model import segment as model_segment
from ac_notebook.model.code import code_of
from ac_notebook.model.definition import plain_of
from ac_notebook.model.display_name import clean_name
from ac_notebook.model.documents import definition_of
from ac_notebook.model.export import Options
from ac_notebook.model.export_text import definition_in, text_of
from ac_notebook.model.labels import LARGEST, plain_mapping, plain_options
from ac_notebook.model.mapping import Mapping
from ac_notebook.model.segment import clean_condition
from ac_notebook.runs import export_files
from ac_notebook.runs.connection import Connection
from ac_notebook.runs.given import tags_of
from ac_notebook.runs.personal import texts_of, warn_of_people
from ac_notebook.runs.segment import Segment

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from collections.abc import Mapping as Dictionary
    from pathlib import Path

    from ac_notebook.storage.exports import SavedExport


@dataclass(frozen=True, kw_only=True, repr=False, init=False)
class ExportValue(model.Export):
    """An export with a name, without the verbs that keep it; see :class:`Export`."""

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
            "options": plain_options(_options(self.options)),
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
        options = _options(changes.get("options", self.options))
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

    def to_dict(self) -> dict[str, Any]:
        """Return the export as plain dictionaries and lists, as they stand in its file. Never a key."""
        return plain_of(self)

    @classmethod
    def from_dict(cls, plain: object) -> Self:
        """Return the export that :meth:`to_dict` gave, in this version of the format or an earlier one.

        Raises
        ------
        ConfigurationError
            In one sentence with the place, when it is none.
        """
        return cls.of(definition_of(plain))

    def to_json(self) -> str:
        """Return the export as JSON, always the same for the same definition. Never a key.

        Raises
        ------
        ConfigurationError
            When something in it looks like a key.
        """
        warn_of_people(self, "The file has")
        return text_of(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Return the export that a JSON text describes.

        Raises
        ------
        ConfigurationError
            In one sentence with the place, when it is none.
        """
        return cls.of(definition_in(text))

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write the export into a file, to keep beside the notebook and in git. Never a key.

        An export's file that is there is replaced; any other is not.

        Parameters
        ----------
        path
            Where, such as ``"weekly.json"``.

        Raises
        ------
        ConfigurationError
            When it cannot be written there, or something in it looks like a key.

        Examples
        --------
        >>> import tempfile, ac_notebook as ac
        >>> weekly = ac.Export("Weekly", list="Newsletter", mapping={"email": "E-mail"})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = weekly.write(f"{folder}/weekly.json")
        ...     ac.Export.read(path) == weekly
        True
        """
        warn_of_people(self, "The file has")
        return export_files.write(self, path)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Return the export that a file describes, written here or elsewhere, by this version or an earlier one.

        It is not saved by that; ``.save()`` does.

        Parameters
        ----------
        path
            The file.

        Raises
        ------
        ConfigurationError
            In one sentence with the place, when it is damaged, or no export.
        """
        return cls.of(export_files.read(path))

    def __repr__(self) -> str:
        return code_of(self)


def _name(typed: object, of: str) -> str:
    if not isinstance(typed, str):
        what, code = ("An export", '"Spring newsletter", …') if of == "export" else ("A connection", 'connection="…"')
        msg = f"{what} is named by a text, not by a {type(typed).__name__}."
        raise ConfigurationError(msg, hint=f"Write ac.Export({code}). Nothing was sent.")
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


def _options(given: object) -> Options:
    if not isinstance(given, Options):
        msg = f"Options are given as ac.Options or by their names, not as a {type(given).__name__}."
        raise ConfigurationError(msg, hint="Write wait=5, or options=ac.Options(wait=5). Nothing was sent.")
    return given


def _segment(given: object) -> Segment | str | None:
    if isinstance(given, model_segment.Segment):
        return Segment(given.name, given.condition)
    return None if given is None else clean_condition(given)


def _require_writable(export: model.Export) -> None:
    """Refuse half letters, which no file, database or request can hold."""
    try:
        "".join(texts_of(export)).encode()
    except UnicodeEncodeError:
        msg = "The export holds half a letter (a lone surrogate), and cannot be stored."
        raise ConfigurationError(msg, hint="Type list, columns, fields and tags anew. Nothing was sent.") from None
