"""What is told of a run once it is over, without rows: problems by kind, the frame, the error."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class ProblemCount:
    """How many rows had a problem of one kind in one column.

    Parameters
    ----------
    outcome
        What became of the rows.
    code
        The problem's code, see :func:`ac_notebook.problem_codes`.
    column
        The column's label as it is written in code; "" for a problem of the whole row.
    field
        What the column is mapped to.
    rows
        How many.
    reason
        What is wrong; in ActiveCampaign's own words where it gave a reason, without what it quoted of people.
    hint
        What to do.
    """

    outcome: str
    code: str
    column: str = ""
    field: str = ""
    rows: int
    reason: str = ""
    hint: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as a plain dictionary."""
        return _plain(self)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return it from a plain dictionary; what is not known is passed over."""
        return cls(**_known(cls, given))


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The error that ended a run.

    Parameters
    ----------
    kind
        The error's type, such as ``"ServerError"``.
    message, hint
        What was wrong, in ActiveCampaign's own words where it said something, and what to do. Empty for an error that
        nobody expected, whose words may hold anything.
    status, endpoint
        HTTP status and the path that was asked; None and "" where there was no answer.
    """

    kind: str
    message: str = ""
    hint: str = ""
    status: int | None = None
    endpoint: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as a plain dictionary."""
        return _plain(self)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return it from a plain dictionary; what is not known is passed over."""
        return cls(**_known(cls, given))


@dataclass(frozen=True, kw_only=True)
class MappedColumn:
    """A column that was mapped: what it went to, its label as it is written in code, and its dtype."""

    target: str
    column: str
    dtype: str = ""
    blank: str = ""
    format: str = ""
    separator: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as a plain dictionary."""
        return _plain(self)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return it from a plain dictionary; what is not known is passed over."""
        return cls(**_known(cls, given))


def _plain(value: Any) -> dict[str, Any]:
    """Return the fields that have a value."""
    found = {entry.name: getattr(value, entry.name) for entry in fields(value)}
    return {name: content for name, content in found.items() if content not in ("", None)}


def _known(kind: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    names = {entry.name for entry in fields(kind)}
    return {name: content for name, content in given.items() if name in names}
