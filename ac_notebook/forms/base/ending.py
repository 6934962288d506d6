"""Ending a form: ipywidgets keeps every widget until it is closed, and its handlers keep the form, and its frame."""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING, Any

import ipywidgets

from ac_notebook.forms.base.form import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def end(form: Form) -> None:
    """Close all widgets of a form, those too that are not shown now; nothing of it is kept for it any more.

    What is reached is what the form, its parts and its handlers hold; but no other form, such as the one around it.
    """
    for widget in list(_widgets(form)):
        widget.close()


def _widgets(form: Form) -> Iterator[ipywidgets.Widget]:
    seen: dict[int, Any] = {}
    ahead: list[Any] = [form]
    while ahead:
        one = ahead.pop()
        if id(one) in seen or (one is not form and isinstance(one, Form)):
            continue
        seen[id(one)] = one
        ahead += _held_by(one)
        if isinstance(one, ipywidgets.Widget):
            yield one


def _held_by(one: Any) -> Iterable[Any]:
    """Return what something holds: values in what is ours, in widgets, and in what is made of such."""
    if isinstance(one, dict):
        return one.values()
    if isinstance(one, list | tuple | set | frozenset):
        return one
    if isinstance(one, types.MethodType):
        return (one.__self__,)
    if isinstance(one, types.FunctionType):
        is_ours = one.__module__.startswith("ac_notebook.forms.")
        return inspect.getclosurevars(one).nonlocals.values() if is_ours else ()
    if isinstance(one, ipywidgets.Widget) or type(one).__module__.startswith("ac_notebook.forms."):
        return getattr(one, "__dict__", {}).values()
    return ()
