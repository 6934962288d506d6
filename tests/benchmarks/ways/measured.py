"""Exports in one of the ways in this process, as often as it is asked to, and prints what it said and took as JSON.

The standard library alone, since one of the ways runs in an environment that has nothing else.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib.util
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

PATIENCE = 900  # seconds


def tidy() -> None:
    """Give back what making the sample left behind, so that it is not there to be used again without being seen."""
    gc.collect()
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    if trim is not None:
        trim(0)


def forget_peak() -> None:
    """Have Linux count the peak from now on; making the sample takes more than it leaves."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def status(name: str) -> float:
    """Return a figure of this process in megabytes."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:  # no Linux: the peak, which is all that can be had
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1024 / 1e6


def main(script: str) -> None:
    """Load a way from its file; for each line, export to the account it names, and print what that took."""
    spec = importlib.util.spec_from_file_location("way", script)
    assert spec is not None
    assert spec.loader is not None
    way = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(way)
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ.update(asked["environment"])
        signal.alarm(PATIENCE)  # none that hangs outlives it
        print(json.dumps(_exported(way, asked["given"])), flush=True)
    os._exit(0)  # connections that a way left open would be complained about


def _exported(way: Any, given: str) -> dict[str, Any]:
    customers = way.read(given)
    tidy()
    forget_peak()
    before, begun = status("VmRSS"), time.process_time()
    said: dict[str, Any] = {}
    try:
        with contextlib.redirect_stdout(sys.stderr):
            said["done"] = way.alone(customers)
    except Exception as error:  # noqa: BLE001 - how it ended is what is asked for
        said["raised"] = type(error).__name__
    return {**said, "cpu": time.process_time() - begun, "memory": status("VmHWM") - before}


if __name__ == "__main__":
    main(*sys.argv[1:])
