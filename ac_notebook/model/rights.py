"""What a key's user must be allowed in ActiveCampaign, in the words of its settings and of its API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ADVICE = """\
A key may do all that its user may. Make a user for this notebook alone, in a group of its own: Settings, Users and \
Groups, Add a new group. Give the group the lists it exports to, and under Permissions: import, add and edit contacts, \
and manage tags if tags are used; not sending, deleting or exporting. Log in as that user once, and copy its key from \
Settings, Developer. Whatever happens to the key then, it cannot send a mail or take a contact away."""
"""How to make a user of ActiveCampaign for exports only: one text, wherever it is shown."""


@dataclass(frozen=True, kw_only=True)
class Right:
    """One thing that a group of users may do.

    Parameters
    ----------
    words
        What it is, after "may".
    where
        Where an administrator gives it, in ActiveCampaign's settings of the group.
    flag
        Its name in ActiveCampaign's API (contract section 4); "" where it has none.
    """

    words: str
    where: str
    flag: str = ""

    def __str__(self) -> str:
        return f"{self.words} ({self.where}{f'; {self.flag} in the API' if self.flag else ''})"


SEE_LISTS = Right(words="see lists", where="Info, the lists that the group can access, and Permissions, Lists")
READ_FIELDS = Right(words="read custom fields", where="Permissions, Contacts", flag="pgContactFields")
READ_TAGS = Right(words="read tags", where="Permissions, Contacts", flag="pgTagManage")
IMPORT = Right(words="import contacts", where="Permissions, Contacts", flag="pgContactImport")
ADD = Right(words="add contacts", where="Permissions, Contacts", flag="pgContactAdd")
EDIT = Right(words="edit contacts", where="Permissions, Contacts", flag="pgContactEdit")
TAGS = Right(words="manage tags", where="Permissions, Contacts", flag="pgTagManage")

LOOK = Right(words="look at imports", where="Permissions, Contacts", flag="pgContactImport")

FOR_EXPORTS = (IMPORT, ADD, EDIT)
"""What every export takes. That importing asks for adding and editing too is not said anywhere: it is the harsher \
reading of the contract (sections 4 and 7), and given in a minute."""

_BY_PATH = {"lists": SEE_LISTS, "fields": READ_FIELDS, "tags": READ_TAGS, "import": IMPORT}


def right_for(path: str) -> Right | None:
    """Return the right that a path of the API asks for, or None where that is not known.

    Examples
    --------
    >>> right_for("import/bulk_import").flag
    'pgContactImport'
    """
    return _BY_PATH.get(path.partition("?")[0].partition("/")[0])


def ask_for(rights: Iterable[Right]) -> str:
    """Return what to ask an administrator for.

    Examples
    --------
    >>> ask_for([IMPORT]).partition("; let it ")[2]
    'import contacts (Permissions, Contacts; pgContactImport in the API).'
    """
    return (
        "Ask an administrator of the account: Settings, Users and Groups, Groups, the group of the key's user; let it "
        f"{' and '.join(map(str, rights))}."
    )
