"""The keys that this machine knows, to be looked for elsewhere. They are read and not shown."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ac_notebook.errors import ActiveCampaignError
from ac_notebook.runs.keys import GENERAL_VARIABLE, kept_secret
from ac_notebook.storage import connections
from ac_notebook.storage.database import FILE, open_database
from ac_notebook.storage.home import name_home

if TYPE_CHECKING:
    from ac_notebook.model.secret import Secret

_OWN_VARIABLES = "AC_NOTEBOOK_KEY__"


def known_keys() -> tuple[list[str], list[str]]:
    """Return the texts of all keys in environment variables and of saved connections, and which could not be read.

    Nothing is made where nothing is: a machine that has no connection is left as it is.
    """
    named = (GENERAL_VARIABLE, *(name for name in os.environ if name.startswith(_OWN_VARIABLES)))
    keys = [os.environ.get(name, "").strip() for name in named]
    try:
        secrets, troubles = _saved()
    except ActiveCampaignError as error:
        secrets, troubles = [], [f"Keys of saved connections were not looked for. {error.message}"]
    keys += [secret.reveal() for secret in secrets]
    return [key for key in dict.fromkeys(keys) if key], troubles


def _saved() -> tuple[list[Secret], list[str]]:
    home = name_home()
    if not (home / FILE).is_file():
        return [], []
    secrets, troubles = [], []
    database = open_database(home)
    try:
        for name in connections.saved_names(database):
            try:
                secrets.append(kept_secret(connections.load(database, name)))
            except ActiveCampaignError:
                troubles.append(f"The key of {name!r} was not looked for: it cannot be read.")
    finally:
        database.close()
    return secrets, troubles
