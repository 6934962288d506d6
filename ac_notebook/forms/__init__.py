"""Forms for notebooks: thin views over the values that code would have built, made of core ipywidgets.

A form shows and changes a value (a connection, an export); what it may be and what it does is decided where code would
come, too. Nothing here is loaded before a form is asked for.
"""

from __future__ import annotations

import importlib
from typing import Any

__all__: list[str] = ["connection", "connections", "export", "exports", "runs"]

language: str | None = None
"""Language of forms that are made from now on, such as "sv"; None for JupyterLab's, or that of the environment."""

_FORMS: dict[str, tuple[str, str]] = {
    "connection": ("connection_form", "ConnectionForm"),
    "connections": ("connections_form", "ConnectionsForm"),
    "export": ("export_form", "ExportForm"),
    "exports": ("exports_form", "ExportsForm"),
    "runs": ("runs_form", "RunsForm"),
}
"""Name of each form, with the module and the class that make it. No module is called as a form is."""


def __getattr__(name: str) -> Any:
    if name in _FORMS:
        module, made = _FORMS[name]
        return getattr(importlib.import_module(f"ac_notebook.forms.{module}"), made)
    msg = f"module 'ac_notebook.forms' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted([*__all__, "language"])
