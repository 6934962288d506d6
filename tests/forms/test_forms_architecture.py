"""What holds for the code of all forms: what they are made of, what they escape, that no error and no text is lost."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest

import ac_notebook as ac
from tests.forms.lint import FORMS, Module, called, modules, unescaped, unguarded, untranslated, widget_names

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES = modules()
CORE = {"@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/output"}
USED = {
    "BoundedFloatText", "BoundedIntText", "Box", "Button", "Checkbox", "Combobox", "Dropdown", "FloatProgress", "HBox",
    "HTML", "IntProgress", "Layout", "Password", "Select", "Text", "Textarea", "ToggleButton", "VBox", "Widget",
}  # fmt: skip
"""Widgets that JupyterLab, Notebook 7, VS Code and Colab all show. Not among them: FileUpload and the pickers of dates
and times, which they show differently; Label and HTMLMath, which take a name with ``$`` for a formula; Output, which
loses what a thread prints."""
NOT_AT_FIRST = ("ipywidgets", "IPython.core.completer", "ac_notebook.forms.base.form")


def test_only_core_widgets_are_used() -> None:
    """A form is made of a few core widgets, which every front end shows."""
    assert {(module.name, name) for module in MODULES for name in widget_names(module) if name not in USED} == set()


def test_widgets_of_ours_are_core_widgets_for_the_page() -> None:
    """What a form derives from a widget needs no code in the page that ipywidgets does not bring."""
    for module in MODULES:
        name = module.name.removesuffix(".py").removesuffix("__init__").strip("/").replace("/", ".")
        importlib.import_module(f"ac_notebook.forms.{name}".rstrip("."))
    ours = [kind for kind in _kinds(ipywidgets.Widget) if kind.__module__.startswith("ac_notebook")]
    assert ours != []
    known = {_default(kind, "_model_name") for kind in _kinds(ipywidgets.Widget) if kind not in ours}
    for kind in [*ours, *(getattr(ipywidgets, name) for name in USED if name != "Widget")]:
        assert {_default(kind, "_model_module"), _default(kind, "_view_module") or "@jupyter-widgets/base"} <= CORE
        assert _default(kind, "_model_name") in known


def _kinds(kind: Any) -> Iterator[Any]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)


def _default(kind: Any, trait: str) -> Any:
    found = kind.class_traits().get(trait)
    return None if found is None else found.default()


def test_what_goes_into_html_is_escaped() -> None:
    """Whatever stands in HTML is a constant, or went through the one function that escapes."""
    assert [place for module in MODULES for place in unescaped(module)] == []


def test_no_error_of_a_handler_is_lost() -> None:
    """What listens to a widget shows its errors in the form: ipywidgets would drop them."""
    places = [place for module in MODULES for place in unguarded(module)]
    # A widget that listens to itself, and shows what is wrong by `problem`.
    assert {place.partition(":")[0] for place in places} <= {"base/secret_field.py"}


def test_every_text_goes_through_the_words() -> None:
    """No text that a person reads is English whatever the language."""
    assert [place for module in MODULES for place in untranslated(module)] == []


def test_threads_are_begun_in_one_place() -> None:
    """A thread is begun where it is told which cell it works for: kernels need that to change a widget."""
    begins = ("Thread", "Timer", "ThreadPoolExecutor")
    threads = [module.at(call) for module in MODULES for call in module.calls() if called(call) in begins]
    assert [place.partition(":")[0] for place in threads] == ["base/worker.py"]


def test_no_module_hides_a_form() -> None:
    """No module is called as a form is: importing it would put itself in the form's place."""
    names = {path.stem for path in FORMS.iterdir()}
    assert ac.forms.__all__ == sorted(ac.forms._FORMS)
    assert names.isdisjoint(ac.forms.__all__)
    for name in ac.forms.__all__:
        made = getattr(ac.forms, name)
        assert callable(made)
        assert (made.__doc__ or "").strip()
        assert name in dir(ac.forms)
    with pytest.raises(AttributeError, match="exprot"):
        _ = ac.forms.exprot


def test_nothing_is_loaded_before_a_form_is_asked_for() -> None:
    """Choosing a language loads no widgets: that takes as long as the rest of the package."""
    code = (
        "import sys, ac_notebook as ac; ac.forms.language = 'sv'; dir(ac.forms);"
        f"print([name for name in {NOT_AT_FIRST!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


HTML = "f'<b>{name}</b>'", "'<b>' + name + '</b>'", "'<b>%s</b>' % name", "f'<p>{show.h(a)} {b}</p>'"
ESCAPED = "f'<b>{show.h(name)}</b>'", "f'<b style={show.BAD}>{_LABEL}</b>'", "'<br>'.join(h(one) for one in lines)"


@pytest.mark.parametrize("code", [*HTML, *ESCAPED])
def test_the_check_of_html_finds_what_is_not_escaped(code: str) -> None:
    """The checks above see a name that goes into HTML as it is."""
    assert bool(list(unescaped(_module(code)))) == (code in HTML)


def test_the_other_checks_find_what_they_look_for() -> None:
    """They see an unguarded handler, and an English text."""
    assert list(unguarded(_module("button.on_click(self._go)"))) == ["it.py:1"]
    assert list(unguarded(_module("button.on_click(self.shown(self._go))"))) == []
    assert list(untranslated(_module("self.controls.button('Save')"))) == ["it.py:1"]
    assert list(untranslated(_module("self.message.good(f'Saved {name}.')"))) == ["it.py:1"]
    assert list(untranslated(_module("self.controls.button(self.words('Save'))"))) == []


def _module(code: str) -> Module:
    return Module("it.py", ast.parse(code))
