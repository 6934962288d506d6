"""A Jupyter server of this machine, as it is noted down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

INSTALL = 'Install it where JupyterLab is: pip install "ac-notebook[schedule]", and start JupyterLab anew.'
"""What to do where its scheduler is missing."""


@dataclass(frozen=True, kw_only=True)
class JupyterServer:
    """A Jupyter server that runs on this machine.

    Parameters
    ----------
    address
        Where it answers.
    root
        The folder that it serves.
    process
        Its process.
    token
        What it wants to see.
    """

    address: str
    root: Path
    process: int
    token: str = field(repr=False)
