"""Forms for notebooks: thin views over the values that code would have built, made of core ipywidgets.

=================  =============================================================================
``connection()``   makes a connection: host, key, agreement, Connect, Save
``connections()``  the saved connections: change, verify, give another key, withdraw, remove
``export(df)``     sends a DataFrame to a list: choose, look at what would be sent, save, run, stop
``exports(df)``    the saved exports: run, change, schedule, duplicate, attach, detach, remove
``runs()``         what ran, and what became of it
=================  =============================================================================

A form is shown where it is the last line of a cell; ``form.value`` is what it holds. ``language`` is that of forms that
are made from then on. A form shows and changes a value (a connection, an export); what it may be and what it does is
decided where code would come, too. Nothing here is loaded before a form is asked for.
"""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

__all__: list[str] = ["connection", "connections", "export", "exports", "runs"]

language: str | None = None
"""Language of forms that are made from now on: "en" or "sv"; None for JupyterLab's, or that of the environment.

Another one is refused when it is set, with the nearest.
"""

_FORMS: dict[str, tuple[str, str]] = {
    "connection": ("connecting.connection_form", "ConnectionForm"),
    "connections": ("connecting.connections_form", "ConnectionsForm"),
    "export": ("exporting.export_form", "ExportForm"),
    "exports": ("saved.exports_form", "ExportsForm"),
    "runs": ("saved.runs_form", "RunsForm"),
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


class _Forms(types.ModuleType):
    """The module, which looks at the language that somebody sets."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "language":
            importlib.import_module("ac_notebook.forms.base.texts").require_spoken(value)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Forms
