"""Export forms for tests: at once, in virtual time, over a sandbox in this process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import ipywidgets
import pandas as pd

import ac_notebook as ac
from ac_notebook.forms.base.worker import at_once
from ac_notebook.forms.exporting.export_form import ExportForm
from tests.people import people

if TYPE_CHECKING:
    from ac_notebook.forms.base.worker import Spawn

MAPPING = {"email": "E-mail", "first_name": "Given name"}


def customers(count: int = 300) -> pd.DataFrame:
    """Return customers: the last of them twice, and one without an address."""
    frame = pd.concat([people(count), people(count).tail(1)], ignore_index=True)
    frame.loc[0, "E-mail"] = None
    return frame


def form_of(
    frame: pd.DataFrame, connection: ac.Connection, value: ac.Export | str | None = None, *, spawn: Spawn = at_once
) -> ExportForm:
    """Return a form in English, which falls back on the sandbox of a connection."""
    return ExportForm(frame, value, language="en", spawn=spawn, sandbox=lambda: connection)


def weekly(connection: ac.Connection, **changes: object) -> ac.Export:
    """Return an export of :func:`customers`."""
    return ac.Export("Weekly", connection=connection, list="Newsletter", mapping=MAPPING).replace(**changes)


def states() -> str:
    """Return everything that the widgets that there are would send, save or embed."""
    every = ipywidgets.Widget.get_manager_state(drop_defaults=False)["state"]
    return json.dumps(every, default=str, ensure_ascii=False)
