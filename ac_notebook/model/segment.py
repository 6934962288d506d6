"""Segments: a name for a condition on rows, for several exports to share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.display_name import clean_name

LONGEST_CONDITION = 10_000
"""Characters of a condition, at the most: one that is longer is a list of rows, which belongs into a column."""


@dataclass(frozen=True, eq=False)
class Segment:
    """A named condition that chooses rows of a DataFrame. Not a segment of ActiveCampaign's.

    Parameters
    ----------
    name
        Free text of up to 200 characters, such as "Gold".
    condition
        Which rows, as for :meth:`pandas.DataFrame.query`; no variables of the caller.

    Raises
    ------
    ConfigurationError
        When either is none.

    Examples
    --------
    >>> Segment("Gold", "points > 500")
    Segment('Gold', 'points > 500')
    """

    name: str
    condition: str

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            msg = f"A segment is named by a text, not by a {type(self.name).__name__}."
            raise ConfigurationError(msg, hint='Write ac.Segment("Gold", "points > 500"). Nothing was sent.')
        object.__setattr__(self, "name", clean_name(self.name, of="segment"))
        object.__setattr__(self, "condition", clean_condition(self.condition))

    def __eq__(self, other: object) -> bool:
        # With verbs or without them.
        return isinstance(other, Segment) and (self.name, self.condition) == (other.name, other.condition)

    def __hash__(self) -> int:
        return hash((self.name, self.condition))

    def replace(self, **changes: Any) -> Self:
        """Return a segment with another name or condition."""
        return replace(self, **changes)

    def __str__(self) -> str:
        return f"{self.name}: {self.condition}"

    def __repr__(self) -> str:
        return f"Segment({self.name!r}, {self.condition!r})"


def clean_condition(typed: object) -> str:
    """Return a condition as it is kept: a text, without blanks around it.

    Raises
    ------
    ConfigurationError
        When it is no text, a blank one, one that cannot be stored, or one that is too long.

    Examples
    --------
    >>> clean_condition(" points > 500 ")
    'points > 500'
    """
    hint = 'Write a condition as for DataFrame.query: "points > 500". Nothing was sent.'
    if not isinstance(typed, str):
        msg = f"The condition of a segment that is kept is a text, not a {type(typed).__name__}."
        raise ConfigurationError(msg, hint=hint)
    condition = "".join(typed).strip()
    if not condition:
        raise ConfigurationError("The condition of a segment is blank.", hint=hint)
    if len(condition) > LONGEST_CONDITION:
        msg = f"The condition of a segment has at most {LONGEST_CONDITION:,} characters, not {len(condition):,}."
        raise ConfigurationError(msg, hint="Make a column of it, and compare that. Nothing was sent.")
    try:
        condition.encode()
    except UnicodeEncodeError:
        msg = "The condition of a segment holds half a letter (a lone surrogate), and cannot be stored."
        raise ConfigurationError(msg, hint="Type it anew. Nothing was sent.") from None
    return condition


def condition_of(segment: Segment | str | None) -> str:
    """Return the condition of a segment, named or not; "" for all rows."""
    return segment.condition if isinstance(segment, Segment) else segment or ""
