"""The columns of a frame, as they are offered."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ac_notebook.forms.base.choice import distinct
from ac_notebook.frames.labels import Labels, shown
from ac_notebook.model.harmless import name as harmless
from ac_notebook.runs.column_samples import column_samples

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

    from ac_notebook.forms.base.texts import Words


class FrameColumns:
    """The columns that a mapping can name, each label once.

    Parameters
    ----------
    frame
        The caller's frame.
    words
        The form's words.
    """

    def __init__(self, frame: pd.DataFrame, words: Words) -> None:
        self.frame = frame
        self.words = words
        self._labels = Labels(frame.columns)
        once, often = dict(self._labels.once()), dict(self._labels.often())
        repeated = [label for label in often if type(label) in (str, int, tuple)]
        self.labels: list[Hashable] = [*once.values(), *repeated]
        self._places: list[int | None] = [*once, *(None for _ in repeated)]
        self._numbers = {label: number for number, label in enumerate(self.labels)}
        texts = [_text(label) for label in self.labels]
        alike = Counter(texts)
        # A number and a text that look alike are told apart as in code.
        written = [
            harmless(shown(label)) if alike[text] > 1 else text for label, text in zip(self.labels, texts, strict=True)
        ]
        times = self.words("{column} (stands {times} times)")
        self.texts = distinct(
            times.format(column=text, times=often[label]) if place is None else text
            for label, text, place in zip(self.labels, written, self._places, strict=True)
        )

    def number(self, label: Hashable) -> int | None:
        """Return which of :attr:`labels` it is; None where the frame does not have it, or it cannot be named."""
        try:
            return self._numbers.get(label)
        except Exception:  # noqa: BLE001 - a label may be anybody's object
            return None

    def place(self, label: Hashable) -> int | None:
        """Return where the column stands; None where it is not there, or there more than once."""
        number = self.number(label)
        return None if number is None else self._places[number]

    def said(self, label: Hashable) -> str:
        """Return what to show for a column, whether it is there or not."""
        number = self.number(label)
        if number is not None:
            return self.texts[number]
        if label in self._labels:
            return _text(label)
        return self.words("{column} (not in this frame)").format(column=_text(label))

    def samples(self, label: Hashable) -> str:
        """Return a few masked values of a column; "" where there are none."""
        place = self.place(label)
        return "" if place is None else ", ".join(column_samples(self.frame, place))


def _text(label: object) -> str:
    return harmless(label) if type(label) is str and label.strip() else harmless(shown(label))
