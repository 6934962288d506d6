"""Segments: a name for a condition on rows, for several exports to share."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any, Self

from ac_notebook.errors import ConfigurationError, quoted
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
        Which rows, as for :meth:`pandas.DataFrame.query`; no variables of the caller, and nothing that does more than
        look at values.

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


_KNOWN_TO = "numpy|list|frame|period|timestamp|series"
_KNOWN_FUNCTIONS = (
    "all|any|count|cumcount|cummax|cummin|cumsum|first|last|max|mean|median|min|nunique|rank|size|std|sum|var"
)
_DOES_MORE = re.compile(
    rf"""\.(?:\s|\\|\#[^\n]*\n)*(?P<name>
    _\w* | to_(?!(?:{_KNOWN_TO})\b)\w+ | tofile | dumps? | pipe | eval | query | plot | hist | boxplot | style
    | activecampaign
    | (?:agg|aggregate|apply|transform)\b(?!\((["'])(?:{_KNOWN_FUNCTIONS})\2\s*[,)])
    )\b(?!\s*["'`])""",
    re.VERBOSE,
)
"""Attributes that lead beyond a column's values: into Python, or into files. Also where they stand in a text."""


def does_more(condition: str) -> str | None:
    """Return what a condition uses that does more than look at values, such as writing a file; None for nothing.

    A condition may be somebody else's: it comes with the file of an export (hazards, T8).

    Examples
    --------
    >>> does_more("points > points.mean() and mail.str.endswith('.se')")
    >>> does_more("points.to_csv('/tmp/all.csv') == 0")
    '.to_csv'
    """
    found = _DOES_MORE.search(unicodedata.normalize("NFKC", condition))  # the form in which Python reads names
    return None if found is None else f".{found['name']}"


def require_harmless(condition: str) -> None:
    """Raise when a condition does more than look at values.

    Raises
    ------
    ConfigurationError
        With what it uses.
    """
    used = does_more(condition)
    if used is not None:
        msg = f"The condition of a segment only looks at values, and {quoted(used)} does more."
        hint = "Make a column of it first, and compare that, or pass a mask in the cell. Nothing was sent."
        raise ConfigurationError(msg, hint=hint)


def clean_condition(typed: object) -> str:
    """Return a condition as it is kept: a text, without blanks around it.

    Raises
    ------
    ConfigurationError
        When it is no text, a blank one, one that cannot be stored, one that is too long, or does more than to look.

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
    require_harmless(condition)
    return condition


def condition_of(segment: Segment | str | None) -> str:
    """Return the condition of a segment, named or not; "" for all rows."""
    return segment.condition if isinstance(segment, Segment) else segment or ""
