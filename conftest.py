"""What every test and every example of a docstring stands on: a home of its own, and no network but loopback.

``AC_NOTEBOOK_TEST_STRINGS`` chooses how pandas holds the text that it is given: ``arrow`` (a string dtype backed by
pyarrow), ``python`` (the string dtype backed by Python's objects, new in pandas 2.3) or ``object`` (no string dtype).
Without it, it is as the installed pandas does by itself: ``object`` before pandas 3, ``arrow`` since.
"""

from __future__ import annotations

import importlib
import os
import signal
import socket
import warnings
from typing import TYPE_CHECKING, Any

import hypothesis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = ("127.", "localhost", "::1")

STRINGS = "AC_NOTEBOOK_TEST_STRINGS"
WAYS = {"arrow": (True, "pyarrow"), "python": (True, "python"), "object": (False, None)}
"""By name: whether text becomes a string dtype, and what backs it."""


def pytest_collection() -> None:
    """Import the package as its users do: a file whose examples come first would make a second one of its module."""
    importlib.import_module("ac_notebook")


def pytest_configure() -> None:
    """Have pandas hold text in the way that is asked for, before any test module makes a frame."""
    hypothesis.settings.register_profile("patient", deadline=None)  # a busy machine makes no example wrong
    hypothesis.settings.load_profile("patient")
    # Ignored by a shell for what it runs in the background, or by nohup; tests, and the processes they start, are told
    # to end by them.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    way = os.environ.get(STRINGS)
    if not way:
        return
    if way not in WAYS:
        raise pytest.UsageError(f"{STRINGS} is one of {', '.join(WAYS)}, not {way!r}.")
    infer, storage = WAYS[way]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the string dtype can be switched off until pandas 4, and that is deprecated
        pd.set_option("future.infer_string", infer)
    if storage is not None:
        pd.set_option("mode.string_storage", storage)
    if held() != way:
        raise pytest.UsageError(f"pandas {pd.__version__} cannot hold text as {way!r}; it would be {held()!r}.")


def held() -> str:
    """How pandas holds text now: one of the names of :data:`WAYS`."""
    dtype = pd.Series(["text"]).dtype
    if dtype == np.dtype(object):
        return "object"
    return "python" if dtype.storage == "python" else "arrow"  # "pyarrow", or "pyarrow_numpy" in pandas 2.2


def pytest_report_header() -> str:
    """Versions, and the way of holding text."""
    return f"pandas {pd.__version__}, NumPy {np.__version__}, pyarrow {pa.__version__}; text is held as: {held()}"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, so that nothing of this machine's user is read or written."""
    folder = tmp_path / "home"
    monkeypatch.setenv("AC_NOTEBOOK_HOME", str(folder))
    for name in ("ACTIVECAMPAIGN_API_KEY", "PYTHON_KEYRING_BACKEND", "BINDER_LAUNCH_HOST", "BINDER_REPO_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return folder


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves the machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            msg = f"A test tried to reach {address[0]}."
            raise AssertionError(msg)
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
