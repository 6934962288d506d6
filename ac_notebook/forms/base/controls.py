"""Controls of one look: core ipywidgets with a label, made once for a form.

What others named (lists, fields, columns, connections) is text in all of them. The page typesets a label that holds a
formula, so names in labels go through :func:`as_label`; options of a choice and words on a button are
shown as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import ipywidgets

from ac_notebook.forms.base.secret_field import SecretField
from ac_notebook.forms.base.typed_fields import TypedCombo, TypedLines, TypedText
from ac_notebook.model.harmless import name as harmless
from ac_notebook.runs import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ac_notebook.forms.base.texts import Words

    AnyTyped = TypeVar("AnyTyped", TypedText, TypedLines, TypedCombo)

_LABELS = "170px"
"""Room for labels, so that what is beside them is in one line from top to bottom."""

_DOLLAR, _BACKSLASH = chr(0xFF04), chr(0xFF3C)
"""Look like the signs that begin and end a formula, and do not."""

_TWO = 2


def as_label(text: str) -> str:
    r"""Return a name of anybody's as a label that the page shows as it is, and does not take for a formula.

    Examples
    --------
    >>> as_label("Price ($)"), ascii(as_label("$x$"))
    ('Price ($)', "'\\uff04x\\uff04'")
    """
    shown = harmless(text).replace("\\", _BACKSLASH)
    return shown.replace("$", _DOLLAR) if shown.count("$") >= _TWO else shown


class Controls:
    """Makes the controls of a form.

    Parameters
    ----------
    words
        The form's words.
    took_out
        Called when a key or a password was taken out of a field that is for something else.
    """

    def __init__(self, words: Words, *, took_out: Callable[[], None] = lambda: None) -> None:
        self._words, self._took_out = words, took_out
        # One of each for the whole form: the page makes an object of every layout.
        self._wide = ipywidgets.Layout(width="100%", max_width="640px", margin="2px 0")
        self._steady = ipywidgets.Layout(width="100%", max_width="640px", margin="2px 0", min_height="28px")
        # Not "auto", which in a column is as wide as the column.
        self._natural = ipywidgets.Layout(width="fit-content", max_width="100%", margin="2px 8px 2px 0")
        self._row = ipywidgets.Layout(width="100%", flex_flow="row wrap", align_items="center")
        self._column = ipywidgets.Layout(width="100%", margin="0")
        self._beside = {"description_width": _LABELS}
        self._whole = {"description_width": "initial"}

    def text(
        self,
        label: str,
        value: str = "",
        *,
        is_required: bool = False,
        placeholder: str = "",
        while_typing: bool = False,
    ) -> ipywidgets.Text:
        """Return a field for a line of text.

        Parameters
        ----------
        label
            What stands before it.
        value
            What it holds.
        is_required
            Whether the label is marked.
        placeholder
            What an empty one shows.
        while_typing
            Whether the form hears of every letter, and not only when the field is left or Enter is pressed.
        """
        return self._giving_up(TypedText(
            value, description=self.marked(label, is_required=is_required), placeholder=placeholder,
            continuous_update=while_typing, layout=self._wide, style=self._beside,
        ))  # fmt: skip

    def key(self, label: str) -> SecretField:
        """Return a field for a key, which has to be there."""
        words = self._words
        return SecretField(
            description=self.marked(label, is_required=True), layout=self._wide, style=self._beside,
            received=words("A key was received. Type another one to replace it."),
        )  # fmt: skip

    def lines(self, label: str, value: str = "", *, rows: int = 3) -> ipywidgets.Textarea:
        """Return a field for several lines of text."""
        return self._giving_up(TypedLines(
            value, description=label, rows=rows, continuous_update=False, layout=self._wide, style=self._beside
        ))  # fmt: skip

    def number(
        self, label: str, value: float, *, least: float, most: float, step: float
    ) -> ipywidgets.BoundedFloatText:
        """Return a field for a number between two."""
        return ipywidgets.BoundedFloatText(
            value, description=label, min=least, max=most, step=step, layout=self._wide, style=self._beside
        )

    def choice(
        self, label: str, options: Iterable[tuple[str, Any]], value: Any = None, *, is_required: bool = False
    ) -> ipywidgets.Dropdown:
        """Return a field for one of a few.

        Parameters
        ----------
        label
            What stands before it.
        options
            What is shown for each, and the value that it stands for. Shown texts have to differ.
        value
            The chosen one; None, which then has to be among them, for none.
        is_required
            Whether the label is marked.
        """
        return ipywidgets.Dropdown(
            options=tuple(options), value=value, description=self.marked(label, is_required=is_required),
            layout=self._wide, style=self._beside,
        )  # fmt: skip

    def combo(
        self, label: str, options: Iterable[str] = (), value: str = "", *, placeholder: str = ""
    ) -> ipywidgets.Combobox:
        """Return a field for a line of text that offers some; whoever types may type others."""
        return self._giving_up(TypedCombo(
            value=value, options=tuple(options), description=label, placeholder=placeholder, continuous_update=False,
            layout=self._wide, style=self._beside,
        ))  # fmt: skip

    def _giving_up(self, field: AnyTyped) -> AnyTyped:
        field.took_out = self._took_out
        return field

    def yes_or_no(self, label: str, *, value: bool = False) -> ipywidgets.Checkbox:
        """Return a box to tick, with its words beside it in full."""
        return ipywidgets.Checkbox(value, description=label, indent=False, layout=self._natural, style=self._whole)

    def button(
        self, label: str, *, is_main: bool = False, is_risky: bool = False, tooltip: str = ""
    ) -> ipywidgets.Button:
        """Return a button as wide as its words.

        Parameters
        ----------
        label
            What it does, in a word or two.
        is_main
            Whether it is what most people press next.
        is_risky
            Whether it takes something away.
        tooltip
            What more there is to say about it.
        """
        style = "primary" if is_main else "danger" if is_risky else ""
        return ipywidgets.Button(description=label, button_style=style, tooltip=tooltip or label, layout=self._natural)

    def toggle(self, label: str) -> ipywidgets.ToggleButton:
        """Return a button that stays pressed: what it opens is there meanwhile."""
        return ipywidgets.ToggleButton(value=False, description=label, tooltip=label, layout=self._natural)

    def note(self, text: str = "") -> ipywidgets.HTML:
        """Return words that explain; :meth:`say` changes them."""
        note = ipywidgets.HTML(layout=self._wide)
        self.say(note, text)
        return note

    def say(self, note: ipywidgets.HTML, text: str) -> None:
        """Change the words of a note; they are text, whatever they hold."""
        lines = "<br>".join(show.h(line) for line in text.splitlines())
        note.value = f"<div style='line-height:1.4'>{lines}</div>" if text else ""

    def status(self) -> ipywidgets.HTML:
        """Return a note that keeps its place while it has nothing to say, so that nothing below it jumps."""
        return ipywidgets.HTML(layout=self._steady)

    def beside(self) -> ipywidgets.HTML:
        """Return a note for a row: in the room that is left in it, or below where that is little."""
        return ipywidgets.HTML(layout=ipywidgets.Layout(flex="1 1 260px", margin="2px 0"))

    def markup(self, markup: str = "") -> ipywidgets.HTML:
        """Return a place for HTML of ours, in which what others named is escaped already."""
        return ipywidgets.HTML(markup, layout=self._column)

    def heading(self, text: str) -> ipywidgets.HTML:
        """Return the heading of a part of a form."""
        return ipywidgets.HTML(f"<h4 style='margin:10px 0 2px'>{show.h(text)}</h4>", layout=self._column)

    def row(self, *widgets: ipywidgets.Widget) -> ipywidgets.HBox:
        """Return widgets beside each other, as many as there is room for."""
        return ipywidgets.HBox(widgets, layout=self._row)

    def column(self, *widgets: ipywidgets.Widget) -> ipywidgets.VBox:
        """Return widgets below each other."""
        return ipywidgets.VBox(widgets, layout=self._column)

    def marked(self, label: str, *, is_required: bool) -> str:
        """Return a label, with a mark where something has to be there."""
        return f"{label} *" if is_required else label
