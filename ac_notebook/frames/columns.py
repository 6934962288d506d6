"""Which columns of a frame are sent where, and a copy of them that nobody else can change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ac_notebook.errors import ConfigurationError, MappingError
from ac_notebook.frames.labels import Labels, shown
from ac_notebook.frames.sequences import encoded
from ac_notebook.frames.unsuitable import unsuitable
from ac_notebook.frames.wrong_way import turned_round
from ac_notebook.model.mapping import ATTRIBUTES, Mapping

if TYPE_CHECKING:
    from collections.abc import Hashable
    from collections.abc import Mapping as Dictionary

    from numpy.typing import NDArray

    from ac_notebook.model.account import Field, Snapshot


@dataclass(frozen=True, kw_only=True)
class Column:
    """One mapped column.

    Parameters
    ----------
    target
        ``email``, ``first_name``, ``last_name``, ``phone``, ``tags``, ``opt_in``, or the custom field's title.
    label
        The frame's label.
    position
        Where the column stands in the frame.
    is_field
        Whether the target is a custom field.
    field
        The account's custom field; None where no account was given.
    clears
        Whether blanks are sent as empty text, which clears what ActiveCampaign has.
    key
        What the mapping calls the field, for hints that are to be copied; None where that is the target.
    format
        Form of dates that are text, as for strptime; None for ISO 8601.
    separator
        What stands between the values of a cell, where the mapping states it.
    region
        Region of phones, which are then checked and written in international form.
    """

    target: str
    label: Hashable
    position: int
    is_field: bool = False
    field: Field | None = None
    clears: bool = False
    key: str | int | None = None
    format: str | None = None
    separator: str | None = None
    region: str | None = None

    @property
    def name(self) -> str | int:
        """What the mapping calls it."""
        return self.target if self.key is None else self.key

    @property
    def kind(self) -> str:
        """What it takes: email, name, phone, tags, opt_in, text, number, date, datetime, choice, multi or unknown.

        Examples
        --------
        >>> Column(target="Birthday", label="dob", position=1, is_field=True).kind
        'unknown'
        """
        if not self.is_field:
            return "name" if self.target in ("first_name", "last_name") else self.target
        if self.field is None:
            return "unknown"
        if self.field.is_multi_value:
            return "multi"
        if self.field.has_options:
            return "choice"
        return self.field.type if self.field.type in ("number", "date", "datetime") else "text"


def resolve(
    frame: pd.DataFrame, mapping: Mapping | Dictionary[Any, Any], account: Snapshot | None = None
) -> tuple[Column, ...]:
    """Return the mapped columns: the attributes in ActiveCampaign's order, the fields in the mapping's, tags, opt-in.

    Parameters
    ----------
    frame
        The caller's frame: its labels, the dtypes of mapped columns, and addresses, until one is found.
    mapping
        An :class:`~ac_notebook.model.mapping.Mapping`, or a dictionary ``{ActiveCampaign's name: column}``.
    account
        What the account has; without it, fields are taken as they are named and their values are not checked.

    Raises
    ------
    MappingError
        With all problems at once: columns and fields that are not there (with the nearest that is), columns, fields
        and titles that are there twice, columns whose dtype the field can never take, tags that are not text, an
        e-mail column without a single address.

    Examples
    --------
    >>> frame = pd.DataFrame({"E-mail": ["a@b.org"], "dob": ["2000-01-01"]})
    >>> [column.target for column in resolve(frame, {"email": "E-mail", "Birthday": "dob"})]
    ['email', 'Birthday']
    """
    if not isinstance(frame, pd.DataFrame):
        msg = f"A pandas DataFrame is exported, not a {type(frame).__name__}."
        raise ConfigurationError(msg, hint="Turn it into one first: pd.DataFrame(...). Nothing was sent.")
    labels = Labels(frame.columns)
    right = turned_round(mapping, labels, account)
    if right is not None:
        msg = "it is the wrong way round: keys are ActiveCampaign's names, values are the frame's columns."
        raise MappingError([msg], hint=f"Write mapping={right}. Nothing was sent.")
    mapping = Mapping.of(mapping)
    problems: list[str] = []
    columns = [*_attributes(mapping, labels, problems), *_fields(mapping, labels, account, problems)]
    columns += [*_specials(mapping, labels, problems)]
    problems += [*_used_twice(columns), *unsuitable(frame, columns)]
    if problems:
        raise MappingError(problems)
    return tuple(columns)


def _attributes(mapping: Mapping, labels: Labels, problems: list[str]) -> list[Column]:
    columns = []
    for name in ATTRIBUTES:
        label = getattr(mapping, name)
        position = None if label is None else labels.position(label, name, problems)
        if position is not None:
            clears = mapping.blank.get(name) == "clear"
            columns.append(Column(target=name, label=label, position=position, clears=clears))
    return columns


def _specials(mapping: Mapping, labels: Labels, problems: list[str]) -> list[Column]:
    columns = []
    for name, label in (("tags", mapping.tags), ("opt_in", mapping.opt_in)):
        position = None if label is None else labels.position(label, name, problems)
        if position is not None:
            separator = mapping.separators.get(name) if name == "tags" else None
            columns.append(Column(target=name, label=label, position=position, separator=separator))
    return columns


def _fields(mapping: Mapping, labels: Labels, account: Snapshot | None, problems: list[str]) -> list[Column]:
    columns: list[Column] = []
    first: dict[int | str, str | int] = {}
    for key, label in mapping.fields.items():
        position = labels.position(label, key, problems)
        field = None if account is None else account.find_field(key)
        if isinstance(field, str):
            problems.append(field)
            continue
        identity = str(key).strip().casefold() if field is None else field.id
        if identity in first:
            problems.append(f"{first[identity]!r} and {key!r} are the same custom field; map it once.")
            continue
        first[identity] = key
        if position is not None:
            target = str(key) if field is None else field.title
            clears = mapping.blank.get(key) == "clear"
            column = Column(
                target=target, label=label, position=position, is_field=True, field=field, clears=clears,
                key=key, format=mapping.formats.get(key), separator=mapping.separators.get(key),
            )  # fmt: skip
            problems += _stated_in_vain(column)
            columns.append(column)
    return columns


def _stated_in_vain(column: Column) -> list[str]:
    """Return what a mapping states about a field that is of another type."""
    problems = []
    kind = "" if column.field is None else column.field.type
    if column.format is not None and column.kind not in ("date", "datetime", "unknown"):
        problems.append(f"a format is given for {column.target!r}, which is a {kind} field; only dates have formats.")
    if column.separator is not None and column.kind not in ("multi", "unknown"):
        problems.append(
            f"a separator is given for {column.target!r}, which is a {kind} field; only checkbox and listbox fields "
            "have several values."
        )
    if column.format is not None and column.separator is not None and column.kind == "unknown":
        problems.append(f"{column.target!r} has a format, as dates have, and a separator, which they have not.")
    return problems


def _used_twice(columns: list[Column]) -> list[str]:
    problems = []
    first: dict[int, Column] = {}
    for column in columns:
        # Who has agreed may well be told by a column that is sent too; the others are a slip of the pen.
        if column.target == "opt_in" and not column.is_field:
            continue
        other = first.setdefault(column.position, column)
        if other is not column:
            problems.append(
                f"column {shown(column.label)} is mapped to {other.target!r} and to {column.target!r}; "
                "map it once, or make a second column."
            )
    return problems


def snapshot(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Return a copy of the mapped columns, labelled 0, 1, …, that later changes of the caller's frame do not reach.

    Columns backed by Arrow cost nothing, since Arrow's data is immutable; others are copied, with the lists in them.
    Lists of text become Arrow's, each distinct list once.

    Examples
    --------
    >>> frame = pd.DataFrame({"E-mail": ["a@b.org"]}, index=[7])
    >>> frozen = snapshot(frame, resolve(frame, {"email": "E-mail"}))
    >>> frame.loc[7, "E-mail"] = "changed"
    >>> frozen.loc[0, 0]
    'a@b.org'
    """
    index = pd.RangeIndex(len(frame))
    series = {}
    for number, column in enumerate(columns):
        source = frame.iloc[:, column.position]
        values = _own(source)
        series[number] = pd.Series(values, index=index, dtype=values.dtype, copy=False)
    # Not with columns=: pandas 2.2 would turn every column into Python's objects on the way.
    frozen = pd.DataFrame(series, index=index, copy=False)
    frozen.columns = pd.RangeIndex(len(columns))
    return frozen


def _own(source: pd.Series[Any]) -> Any:
    if isinstance(source.dtype, pd.ArrowDtype) and source.dtype.pyarrow_dtype == pa.string_view():
        return pd.arrays.ArrowExtensionArray(_as_large_strings(pa.chunked_array(pa.array(source.array))))
    if source.dtype != np.dtype(object):
        return source.array.copy()
    lists = encoded(source.to_numpy(dtype=object))
    if lists is None:
        return _without_shared_lists(source.to_numpy(dtype=object, copy=True))
    return pd.arrays.ArrowExtensionArray(pa.chunked_array([lists]))


def _as_large_strings(views: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return Arrow's string_view as text whose rows can be taken, which not every version can do with views."""
    try:
        return views.cast(pa.large_string())
    except pa.ArrowNotImplementedError:
        return pa.chunked_array([pa.array(chunk.to_pylist(), pa.large_string()) for chunk in views.chunks])


_COPIES: dict[type, Any] = {list: list, set: set, np.ndarray: np.array}


def _without_shared_lists(values: NDArray[np.object_]) -> NDArray[np.object_]:
    kinds = {id(kind) for kind in _COPIES}
    for row in np.flatnonzero([id(type(value)) in kinds for value in values]):
        values[row] = _COPIES[type(values[row])](values[row])
    return values
