"""Binder, where anybody tries a repository on a machine that others run: the one place that knows it.

BinderHub sets ``BINDER_LAUNCH_HOST`` and ``BINDER_REPO_URL`` where it starts a notebook
(``binderhub/binderspawner_mixin.py``); mybinder.org's user guidelines say that neither keys nor personal data belong
there.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from ac_notebook.model.harmless import name as harmless

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOST, _REPOSITORY = "BINDER_LAUNCH_HOST", "BINDER_REPO_URL"


def is_binder(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether this process runs on Binder.

    Examples
    --------
    >>> is_binder({"BINDER_LAUNCH_HOST": "https://mybinder.org/"}), is_binder({"HOME": "/home/ann"})
    (True, False)
    """
    return bool(environment.get(_HOST) or environment.get(_REPOSITORY))


def commands_for_own_machine(environment: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Return the two commands that start the same notebooks on a machine of one's own.

    Examples
    --------
    >>> commands_for_own_machine({"BINDER_REPO_URL": "https://example.org/them/theirs"})
    ('git clone https://example.org/them/theirs', 'make -C theirs lab')
    """
    address = harmless(environment.get(_REPOSITORY, "").strip()) or "REPOSITORY"
    folder = address.rstrip("/").rpartition("/")[2].removesuffix(".git")
    return f"git clone {shlex.quote(address)}", f"make -C {shlex.quote(folder)} lab"


def warning_of_binder(environment: Mapping[str, str] = os.environ) -> str:
    """Return what is to be said before a real key is asked for or read; "" anywhere but on Binder.

    Examples
    --------
    >>> print(warning_of_binder({"BINDER_REPO_URL": "https://example.org/them/theirs"}))
    This is Binder, a public machine: no place for a real key, nor for real people's data. ...
    >>> warning_of_binder({})
    ''
    """
    if not is_binder(environment):
        return ""
    clone, start = commands_for_own_machine(environment)
    return (
        "This is Binder, a public machine: no place for a real key, nor for real people's data. Others run it, and "
        "nobody can promise who reads what is typed here. To try things out, a sandbox is enough: "
        "connection=ac.sandbox.start().connection. For the real account, use a machine of your own, with two commands: "
        f"{clone}, then {start}."
    )
