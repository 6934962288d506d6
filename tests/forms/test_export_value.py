"""An export in a form and out of it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from hypothesis import HealthCheck, given, settings

from ac_notebook.forms.exporting.export_form import ExportForm
from tests.runs.saved.definitions import definitions

if TYPE_CHECKING:
    from collections.abc import Callable

    import ac_notebook as ac

FRAME = pd.DataFrame({"E-mail": ["ann@example.org"], 1: [1], ("a", 2): ["x"]})


def _never(_: Callable[[], None]) -> None:
    """Begin no work: what the form shows of a value does not wait for anything."""


def test_value_to_form_to_value_is_the_identity() -> None:
    """Whatever export a form is filled with, its value is an equal one, also when it fits neither frame nor account."""
    form = ExportForm(FRAME, language="en", spawn=_never)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(export=definitions())
    def comes_back(export: ac.Export) -> None:
        form.value = export
        assert form.value == export

    comes_back()
