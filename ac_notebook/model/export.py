"""An export: what is sent where, and how."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ac_notebook.errors import ConfigurationError, did_you_mean
from ac_notebook.model.departures import TAG_BEGINS, require_actions
from ac_notebook.model.guards import GUARD_RAILS, RIGHTS

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ac_notebook.model.mapping import Mapping
    from ac_notebook.model.segment import Segment

Resend = Literal["changed", "all"]
Duplicates = Literal["first", "last", "reject"]
Leavers = Literal["keep", "tag", "unsubscribe"]
Action = Literal["keep", "unsubscribe"]


REHEARSALS = "rehearsal:"
"""What rehearsals on an account are remembered under; it is no export's identity."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """Choices of an export beyond connection, list, mapping, segment and tags.

    Parameters
    ----------
    run_automations
        Let automations start for the people who join the list. Off unless said: a million welcome mails are not
        called back.
    resend
        ``"changed"`` sends what is new or changed since it was imported, ``"all"`` sends everything.
    wait
        Seconds to wait for ActiveCampaign's confirmation after the last request.
    timezone
        Zone of date and time columns that have none, when they go to a date and time field.
    duplicates
        Which row is sent of several with one address: the ``"first"`` that can be sent, the ``"last"``, or none
        (``"reject"``).
    phone_region
        Two letters of a region, such as ``"SE"``: phones are then checked and written in international form, and
        numbers without a country are taken to be of that region. Needs the extra ``phone``. Without it phones are
        sent as they are.
    share
        Which part of the account's limits may be used, above 0 and up to 1: ``0.5`` leaves half to others.
    allow
        Guard rails that may be passed, by name: ``{"contact-limit", "row-count"}``.
    leavers
        What is done about people of this export's last run who are in no row of the segment now: ``"keep"`` them on the
        list, ``"tag"`` them with "left: " and the export's name, or ``"unsubscribe"`` them. The last cannot be undone:
        ActiveCampaign lets no import subscribe them to that list again. Whom another export on this machine keeps on
        the list is left alone; who subscribed by a form, too, is not. No automation starts for any of them.
    withdrawn
        What is done about people whom this export imported and whose opt-in column says no now: ``"keep"``, or
        ``"unsubscribe"``.
    moved
        What is done about the old address of a customer who has another one now: ``"keep"`` it on the list, or
        ``"unsubscribe"`` it once the new one has arrived. Such customers are recognised by ``key``.
    key
        Column that customers are known by, whatever their address: ``"customer_id"``. It is not sent.

    Examples
    --------
    >>> Options(timezone="Europe/Stockholm").timezone
    'Europe/Stockholm'
    >>> usual = Options()
    >>> usual.run_automations, usual.resend, usual.wait, usual.duplicates, usual.phone_region, usual.share, usual.key
    (False, 'changed', 600.0, 'first', None, 1.0, None)
    >>> usual.leavers, usual.withdrawn, usual.moved, usual.allow
    ('keep', 'keep', 'keep', frozenset())
    """

    run_automations: bool = False
    resend: Resend = "changed"
    wait: float = 600.0
    timezone: str = "UTC"
    duplicates: Duplicates = "first"
    phone_region: str | None = None
    share: float = 1.0
    allow: frozenset[str] = frozenset()
    leavers: Leavers = "keep"
    withdrawn: Action = "keep"
    moved: Action = "keep"
    key: Hashable | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.run_automations, bool):
            msg = f"run_automations is True or False, not {self.run_automations!r}."
            raise ConfigurationError(msg, hint="Nothing was sent.")
        if self.resend not in ("changed", "all"):
            msg = f'resend is "changed" or "all", not {self.resend!r}.'
            raise ConfigurationError(msg, hint="Nothing was sent.")
        if self.duplicates not in ("first", "last", "reject"):
            msg = f'duplicates is "first", "last" or "reject", not {self.duplicates!r}.'
            raise ConfigurationError(msg, hint="Nothing was sent.")
        _require_wait(self.wait)
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            msg = f"{self.timezone!r} is not the name of a time zone."
            raise ConfigurationError(msg, hint='Write one such as timezone="Europe/Stockholm".') from None
        if self.phone_region is not None:
            if not isinstance(self.phone_region, str) or not self.phone_region.strip():
                msg = f"phone_region is the two letters of a region, not {self.phone_region!r}."
                raise ConfigurationError(msg, hint='Write one such as phone_region="SE". Nothing was sent.')
            object.__setattr__(self, "phone_region", self.phone_region.strip().upper())
        if isinstance(self.share, bool) or not isinstance(self.share, int | float) or not 0 < self.share <= 1:
            msg = f"share is a number above 0 and up to 1, not {self.share!r}."
            raise ConfigurationError(msg, hint="share=0.5 leaves half of the account's limits to others.")
        object.__setattr__(self, "allow", _allowed(self.allow))
        require_actions(leavers=self.leavers, withdrawn=self.withdrawn, moved=self.moved, key=self.key)

    @classmethod
    def of(cls, given: dict[str, Any]) -> Options:
        """Return the options from keywords; an unknown one is refused with the nearest name."""
        known = [entry.name for entry in dataclass_fields(cls)]
        for name in given:
            if name not in known:
                msg = f"There is no option called {name!r}."
                raise ConfigurationError(msg, hint=f"{did_you_mean(name, known)} Nothing was sent.")
        return cls(**given)


def _require_wait(wait: object) -> None:
    if isinstance(wait, bool) or not isinstance(wait, int | float) or not wait >= 0:
        msg = f"wait is a number of seconds, zero or more, not {wait!r}."
        raise ConfigurationError(msg, hint="Nothing was sent.")
    if isinstance(wait, int) and wait >= 2**63:  # beyond what a clock counts, and perhaps beyond what can be shown
        raise ConfigurationError("wait is too long.", hint='Without an end it is wait=float("inf"). Nothing was sent.')


def _allowed(given: object) -> frozenset[str]:
    """Return the names of guard rails that may be passed."""
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list | tuple | set | frozenset):
        msg = f"allow is a set of names of guard rails, not {type(given).__name__}."
        raise ConfigurationError(msg, hint='Write allow={"row-count"}. Nothing was sent.')
    for name in names:
        if not isinstance(name, str) or name not in {*GUARD_RAILS, RIGHTS}:
            msg = f"There is no guard rail called {name!r}."
            raise ConfigurationError(msg, hint=f"{did_you_mean(str(name), [*GUARD_RAILS, RIGHTS])} Nothing was sent.")
    return frozenset(names)


@dataclass(frozen=True, kw_only=True)
class Export:
    """A definition: which columns go to which list of which connection.

    Parameters
    ----------
    name
        The export's name, or None for one that is written out in a cell and not saved.
    list
        Name or id of the list.
    mapping
        What goes where.
    tags
        Tags that every contact gets. Tags are only ever added.
    options
        See :class:`Options`.
    connection
        Name of the connection that it goes through; "" for none.
    segment
        Which rows, where that can be said in words; None for all, or where it cannot.
    memory
        What sent rows are remembered under, where that is not the name: of a saved export, what it was when it was
        first saved, so that renaming it sends nothing again.
    """

    list: str | int
    mapping: Mapping
    name: str | None = None
    tags: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    connection: str = ""
    segment: Segment | str | None = None
    memory: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        tags = (self.tags,) if isinstance(self.tags, str) else tuple(self.tags)
        for tag in tags:
            if not isinstance(tag, str) or not tag.strip():
                msg = f"A tag is a text that is not blank, not {tag!r}."
                raise ConfigurationError(msg, hint='Write tags=["spring"]. Nothing was sent.')
        unique = {tag.strip().casefold(): tag.strip() for tag in reversed(tags)}
        object.__setattr__(self, "tags", tuple(reversed(unique.values())))

    def replace(self, **changes: Any) -> Self:
        """Return a definition with some parameters changed."""
        return replace(self, **changes)

    def tag_of_leavers(self, list_name: str) -> str:
        """Return the tag of people who left: it names the export, or the list where the export has no name."""
        return f"{TAG_BEGINS}{self.name or list_name}"

    @property
    def identity(self) -> str:
        """What sent rows are remembered under, beside account and list: the name, or a digest of the definition.

        The segment is not part of it: rows are remembered by address (design section 3).
        """
        if self.memory:
            return self.memory
        if self.name is not None:
            return f"name:{self.name}"
        definition = {
            "mapping": repr(self.mapping),
            "tags": sorted(self.tags),
            "run_automations": self.options.run_automations,
            "timezone": self.options.timezone,
        }
        if self.options.phone_region is not None:  # only then, so that what older journals remember goes on matching
            definition["phone_region"] = self.options.phone_region
        text = json.dumps(definition, sort_keys=True)
        return "digest:" + hashlib.sha256(text.encode()).hexdigest()[:24]
