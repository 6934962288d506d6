"""A mapping proposed from what columns are called and from what is in them, with how sure it is and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import MappingError
from ac_notebook.frames.columns import Column
from ac_notebook.frames.convert import to_text
from ac_notebook.frames.counts import Count, counted, sample
from ac_notebook.frames.field_names import FieldNames
from ac_notebook.frames.labels import Labels, shown
from ac_notebook.frames.names import WORDS_FOR, Meaning, meaning
from ac_notebook.model.mapping import ATTRIBUTES, SPECIAL
from ac_notebook.model.suggestion import CONFIDENCES, Confidence, Reason, Suggestion

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

    from ac_notebook.model.account import Field, Snapshot

_MOSTLY = 0.5
_NEARLY_ALL = 0.9
_NAME_COUNTS = 0.6  # a fitting name outweighs some broken addresses, not a column with next to none
_PART_COUNTS = 0.5
_CONFIDENCES: list[Confidence] = list(CONFIDENCES)
_FITTING = {
    "email": ("are addresses", "is an address"), "name": ("can be names", "can be a name"),
    "phone": ("are phone numbers", "is a phone number"), "tags": ("can be tags", "can be a tag"),
    "opt_in": ("are yes or no", "is yes or no"), "number": ("are numbers", "is a number"),
    "date": ("are dates", "is a date"), "datetime": ("are dates", "is a date"),
    "choice": ("are options of it", "is an option of it"), "multi": ("are options of it", "is an option of it"),
    "text": ("can be sent", "can be sent"),
}  # fmt: skip
"""By kind of target, what is said of several values that fit it, and of one."""


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    """A column that may be what is looked for."""

    place: int
    label: Hashable
    count: Count
    said: Meaning | None = None
    confidence: Confidence = "possible"

    @property
    def rank(self) -> tuple[int, bool, float, int]:
        """What is smaller is preferred: the surer, the clearer name, the more that fits, the one that stands first."""
        whole = self.said is not None and self.said.form == "word"
        return _CONFIDENCES.index(self.confidence), not whole, -self.count.share, self.place


@dataclass(kw_only=True)
class _Search:
    """What is known while a mapping is put together."""

    rows: pd.DataFrame
    said: dict[int, Meaning | None]
    free: dict[int, Hashable]
    chosen: dict[str, Any] = field(default_factory=dict)
    fields: dict[str | int, Hashable] = field(default_factory=dict)
    because: list[Reason] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def count(self, place: int, column: Column) -> Count:
        return counted(self.rows.iloc[:, place], column)

    def advice(self, place: int, column: Column) -> str:
        """Return what is to be done about most of a column's values, when its checks have more to say than its code."""
        hints = to_text(self.rows.iloc[:, place], column, timezone="UTC").hints.values()
        said = Counter(hint for some in hints for hint in some if hint is not None)
        return "".join(f"; {hint}" for hint, _ in said.most_common(1))

    def note(self, place: int, what: str) -> None:
        self.notes.append((place, f"{shown(self.free[place])} {what}."))

    def take(self, target: str, found: _Candidate, reason: str) -> None:
        self.chosen[target] = self.free.pop(found.place)
        self.because.append(Reason(target=target, column=found.label, confidence=found.confidence, reason=reason))


def suggest(frame: pd.DataFrame, account: Snapshot | None = None) -> Suggestion:
    """Return the likely mapping of a frame, with how sure each part is and why; each column is used once.

    Attributes, opt-in and tags are recognised by the columns' names in eleven languages, custom fields by their title
    or personalisation tag; case, accents, blanks and punctuation do not matter. A name alone is not enough: where no
    value is an address, a phone number, a name, an answer, or what the field takes, the column is passed over. The
    e-mail column is the one that holds addresses, whatever it is called.

    Parameters
    ----------
    frame
        The caller's frame. Up to 1,000 of its rows are looked at.
    account
        What the account has; without it, no custom fields are proposed.

    Raises
    ------
    MappingError
        When no column holds addresses, with what was looked at.

    Examples
    --------
    >>> import pandas as pd
    >>> suggest(pd.DataFrame({"Kontakt": ["asa@example.org", "bo@example.org"], "Vorname": "Åsa"}))
    Mapping(
        email='Kontakt',  # likely: all of 2 values looked at are addresses, and the name does not say so
        first_name='Vorname',  # sure: the name means first name (German: vorname), and all of 2 values ... can be names
    )
    """
    labels = Labels(frame.columns)
    free = dict(labels.once())
    said = {place: meaning(_name(label)) for place, label in free.items()}
    search = _Search(rows=sample(frame), said=said, free=free)
    _email(search, labels)
    names = FieldNames(account)
    matches = {place: names.of(_name(label)) for place, label in search.free.items()}
    for target in (*ATTRIBUTES[1:], *SPECIAL):
        _attribute(search, target, matches)
    _fields(search, matches, names)
    _full_names(search)
    notes = [note for place, note in sorted(search.notes) if place in search.free]
    return Suggestion(
        **search.chosen, fields=search.fields, because=tuple(search.because), notes=(*notes, *_repeated(labels))
    )


def _name(label: Hashable) -> str:
    """Return what a column is called; of several levels the last."""
    if isinstance(label, tuple):
        label = next((part for part in reversed(label) if isinstance(part, str) and part), "")
    return label if isinstance(label, str) else ""


def _says(search: _Search, place: int, target: str) -> Meaning | None:
    said = search.said[place]
    return said if said is not None and said.target == target else None


def _email(search: _Search, labels: Labels) -> None:
    found = []
    for place, label in search.free.items():
        said = _says(search, place, "email")
        count = search.count(place, Column(target="email", label=label, position=place))
        found.append(_Candidate(place=place, label=label, count=count, said=said))
    likely = [one for one in found if one.count.share >= _MOSTLY or (one.said and one.count.fitting)]
    if not likely:
        hint = 'Name it: mapping={"email": "column with the addresses"}. Nothing was sent.'
        raise MappingError([_nothing_found(labels, len(search.rows), found)], hint=hint)
    best = max(likely, key=lambda one: (_email_score(one), -one.place))
    others = [one for one in likely if one is not best]
    confidence: Confidence = _sureness(best.said, best.count)
    if best.said is None and best.count.share >= _NEARLY_ALL and not others:
        confidence = "likely"
    name = "the name does not say so" if best.said is None else best.said.in_words
    taken = _Candidate(place=best.place, label=best.label, count=best.count, confidence=confidence)
    search.take("email", taken, f"{_counts(best.count, 'email')}, and {name}")
    for one in found:
        if one in others:
            search.note(one.place, f"holds addresses too; {shown(best.label)} was taken")
        elif one.said is not None and one is not best:
            search.note(one.place, f"was passed over for e-mail: {_counts(one.count, 'email')}")


def _email_score(one: _Candidate) -> float:
    if one.said is None:
        return one.count.share
    return one.count.share + (_NAME_COUNTS if one.said.form == "word" else _PART_COUNTS)


def _attribute(search: _Search, target: str, matches: dict[int, list[Field]]) -> None:
    found = []
    for place, label in search.free.items():
        said = _says(search, place, target)
        # A field of just this title is a better reason than a word that is part of the name.
        if said is None or (said.form != "word" and matches[place]):
            continue
        column = Column(target=target, label=label, position=place)
        count = search.count(place, column)
        if not _is_enough(count, target):
            search.note(place, f"was passed over for {WORDS_FOR[target]}: {_counts(count, column.kind)}")
            continue
        sureness = _sureness(said, count)
        found.append(_Candidate(place=place, label=label, count=count, said=said, confidence=sureness))
    if not found:
        return
    best = min(found, key=lambda one: one.rank)
    kind = Column(target=target, label=None, position=0).kind
    search.take(target, best, f"{best.said.in_words if best.said else ''}, and {_counts(best.count, kind)}")
    for one in found:
        if one is not best:
            search.note(one.place, f"may be {WORDS_FOR[target]} too; {shown(best.label)} was taken")


def _is_enough(count: Count, target: str) -> bool:
    if target == "opt_in":
        # What is neither yes nor no keeps a person back: not to be tried on a column of other words.
        return count.share >= _NEARLY_ALL
    return count.fitting > 0 or not count.filled


def _sureness(said: Meaning | None, count: Count) -> Confidence:
    """Return how sure a name and the values together are."""
    whole = said is not None and said.form == "word"
    if count.share >= _NEARLY_ALL:
        return "sure" if whole else "likely" if said is not None else "possible"
    return "likely" if whole and (count.share >= _MOSTLY or not count.filled) else "possible"


def _fields(search: _Search, matches: dict[int, list[Field]], names: FieldNames) -> None:
    candidates: dict[int, list[tuple[_Candidate, Field]]] = {}
    for place, label in search.free.items():
        fitting = matches[place]
        if len(fitting) > 1:
            ids = ", ".join(str(one.id) for one in fitting)
            search.note(
                place,
                f"was passed over: {len(fitting)} custom fields are called {fitting[0].title!r} (ids {ids}); name "
                "the one you mean by its id",
            )
        elif fitting:
            column = Column(target=fitting[0].title, label=label, position=place, is_field=True, field=fitting[0])
            count = search.count(place, column)
            if count.filled and not count.fitting:
                why = f"{_counts(count, column.kind)}{search.advice(place, column)}"
                search.note(place, f"was passed over for {_field(fitting[0])}: {why}")
                continue
            found = _Candidate(place=place, label=label, count=count, confidence=_field_sureness(count))
            candidates.setdefault(fitting[0].id, []).append((found, fitting[0]))
    for some in candidates.values():
        best, known = min(some, key=lambda one: one[0].rank)
        _take_field(search, best, known, names)
        for one, _ in some:
            if one is not best:
                search.note(one.place, f"may be {_field(known)} too; {shown(best.label)} was taken")


def _field_sureness(count: Count) -> Confidence:
    if count.share >= _NEARLY_ALL:
        return "sure"
    return "likely" if count.share >= _MOSTLY or not count.filled else "possible"


def _take_field(search: _Search, found: _Candidate, known: Field, names: FieldNames) -> None:
    key = names.key(known)
    column = Column(target=known.title, label=found.label, position=found.place, is_field=True, field=known)
    by = names.told_by(_name(found.label))
    search.fields[key] = search.free.pop(found.place)
    reason = f"the same as the {by} of {_field(known)}, and {_counts(found.count, column.kind)}"
    search.because.append(Reason(target=key, column=found.label, confidence=found.confidence, reason=reason))


def _full_names(search: _Search) -> None:
    for place in search.free:
        if _says(search, place, "full_name"):
            search.note(place, "was passed over: it seems to hold full names; split them into first and last name")


def _field(known: Field) -> str:
    return f"custom field {known.title!r} ({known.type})"


def _counts(count: Count, kind: str) -> str:
    """Return in words how many values fit."""
    several, one = _FITTING.get(kind, _FITTING["text"])
    if not count.filled:
        return "there was no value to look at"
    if count.fitting == count.filled == 1:
        return f"the one value looked at {one}"
    how_many = f"all of {count.filled:,}" if count.fitting == count.filled else f"{count.fitting:,} of {count.filled:,}"
    return f"{how_many} values looked at {several}"


def _repeated(labels: Labels) -> list[str]:
    return [
        f"{shown(label)} was not looked at: it stands {times} times in the frame." for label, times in labels.often()
    ]


def _nothing_found(labels: Labels, rows: int, found: list[_Candidate]) -> str:
    if not labels.labels:
        return "the frame has no columns."
    if not rows:
        return "the frame has no rows, so that no column can be recognised by its addresses."
    names = ", ".join(shown(label) for label in labels.labels[:8])
    more = f" and {len(labels.labels) - 8:,} more" if len(labels.labels) > 8 else ""  # noqa: PLR2004 - names in a sentence
    looked = [one for one in found if one.said is not None or one.count.fitting]
    counts = "; ".join(
        f"{one.count.fitting:,} of {one.count.filled:,} values in {shown(one.label)} look like an address"
        for one in looked[:8]
    )
    said = f"no column holds addresses; {rows:,} rows of {names}{more} were looked at"
    more_said = [*_repeated(labels)[:8], labels.unseparated]
    return " ".join([f"{said}: {counts}." if counts else f"{said}.", *filter(None, more_said)])
