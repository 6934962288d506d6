"""I9: what a run says, and what it writes down, holds no person's value and no key."""

from __future__ import annotations

import contextlib
import io
import logging
from typing import TYPE_CHECKING

from tests.faults.schedules.people import DOMAIN, MARK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import ac_notebook as ac


class Said(logging.Handler):
    """All that was printed and logged."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.stream = io.StringIO()

    def emit(self, record: logging.LogRecord) -> None:
        self.stream.write(self.format(record))

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        root = logging.getLogger()
        root.addHandler(self)
        try:
            with contextlib.redirect_stdout(self.stream), contextlib.redirect_stderr(self.stream):
                yield
        finally:
            root.removeHandler(self)

    def report(self, report: ac.Report) -> None:
        """Add all that a report shows."""
        self.stream.write(f"{report!r}{report._repr_html_()}{report.problems.to_string()}")

    def holds_nobody(self, key: str) -> None:
        """Assert that nothing of it is a person's value or a key."""
        text = self.stream.getvalue()
        assert DOMAIN not in text, "I9: an address was said"
        assert MARK not in text, "I9: a name was said"
        assert key not in text, "I9: a key was said"


def nothing_at_rest(home: Path, key: str) -> None:
    """Assert that the files of a home hold no person's value, and no file but the key's own the key."""
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert DOMAIN.encode() not in content, f"I9: an address in {path.name}"
            assert MARK.encode() not in content, f"I9: a name in {path.name}"
            if "key" not in path.parent.name and "secret" not in path.parent.name:
                assert key.encode() not in content, f"I9: the key in {path.name}"
