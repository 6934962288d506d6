"""A mapping that was proposed, with how sure each part is and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ac_notebook.model.mapping import Mapping

if TYPE_CHECKING:
    from collections.abc import Hashable

Confidence = Literal["sure", "likely", "possible"]

CONFIDENCES: dict[Confidence, str] = {
    "sure": "name and values say so",
    "likely": "one of them says so clearly, or there is nothing to look at",
    "possible": "look at it before it is used",
}
"""How sure a proposal can be, surest first."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a column is proposed for a target.

    Parameters
    ----------
    target
        Attribute, ``tags``, ``opt_in``, or the custom field as the mapping names it.
    column
        The frame's label.
    confidence
        ``sure``, ``likely`` or ``possible``.
    reason
        In words, with counts; without any value.
    """

    target: str | int
    column: Hashable
    confidence: Confidence
    reason: str


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Suggestion(Mapping):
    """A :class:`Mapping` that also says how sure it is.

    Parameters
    ----------
    email, first_name, last_name, phone, fields, tags, opt_in, blank
        As in :class:`Mapping`.
    because
        Why, for everything that is mapped.
    notes
        Sentences about columns that were considered and left out.

    Examples
    --------
    >>> why = Reason(target="email", column="E-mail", confidence="sure", reason="all of 2 values are addresses")
    >>> Suggestion(email="E-mail", because=(why,), notes=("'Name' holds full names.",))
    Mapping(
        email='E-mail',  # sure: all of 2 values are addresses
    )
    # 'Name' holds full names.
    >>> _ == Mapping(email="E-mail")
    True
    """

    because: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return self.to_dict() == other.to_dict() if isinstance(other, Mapping) else NotImplemented

    __hash__ = Mapping.__hash__

    def replace(self, **changes: Any) -> Mapping:
        """Return a plain mapping with some parameters changed: what is changed was not proposed."""
        return Mapping(**{**self.to_dict(), **changes})

    def __repr__(self) -> str:
        # Valid Python: what is shown can be pasted, and the reasons stay beside the lines that they are about.
        said = {(reason.target in self.fields, reason.target): reason for reason in self.because}
        lines = []
        for name, value in self.to_dict().items():
            if name != "fields":
                lines.append(f"    {name}={value!r},{_comment(said.get((False, name)))}")
                continue
            entries = [f"        {key!r}: {label!r},{_comment(said.get((True, key)))}" for key, label in value.items()]
            lines += ["    fields={", *entries, "    },"]
        return "\n".join(["Mapping(", *lines, ")", *(f"# {_one_line(note)}" for note in self.notes)])


def _comment(reason: Reason | None) -> str:
    return "" if reason is None else f"  # {reason.confidence}: {_one_line(reason.reason)}"


def _one_line(text: str) -> str:
    # A line break or a NUL would end the comment, or the code.
    return "".join(letter if letter.isprintable() else " " for letter in text)
