"""A choice of one among thousands: what is typed leaves fewer of them, and one of those is chosen."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ipywidgets

from ac_notebook.forms.base.part import Part
from ac_notebook.model.harmless import name as harmless
from ac_notebook.runs import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ac_notebook.forms.base.form import Form

MOST = 100
"""Entries that are shown at once: more take the page longer than a person reads."""

_LONGEST = 1_000
"""Letters of a name that are searched."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that can be chosen.

    Parameters
    ----------
    key
        What it stands for.
    name
        What it is called, by anybody; it is searched.
    more
        What tells it apart from others of the same name, such as "id 4".
    ids
        What else finds it: its number, or another name.
    """

    key: Any
    name: str
    more: str = ""
    ids: tuple[str, ...] = ()
    searched: tuple[str, str] = field(init=False, compare=False, repr=False, default=("", ""))
    """The name, and all that is searched, without capitals."""

    def __post_init__(self) -> None:
        called = folded(self.name)
        object.__setattr__(self, "searched", (called, "\n".join((called, *map(folded, self.ids)))))


def folded(text: str) -> str:
    r"""Return a text as it is compared: letter case, kinds of blanks and ways of writing a letter do not matter.

    Examples
    --------
    >>> folded("  Årets   KUNDER ") == folded("A\u030arets kunder")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", text[:_LONGEST]).casefold().split())


def found(entries: Sequence[Entry], search: str) -> list[int]:
    """Return the places of the entries in which all words of a search stand, in any order.

    First come those that are called just so, or have that number, then those that begin so, then others; each in the
    order in which they are given.

    Parameters
    ----------
    entries
        What is searched; 10,000 take some milliseconds.
    search
        What was typed; nothing finds all.

    Examples
    --------
    >>> lists = [Entry(key=1, name="Old news"), Entry(key=2, name="News, old"), Entry(key=7, name="x", ids=("7",))]
    >>> found(lists, "old NEWS"), found(lists, "news"), found(lists, "7"), found(lists, "")
    ([0, 1], [1, 0], [2], [0, 1, 2])
    """
    words = folded(search).split()
    hits = range(len(entries))
    for word in words:
        hits = [place for place in hits if word in entries[place].searched[1]]  # type: ignore[assignment]  # fewer
    if not words:
        return list(hits)
    whole = " ".join(words)

    def rank(place: int) -> int:
        called, everything = entries[place].searched
        if called == whole or whole in everything.split("\n"):
            return 0
        return 1 if called.startswith(whole) else 2

    return sorted(hits, key=rank)


def distinct(texts: Iterable[str]) -> list[str]:
    """Return texts of which no two are the same: what stands there again gets a number.

    Examples
    --------
    >>> distinct(["News", "News", "VIP", "News (2)"])
    ['News', 'News (3)', 'VIP', 'News (2)']
    """
    given = list(texts)
    taken = set(given)
    seen: Counter[str] = Counter()
    made = []
    for text in given:
        seen[text] += 1
        one, number = text, seen[text]
        while number > 1 and one in taken:
            one, number = f"{text} ({number})", number + 1
        taken.add(one)
        made.append(one)
    return made


class Choice(Part[Any]):
    """A search field, the first hundred entries that it leaves, and what is chosen, which a search does not change.

    :attr:`value` is the key of the chosen entry, None for none; a key that no entry has stays, too.

    Parameters
    ----------
    form
        Whose part it is.
    label
        What is chosen.
    search
        Label of the search field.
    is_required
        Whether the label is marked.
    changed
        Called after a person has chosen.
    """

    def __init__(
        self, form: Form, label: str, *, search: str, is_required: bool = False,
        changed: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        super().__init__(form, changed=changed)
        self._key: Any = None
        self._otherwise = ""
        self._entries: list[Entry] = []
        self._texts: list[str] = []
        self._listed: list[int] = []
        self.search = self.controls.text(search, while_typing=True)
        # Not a Select: in it JupyterLab takes the arrow keys for itself (ipywidgets issue 3912), so it takes a mouse.
        self.select = ipywidgets.Dropdown(
            description=self.controls.marked(label, is_required=is_required),
            layout=self.search.layout, style=self.search.style,
        )  # fmt: skip
        self._said = ipywidgets.HTML(layout=self.search.layout)
        self.search.observe(self.shown(lambda _: self._show()), "value")
        self.select.observe(self.shown(lambda _: self._picked()), "index")
        self.box = self.controls.column(self.search, self.select, self._said)
        self._show()

    @property
    def value(self) -> Any:
        """The key of what is chosen."""
        return self._key

    @value.setter
    def value(self, key: Any) -> None:
        self.choose(key)

    def fill(self, piece: Any) -> None:
        """Show a choice."""
        self._key, self._otherwise = piece, ""
        self._show()

    def choose(self, key: Any, *, otherwise: str = "") -> None:
        """Choose something.

        Parameters
        ----------
        key
            Of an entry; None, or what none has.
        otherwise
            What is said to be chosen when no entry has the key.
        """
        with self.filling():
            self._key, self._otherwise = key, otherwise
            self._show()

    def offer(self, entries: Iterable[Entry]) -> None:
        """Replace what can be chosen; what is chosen stays."""
        self._entries = list(entries)
        self._texts = distinct(_text(one) for one in self._entries)
        self._show()

    @property
    def chosen(self) -> str:
        """What is chosen, in words; "" for nothing."""
        return next(
            (text for one, text in zip(self._entries, self._texts, strict=True) if one.key == self._key),
            self._otherwise,
        )

    def _show(self) -> None:
        places = found(self._entries, self.search.value)
        self._listed = places[:MOST]
        chosen = next((n for n, place in enumerate(self._listed) if self._entries[place].key == self._key), None)
        with self.filling(), self.select.hold_sync():
            # Numbers for values: they are never asked for anything, whatever the keys are.
            self.select.options = [(self._texts[place], number) for number, place in enumerate(self._listed)]
            self.select.index = chosen
        self._say(len(places))

    def _say(self, hits: int) -> None:
        total = len(self._entries)
        if not total:
            count = ""
        elif hits > MOST:
            count = self.words("The first {shown} of {hits:,} that match, of {total:,}; type more to see others.")
        else:
            count = self.words("Shown: {hits:,} of {total:,}")
        chosen = self.chosen or self.words("nothing yet")
        lines = (self.words("Chosen: {what}").format(what=harmless(chosen)), count.format(
            shown=MOST, hits=hits, total=total))  # fmt: skip
        said = f"<b>{show.h(lines[0])}</b><br>{show.h(lines[1]) or '&nbsp;'}"
        # Told by screen readers when it changes.
        self._said.value = f'<div role="status" style="line-height:1.4">{said}</div>'

    def _picked(self) -> None:
        number = self.select.index
        if self.is_filling or number is None or number >= len(self._listed):
            return
        self._key = self._entries[self._listed[number]].key
        self._say(len(found(self._entries, self.search.value)))
        self.touched()


def _text(entry: Entry) -> str:
    called = harmless(entry.name) or "…"
    return f"{called} ({entry.more})" if entry.more else called
