"""A schedule in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ac_notebook.storage.schedules import SavedSchedule


def in_table(saved: SavedSchedule | None) -> str:
    """Return the schedule of an export as it stands in the table of exports."""
    if saved is None:
        return ""
    words = f"{saved.schedule.words}{', JupyterLab' if saved.schedule.notebook else ''}"
    if saved.paused is not None:
        return f"paused ({saved.reason}): {words}"
    return f"failing: {words}" if saved.is_failing else words
