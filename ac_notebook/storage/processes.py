"""Other processes of this machine."""

from __future__ import annotations

import os


def is_alive(process: int) -> bool:
    """Return whether a process of this machine is there."""
    if os.name != "posix":  # pragma: no cover - there, this call would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's, or this system does not say
    return True
