"""Rules for one attribute of a mapping: what a blank means, the form of dates, what stands between values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.forms.base.choice import distinct
from ac_notebook.forms.mapping.mapping_draft import EMAIL, RULES, Attribute, Draft, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ac_notebook.forms.base.form import Form
    from ac_notebook.forms.base.part import Part

_DATES = ("date", "datetime")


def rules_of(attribute: Attribute, kind: str) -> tuple[Rule, ...]:
    """Return which rules an attribute takes.

    Parameters
    ----------
    attribute
        What is mapped.
    kind
        What it takes, as :attr:`ac_notebook.frames.columns.Column.kind` says it.

    Examples
    --------
    >>> rules_of(EMAIL, "email"), rules_of(Attribute("City", is_field=True), "unknown")
    ((), ('blank', 'formats', 'separators'))
    """
    takes: list[Rule] = []
    if attribute != EMAIL and (attribute.is_field or kind in ("name", "phone")):
        takes.append("blank")
    if attribute.is_field and kind in (*_DATES, "unknown"):
        takes.append("formats")
    if kind in ("tags", "multi") or (attribute.is_field and kind == "unknown"):
        takes.append("separators")
    return tuple(takes)


class AttributeRules:
    """A choice of what is mapped, and the rules that it takes; opened by a button.

    Parameters
    ----------
    form
        Whose controls they are.
    part
        The part that knows when it is the form that changes something.
    changed
        Called with rule, attribute and what was said, "" for no rule.
    """

    def __init__(
        self, form: Form, part: Part[Any], *, changed: Callable[[Rule, Attribute, str], None],
    ) -> None:  # fmt: skip
        self._form, self._part, self._changed = form, part, changed
        self._draft = Draft()
        self._takes: Mapping[Attribute, tuple[Rule, ...]] = {}
        self._labels: Mapping[Attribute, str] = {}
        self._attributes: list[Attribute | None] = [None]
        words, controls = form.words, form.controls
        self.toggle = controls.toggle(words("Rules"))
        self.choice = controls.choice(words("Rules for"), [("…", 0)], 0)
        self.blank = controls.choice(
            words("A blank cell"), [(words("leaves what is there"), ""), (words("clears what is there"), "clear")], ""
        )
        self.format = controls.text(words("Form of dates"), placeholder="%d.%m.%Y")
        self.separator = controls.text(words("Between values"), placeholder=";")
        self._controls = {"blank": self.blank, "formats": self.format, "separators": self.separator}
        self._note = controls.note()
        self.box = controls.column(self.toggle)
        self.toggle.observe(form.shown(lambda _: self.show(self._draft, self._labels, self._takes)), "value")
        self.choice.observe(form.shown(lambda _: None if part.is_filling else self._refresh()), "index")
        for rule in RULES:
            self._listen(rule)

    @property
    def attribute(self) -> Attribute | None:
        """What the rules are shown of."""
        number = self.choice.index
        return self._attributes[number] if number is not None and number < len(self._attributes) else None

    def show(
        self, draft: Draft, labels: Mapping[Attribute, str], takes: Mapping[Attribute, tuple[Rule, ...]]
    ) -> None:  # fmt: skip
        """Show the rules of a draft.

        Parameters
        ----------
        draft
            The mapping.
        labels
            What each attribute is called.
        takes
            Which rules each takes.
        """
        self._draft, self._labels, self._takes = draft, labels, takes
        if not self.toggle.value:
            self._place([])
            return
        chosen = self.attribute
        ruled = [one for one in draft.columns if self._shown_of(one)]
        self._attributes = [None, *ruled]
        marked = [f"{labels[one]} •" if any(draft.rule(rule, one) for rule in RULES) else labels[one] for one in ruled]
        texts = tuple(distinct([self._form.words("Choose what they are for …"), *marked]))
        with self._part.filling(), self.choice.hold_sync():
            if self.choice.options != tuple((text, number) for number, text in enumerate(texts)):
                self.choice.options = tuple((text, number) for number, text in enumerate(texts))
            self.choice.index = self._attributes.index(chosen) if chosen in self._attributes else 0
        self._refresh()

    def _shown_of(self, one: Attribute) -> list[Rule]:
        """Return the rules that are shown of an attribute: also one that it has and does not take, to be taken away."""
        return [rule for rule in RULES if rule in self._takes.get(one, ()) or self._draft.rule(rule, one)]

    def _refresh(self) -> None:
        one = self.attribute
        rules = [] if one is None else self._shown_of(one)
        with self._part.filling():
            for rule in rules:
                said = self._draft.rule(rule, one) if one is not None else ""
                shown = _typed(said) if rule == "separators" else said
                self._controls[rule].value = "" if said == "skip" else _sendable(shown)
        self._form.controls.say(self._note, "")
        self._place([self.choice, *(self._controls[rule] for rule in rules), self._note])

    def _place(self, children: list[object]) -> None:
        children = [self.toggle, *children]
        if tuple(children) != self.box.children:
            self.box.children = children

    def _listen(self, rule: Rule) -> None:
        control = self._controls[rule]

        def changed() -> None:
            one = self.attribute
            if self._part.is_filling or one is None:
                return
            said = _meant(control.value) if rule == "separators" else control.value.strip()
            try:
                self._changed(rule, one, said)
            except ValueError as error:  # our own, which says what is wrong with what was typed
                self._form.controls.say(self._note, str(error))

        control.observe(self._form.shown(lambda _: changed()), "value")


def _sendable(text: str) -> str:
    """Return a text without half letters, which no page can be sent."""
    return text.encode("utf-8", "backslashreplace").decode()


def _typed(said: str) -> str:
    """Return a rule as it is typed into a line."""
    return said.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def _meant(typed: str) -> str:
    r"""Return the separator that is meant, in which ``\t`` is a tab and ``\n`` the end of a line.

    Examples
    --------
    >>> [_meant(_typed(said)) == said for said in ("\t", "\\t", "; ", "\n")]
    [True, True, True, True]
    """
    parts = [part.replace("\\t", "\t").replace("\\n", "\n") for part in typed.split("\\\\")]
    return "\\".join(parts)
