"""``df.activecampaign``: each verb delegates to the function of the same name. It keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.runs import checking, exports, selection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.forms.exporting.export_form import ExportForm
    from ac_notebook.model.export import Duplicates
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.export import Export
    from ac_notebook.runs.exports import Columns, Rows
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.progress import Shown
    from ac_notebook.runs.report import Report
    from ac_notebook.runs.segment import Segment
    from ac_notebook.runs.selection import Selection
    from ac_notebook.runs.suggestion import Suggestion
    from ac_notebook.runs.validation import Validation


@pd.api.extensions.register_dataframe_accessor("activecampaign")
class ActiveCampaignAccessor:
    """What a DataFrame can do with ActiveCampaign."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def suggest_mapping(self, connection: Connection | str | None = None) -> Suggestion:
        """Propose a mapping; see :func:`ac_notebook.suggest_mapping`."""
        return exports.suggest_mapping(self._frame, connection)

    def validate(
        self, mapping: Columns | Export | str, *, connection: Connection | str | None = None,
        segment: Rows | None = None, timezone: str = "UTC", duplicates: Duplicates = "first",
        phone_region: str | None = None,
    ) -> Validation:  # fmt: skip
        """Check the frame; see :func:`ac_notebook.validate`."""
        return checking.validate(
            self._frame, mapping, connection=connection, segment=segment,
            timezone=timezone, duplicates=duplicates, phone_region=phone_region,
        )  # fmt: skip

    def plan(
        self, definition: Export | str | None = None, *, connection: Connection | str | None = None,
        list: str | int | None = None,  # noqa: A002 - the field's word
        mapping: Columns | None = None, tags: Iterable[str] = (), segment: Rows | None = None,
        progress: Shown = None, **options: Any,
    ) -> Plan:  # fmt: skip
        """Say what an export would do; see :func:`ac_notebook.plan`."""
        return exports.plan(
            self._frame, definition, connection=connection, list=list, mapping=mapping, tags=tags, segment=segment,
            progress=progress, **options,
        )  # fmt: skip

    def export(
        self, definition: Export | str | None = None, *, connection: Connection | str | None = None,
        list: str | int | None = None,  # noqa: A002 - the field's word
        mapping: Columns | None = None, tags: Iterable[str] = (), segment: Rows | None = None,
        progress: Shown = None, **options: Any,
    ) -> Report:  # fmt: skip
        """Export the frame; see :func:`ac_notebook.export`."""
        return exports.export(
            self._frame, definition, connection=connection, list=list, mapping=mapping, tags=tags, segment=segment,
            progress=progress, **options,
        )  # fmt: skip

    def segment(self, segment: Segment | str) -> Selection:
        """Say what a segment chooses; see :func:`ac_notebook.segment`."""
        return selection.segment(self._frame, segment)

    def form(self, value: Export | str | None = None, *, language: str | None = None) -> ExportForm:
        """Show a form that exports the frame: ``ac.forms.export(df)``.

        Parameters
        ----------
        value
            The export to begin with: an ``ac.Export``, or the name of a saved one; None for a new one.
        language
            Such as "sv"; as for ``ac.forms.language`` if left out.

        Returns
        -------
        ExportForm
            Shown where it is the last line of a cell. ``form.value`` is the export, ``form.report`` what became of it.
        """
        from ac_notebook.forms.exporting.export_form import ExportForm  # noqa: PLC0415 - widgets are loaded when they are asked for

        return ExportForm(self._frame, value, language=language)


for _function in (exports.suggest_mapping, checking.validate, exports.plan, exports.export, selection.segment):
    # The whole text where it is asked for: ``df.activecampaign.export?``
    getattr(ActiveCampaignAccessor, _function.__name__).__doc__ = _function.__doc__
