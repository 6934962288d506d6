"""The log of a headless run: a line for each event, on the standard error."""

from __future__ import annotations

import logging
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ac_notebook.runs.progress import log

if TYPE_CHECKING:
    from collections.abc import Iterator


class _OneLine(logging.Formatter):
    """A line for each event: when (in UTC), how grave, what."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback would show values, and is no line."""
        record = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None, "stack_info": None})
        return " ".join(super().format(record).split())


@contextmanager
def logged() -> Iterator[None]:
    """Write what happens to the standard error, a line for each event, and nowhere else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ"))
    loggers = [log, logging.getLogger("py.warnings")]
    before = [(logger, logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False  # else a handler of somebody else's writes each event again
    logging.captureWarnings(capture=True)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        for logger, level, propagate in before:
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate
