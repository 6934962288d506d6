"""Named segments as a user holds them: the value, with its verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from ac_notebook.errors import ConfigurationError
from ac_notebook.model import segment as model
from ac_notebook.model.display_name import require_name
from ac_notebook.remote.clock import SystemClock
from ac_notebook.runs.personal import warn_of_text
from ac_notebook.runs.record import user_name
from ac_notebook.runs.saving_words import say
from ac_notebook.runs.stored import opened
from ac_notebook.storage import exports, segments
from ac_notebook.storage.database import transaction


@dataclass(frozen=True, repr=False, eq=False)
class Segment(model.Segment):
    """A named condition that chooses rows of a DataFrame, for several exports to share. Not one of ActiveCampaign's.

    Saved with the first export that uses it, or by ``.save()``. What is saved is one thing: changing it changes all
    exports that use it.

    Parameters
    ----------
    name
        Free text of up to 200 characters, such as "Gold".
    condition
        Which rows, as for :meth:`pandas.DataFrame.query`; no variables of the caller. It is kept as it is typed.

    Raises
    ------
    ConfigurationError
        When either is none.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> gold = ac.Segment("Gold", "points > 500").save()
    Saved the segment 'Gold'. Nothing was sent.
    >>> ac.Segment.named("Gold")
    Segment('Gold', 'points > 500')
    """

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the saved segment of this name.

        Parameters
        ----------
        name
            Its name.

        Raises
        ------
        ConfigurationError
            When there is none, with the nearest.
        """
        require_name(name, of="segment")
        with opened() as database:
            found = segments.load(database, name)
        return cls(found.name, found.condition)

    def save(self) -> Self:
        """Save the segment under its name, in place of what was there: in all exports that use it. Sends nothing."""
        warn_of_text([self.condition], "The state database of this machine's user has", f"the segment {self.name!r}")
        with opened() as database, transaction(database):
            before = segments.find(database, self.name)
            if before != self:
                segments.keep(database, self, at=SystemClock().now(), by=user_name())
            users = exports.using_segment(database, self.name)
        done = "Saved" if before is None else "Changed"
        what = f"{done} the segment {self.name!r}."
        if before == self:
            what = f"The segment {self.name!r} is saved as it is already."
        say(what, f"Exports that use it: {', '.join(map(repr, users))}." if users else "")
        return self

    def remove(self) -> None:
        """Remove the saved segment, when no export uses it.

        Raises
        ------
        ConfigurationError
            When it is not saved, or some do; names them.
        """
        with opened() as database, transaction(database):
            segments.load(database, self.name)
            users = exports.using_segment(database, self.name)
            if users:
                msg = f"The segment {self.name!r} is used by: {', '.join(map(repr, users))}."
                hint = "Give them another first: export.edit(segment=…). Nothing was changed."
                raise ConfigurationError(msg, hint=hint)
            segments.forget(database, self.name)
        say(f"Removed the segment {self.name!r}.")

    @property
    def exports(self) -> tuple[str, ...]:
        """The names of the saved exports that use it."""
        with opened() as database:
            return tuple(exports.using_segment(database, self.name))
