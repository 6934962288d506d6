"""Custom fields that a column's name says: by title or personalisation tag, never by a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.frames.names import plain

if TYPE_CHECKING:
    from ac_notebook.model.account import Field, Snapshot


class FieldNames:
    """The custom fields of an account, by what a column may be called.

    Parameters
    ----------
    account
        What the account has; None has no fields.

    Examples
    --------
    >>> from ac_notebook.model.account import Field, Snapshot
    >>> names = FieldNames(Snapshot(host="", custom_fields=(Field(id=1, title="Date of birth", perstag="DOB"),)))
    >>> [field.id for field in names.of("%dob%")], names.told_by("date_of_birth")
    ([1], 'title')
    """

    def __init__(self, account: Snapshot | None) -> None:
        self._account = account
        self._titles: dict[str, list[Field]] = {}
        self._tags: dict[str, list[Field]] = {}
        for field in account.custom_fields if account is not None else ():
            self._titles.setdefault(plain(field.title), []).append(field)
            self._tags.setdefault(plain(field.perstag), []).append(field)

    def of(self, name: str) -> list[Field]:
        """Return the fields that a name says, spelling aside; of several with one title none is the likelier.

        A name between percent signs is a tag.
        """
        key = plain(name)
        if not key:
            return []
        return self._tags.get(key, []) if self.told_by(name) != "title" else self._titles[key]

    def told_by(self, name: str) -> str:
        """Return what of a field a name is the same as, in words."""
        bare = name.strip()
        is_tag = bare.startswith("%") and bare.endswith("%")
        return "title" if not is_tag and plain(name) in self._titles else "personalisation tag"

    def key(self, field: Field) -> str | int:
        """Return what a mapping calls a field: its title, or its id where others have the title too."""
        if self._account is None or self._account.find_field(field.title) == field:
            return field.title
        return field.id
