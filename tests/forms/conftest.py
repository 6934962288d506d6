"""What tests of forms leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def no_widgets_left() -> Iterator[None]:
    """Close the widgets that a test made: ipywidgets holds them for ever, and tests search all there are."""
    yield
    ipywidgets.Widget.close_all()
