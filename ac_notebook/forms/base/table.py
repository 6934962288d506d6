"""A table in a form: searched while somebody types, ordered, turned page by page, and one of its lines chosen.

What is shown is static HTML of one page. A line is chosen by a control below it, so that the keyboard is enough, and it
stays chosen, by what it is known by and not by its place, whatever is typed, ordered or read anew.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.filling import Filling
from ac_notebook.forms.base.lines import PAGE, matching, ordered, page_of, shown_columns
from ac_notebook.runs import show

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from ac_notebook.forms.base.form import Form
    from ac_notebook.forms.base.lines import Column, Line

_LONGEST = 80
"""Characters of a cell."""

_SHORT = 16
"""Characters that stand in one line, such as a moment."""

_NONE: Final = object()
"""Stands for no line in the control: None would be shown as a blank."""

_CELL = "text-align:left;vertical-align:top;padding:3px 8px;overflow-wrap:break-word;max-width:22em"
_NUMBER = "text-align:right;vertical-align:top;padding:3px 8px;white-space:nowrap"


class ChosenTable:
    """A table of which one line, or none, is chosen.

    Parameters
    ----------
    form
        Whose table it is.
    columns
        Of the table.
    label
        What one line is, such as "Export": the name of the control that chooses it.
    title
        What the table is called, for those who hear it.
    empty
        What is said in place of a table without lines.
    sorted_by
        Place of the column that it is ordered by.
    is_descending
        Whether the largest or latest comes first.
    chose
        Called when another line is chosen, or none.
    """

    def __init__(
        self, form: Form, columns: Sequence[Column], *, label: str, title: str, empty: str, sorted_by: int = 0,
        is_descending: bool = False, chose: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self.words, self._columns, self._title, self._empty, self._chose = form.words, columns, title, empty, chose
        self._controls = form.controls
        form.box.layout.max_width = "100%"  # a table takes what room there is
        self._lines: tuple[Line, ...] = ()
        self._chosen: Hashable = None
        self._page = 0
        self._filling = Filling()
        self._drawing = threading.RLock()  # lines come from a worker, while somebody types
        natural, style = ipywidgets.Layout(width="auto", margin="2px 8px 2px 0"), {"description_width": "initial"}
        self.search = form.controls.text(
            form.words("Search"), placeholder=form.words("part of any word"), while_typing=True
        )
        self.search.layout, self.search.style = natural, style
        self.order = ipywidgets.Dropdown(
            options=[(column.title, place) for place, column in enumerate(columns)], value=sorted_by,
            description=form.words("Order by"), layout=natural, style=style,
        )  # fmt: skip
        self.descending = form.controls.yes_or_no(form.words("Largest or latest first"), value=is_descending)
        self.choice = form.controls.choice(label, [(form.words("(none chosen)"), _NONE)], _NONE)
        self.earlier, self.later = (
            form.controls.button(form.words("Previous")),
            form.controls.button(form.words("Next")),
        )
        self._count, self._place, self._number = ipywidgets.HTML(), form.controls.markup(), ipywidgets.HTML()
        self._turning, self._whole = form.controls.row(), form.controls.note()
        self.again = form.controls.button(form.words("Read again"))  # whose table it is listens
        top = form.controls.row(self.search, self.order, self.descending, self.again, self._count)
        self.box = form.controls.column(top, self._place, self._turning, self.choice, self._whole)
        for widget in (self.search, self.order, self.descending):
            widget.observe(form.shown(lambda _: self._turn_to(0)), "value")
        self.choice.observe(form.shown(self._was_chosen), "value")
        self.earlier.on_click(form.shown(lambda _: self._turn_to(self._page - 1)))
        self.later.on_click(form.shown(lambda _: self._turn_to(self._page + 1)))
        self._draw()

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines there are."""
        return self._lines

    @property
    def chosen(self) -> Hashable:
        """What the chosen line is known by; None for none. It may be chosen before the lines are there."""
        return self._chosen

    @chosen.setter
    def chosen(self, identity: Hashable) -> None:
        if identity == self._chosen:
            return
        self._chosen = identity
        self._draw(towards=identity)
        self._chose()

    def require_chosen(self, none: str) -> Hashable:
        """Return what is chosen.

        Parameters
        ----------
        none
            Says that nothing is.

        Raises
        ------
        ConfigurationError
            When nothing is.
        """
        if self._chosen is None:
            hint = self.words("Choose one in the form above, then run this cell again.")
            raise ConfigurationError(none, hint=hint)
        return self._chosen

    @property
    def line(self) -> Line | None:
        """The chosen line; None for none."""
        return self._line_of(self._chosen)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines in place of those before; what is chosen stays chosen, as long as it is among them."""
        self._lines = tuple(lines)
        is_gone = self._chosen is not None and self.line is None
        if is_gone:
            self._chosen = None
        self._draw(towards=self._chosen)
        if is_gone:
            self._chose()

    def _line_of(self, identity: Hashable) -> Line | None:
        return next((line for line in self._lines if line.identity == identity), None)

    def _was_chosen(self, change: Any) -> None:
        if self._filling.is_here:
            return
        self._chosen = None if change["new"] is _NONE else change["new"]
        self._draw()
        self._chose()

    def _turn_to(self, page: int) -> None:
        self._page = page
        self._draw()

    def _draw(self, *, towards: Hashable = None) -> None:
        """Show what there is to show; the page with a line, if there is one towards which to turn."""
        with self._drawing:
            self._draw_now(towards)

    def _draw_now(self, towards: Hashable) -> None:
        found = matching(self._lines, self.search.value)
        found = ordered(found, self.order.value, is_descending=self.descending.value)
        if towards is not None:
            place = next((place for place, line in enumerate(found) if line.identity == towards), None)
            self._page = self._page if place is None else place // PAGE
        page, self._page, pages = page_of(found, self._page)
        self._place.value = self._markup(page)
        self._count.value = f"<div role='status'>{show.h(self._said(len(found)))}</div>"
        self._turning.children = [self.earlier, self.later, self._number] if pages > 1 else []
        self.earlier.disabled, self.later.disabled = self._page == 0, self._page == pages - 1
        said = self.words("Page {number} of {pages}").format(number=self._page + 1, pages=pages)
        self._number.value = show.h(said)
        self._offer(page)
        self._show_whole()

    def _show_whole(self) -> None:
        """Say all there is of the chosen line: of a wide table, JupyterLab's keys show only the part at the left."""
        line = self.line
        cells = () if line is None else line.cells
        said = [
            f"{column.title}: {show.name(cell)}"
            for column, cell in zip(self._columns, cells, strict=False)
            if cell and not (column.is_optional and cell == "0")
        ]
        self._controls.say(self._whole, " · ".join(said))

    def _said(self, found: int) -> str:
        total = len(self._lines)
        if found == total:
            return self.words.plural(total, "{count:,} line", "{count:,} lines").format(count=total)
        return self.words("{found:,} of {count:,} lines").format(found=found, count=total)

    def _offer(self, page: Sequence[Line]) -> None:
        """Offer the lines of a page to be chosen, and the chosen one, wherever it is."""
        chosen = self.line
        offered = [*page] if chosen is None or any(line is chosen for line in page) else [chosen, *page]
        none = (self.words("(none chosen)"), _NONE)
        with self._filling(), self.choice.hold_sync():
            self.choice.options = (none, *((show.name(line.label), line.identity) for line in offered))
            self.choice.value = _NONE if chosen is None else chosen.identity

    def _markup(self, page: Sequence[Line]) -> str:
        if not page:
            said = self.words("No line holds all of these words.") if self._lines else self._empty
            return f"<p>{show.h(said)}</p>"
        places = shown_columns(self._columns, self._lines)
        head = "".join(
            f'<th scope="col" style="{self._style(place)}">{show.h(self._columns[place].title)}</th>'
            for place in places
        )
        rows = "".join(f"<tr>{self._row(line, places)}</tr>" for line in page)
        # It may be wider than the page: then it is moved, with the keyboard, too, and does not make the form as wide.
        return (
            f'<div class="jp-RenderedHTMLCommon" tabindex="0" role="region" aria-label="{show.h(self._title)}" '
            'style="overflow-x:auto;padding:0;width:0;min-width:100%">'
            '<table style="margin:0;table-layout:auto;border-collapse:collapse">'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _row(self, line: Line, places: Sequence[int]) -> str:
        is_chosen = line.identity == self._chosen
        cells = []
        for number, place in enumerate(places):
            cell = line.cells[place]
            shown = show.h(cell if len(cell) <= _LONGEST else f"{cell[:_LONGEST]}…")
            if number == 0:
                sign = f"▸ <b>{shown}</b>" if is_chosen else shown
                cells.append(f'<th scope="row" style="{_CELL};min-width:9em;font-weight:normal">{sign}</th>')
            else:
                whole = ";white-space:nowrap" if len(cell) <= _SHORT else ""
                cells.append(f'<td style="{self._style(place)}{whole}">{shown}</td>')
        return "".join(cells)

    def _style(self, place: int) -> str:
        return _NUMBER if self._columns[place].is_number else _CELL
