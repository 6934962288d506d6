"""Which languages a person reads, as far as that was said."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ac_notebook.storage.jupyter_settings import lab_language

if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Where the system says it, in the order in which gettext looks."""


def preferred(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the languages that a person asked for, the dearest first: JupyterLab's, then the environment's.

    Parameters
    ----------
    environment
        The variables that say what the system speaks.

    Examples
    --------
    >>> preferred({"LANG": "sv_SE.UTF-8", "LANGUAGE": "sv:en"})[-3:]
    ('sv', 'en', 'sv_SE')
    """
    said = [lab_language()]
    for name in _VARIABLES:
        said += [wish.partition(".")[0] for wish in environment.get(name, "").split(":")]
    return tuple(dict.fromkeys(wish for wish in said if wish))
