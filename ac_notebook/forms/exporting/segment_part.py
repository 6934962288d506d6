"""The segment of an export in a form: all rows, a saved segment or a condition, and how many rows it chooses now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ActiveCampaignError
from ac_notebook.forms.base.choice import distinct
from ac_notebook.forms.base.part import Part
from ac_notebook.model import segment as model
from ac_notebook.model.harmless import name as harmless
from ac_notebook.runs import selection
from ac_notebook.runs.segment import Segment
from ac_notebook.runs.tracebacks import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from ac_notebook.forms.base.form import Form

Piece = model.Segment | str | None

_ALL, _OWN = "all", "own"


@dataclass(frozen=True, kw_only=True)
class _Counted:
    """How many rows a condition chooses of how many, what to know of it, and what is wrong with it."""

    count: int = 0
    rows: int = 0
    warnings: tuple[str, ...] = ()
    wrong: str = ""


class SegmentPart(Part[Piece]):
    """Which rows of a frame are exported.

    Parameters
    ----------
    form, changed
        As for :class:`Part`.
    frame
        The customers, in which rows are counted.
    counted
        Called when rows were counted, or found not to be: :attr:`problems` may have changed.
    """

    def __init__(
        self, form: Form, frame: pd.DataFrame, *, changed: Callable[[], None] = lambda: None,
        counted: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        super().__init__(form, changed=changed)
        self._frame = frame
        self._counted = counted
        self._worker = self.new_worker()
        self._reader = self.new_worker()
        self._saved: tuple[model.Segment, ...] = ()
        self._wrong = ""
        words, controls = self.words, self.controls
        self.choice = controls.choice(words("Rows"), self._options(), _ALL)
        self.condition = controls.lines(words("Condition"), rows=2)
        self.condition.placeholder = words("As for DataFrame.query: points > 500 and city == 'Lund'")
        self.name = controls.text(words("Segment's name"), placeholder=words("Only to keep it for other exports, too"))
        self._note = controls.status()
        self._fields = controls.column()
        self.choice.observe(self.shown(self._chosen), "value")
        for one in (self.condition, self.name):
            one.observe(self.shown(lambda _: self._edited()), "value")
        self.box = controls.column(controls.heading(words("Segment")), self.choice, self._fields, self._note)
        self._show()

    def begin(self) -> None:
        """Read the saved segments, and count rows; to be called when the form is put together."""
        self._reader.do(_saved_segments, self._know)
        self.count()

    @property
    def value(self) -> Piece:
        """A segment where it has a name, else a condition; None for all rows, and while there is no condition."""
        try:
            return self._made()
        except ActiveCampaignError:  # :attr:`problems` has its words
            return None

    @value.setter
    def value(self, piece: Piece) -> None:
        with self.filling():
            self.fill(piece)

    def fill(self, piece: Piece) -> None:
        """Show a segment, and count its rows."""
        self.name.value = piece.name if isinstance(piece, model.Segment) else ""
        self.condition.value = piece.condition if isinstance(piece, model.Segment) else piece or ""
        self.choice.value = _ALL if piece is None else self._place_of(piece)
        self._show()
        self.count()

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the condition."""
        if self.choice.value == _ALL:
            return ()
        if not self.condition.value.strip():
            return (self.words("Type the condition of the segment, or choose all rows."),)
        try:
            self._made()
        except ActiveCampaignError as error:
            return (in_words(error).replace("\n", " "),)
        return (self._wrong.replace("\n", " "),) if self._wrong else ()

    @property
    def is_complete(self) -> bool:
        """Whether :attr:`value` is what is shown."""
        return self.choice.value == _ALL or self.value is not None

    @property
    def note(self) -> str:
        """What is said of it now."""
        return self._said

    def count(self) -> None:
        """Count the rows of the frame that it chooses now."""
        piece, frame = self._asked(), self._frame
        if piece is None:
            self._worker.forget()
            self._wrong = ""
            rows = len(frame)
            all_rows = self.words("All rows: {rows:,}").format(rows=rows)
            self._say(all_rows if self.choice.value == _ALL else "")
            return
        self._say(self.words("Counting …"))
        self._worker.do(lambda: _count(frame, piece), self._tell)

    def _made(self) -> Piece:
        condition, name = self.condition.value.strip(), self.name.value.strip()
        if self.choice.value == _ALL or not condition:
            return None
        return Segment(name, condition) if name else model.clean_condition(condition)

    def _asked(self) -> tuple[str, str] | None:
        condition = self.condition.value.strip()
        return None if self.choice.value == _ALL or not condition else (self.name.value.strip(), condition)

    def _tell(self, found: _Counted) -> None:
        self._wrong = found.wrong
        if found.wrong:
            self._say(f"✖ {found.wrong}")
        else:
            text = self.words.plural(
                found.rows, "{count:,} of {rows:,} row ({share:.1f} %)", "{count:,} of {rows:,} rows ({share:.1f} %)"
            )
            share = 100 * found.count / max(found.rows, 1)
            said = text.format(count=found.count, rows=found.rows, share=share)
            self._say("\n".join([said, *(f"⚠ {warning}" for warning in found.warnings)]))
        self._counted()

    def _say(self, text: str) -> None:
        self._said = text
        self.controls.say(self._note, text)

    def _know(self, found: tuple[model.Segment, ...]) -> None:
        if found == self._saved:
            return
        with self.filling():
            now = self._as_named()
            self._saved = found
            with self.choice.hold_sync():
                self.choice.options = self._options()
                self.choice.value = self._place_of(now) if now is not None else self._kept()

    def _as_named(self) -> model.Segment | None:
        piece = self.value
        return piece if isinstance(piece, model.Segment) else None

    def _kept(self) -> Any:
        return _ALL if self.choice.value == _ALL or self.choice.value is None else _OWN

    def _options(self) -> list[tuple[str, Any]]:
        saved = [self.words("Segment {name}").format(name=harmless(one.name)) for one in self._saved]
        texts = distinct([self.words("All rows"), *saved, self.words("Rows that meet a condition")])
        return list(zip(texts, [_ALL, *range(len(saved)), _OWN], strict=True))

    def _place_of(self, piece: model.Segment | str) -> Any:
        return next((place for place, one in enumerate(self._saved) if one == piece), _OWN)

    def _chosen(self, change: Any) -> None:
        if self.is_filling:
            return
        place = change["new"]
        if isinstance(place, int):
            with self.filling():
                self.name.value, self.condition.value = self._saved[place].name, self._saved[place].condition
        elif place == _OWN and isinstance(change["old"], int):
            with self.filling():  # another condition under the same name would change other exports
                self.name.value = ""
        self._show()
        self.count()
        self.touched()

    def _edited(self) -> None:
        if self.is_filling:
            return
        if isinstance(self.choice.value, int):
            piece = self._as_named()
            with self.filling():
                self.choice.value = _OWN if piece is None else self._place_of(piece)
        self.count()
        self.touched()

    def _show(self) -> None:
        self._fields.children = () if self.choice.value == _ALL else (self.condition, self.name)


def _saved_segments() -> tuple[model.Segment, ...]:
    table: Iterable[tuple[str, str]] = selection.segments()[["name", "condition"]].itertuples(index=False, name=None)
    return tuple(model.Segment(name, condition) for name, condition in table)


def _count(frame: pd.DataFrame, piece: tuple[str, str]) -> _Counted:
    name, condition = piece
    try:
        # A segment, not its text: a condition may be written as the name of a saved one.
        found = selection.segment(frame, Segment(name or "…", condition))
    except ActiveCampaignError as error:
        return _Counted(wrong=in_words(error))
    return _Counted(count=found.count, rows=found.rows, warnings=found.warnings)
