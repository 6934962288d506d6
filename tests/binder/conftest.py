"""Says it where Binder's image is tried with another Python than Binder has."""

from __future__ import annotations

import platform

from tests.binder.base import python
from tests.binder.image import is_binders


def pytest_report_header() -> str:
    """Which Python it is tried with."""
    if is_binders():
        return f"Binder's image: with Python {python()}"
    return f"Binder's image: with Python {platform.python_version()}, since Binder's {python()} is not here"
