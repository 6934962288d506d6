"""A list as a DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.errors import ConfigurationError, did_you_mean, quoted
from ac_notebook.model.standing import ACTIVE, STATUS_WORDS, UNSUBSCRIBED
from ac_notebook.runs.connect import connection_of
from ac_notebook.runs.progress import shown_of
from ac_notebook.runs.reader import reading
from ac_notebook.runs.tables import Table
from ac_notebook.runs.tracebacks import without_frames
from ac_notebook.runs.whole_list import Wanted, WholeList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ac_notebook.frames.roll import Roll
    from ac_notebook.model.account import Field, Snapshot, Tag
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.progress import Shown

_BUILT_IN = ("email", "first_name", "last_name", "phone", "status", "tags")


@without_frames
def read_list(
    connection: Connection | str, list: str | int, *, status: str | Iterable[str] | None = None,  # noqa: A002 - the field's word
    fields: bool | Iterable[str | int] = False, tags: bool | Iterable[str | int] = False, progress: Shown = None,
) -> pd.DataFrame:  # fmt: skip
    """Read who is on a list into a DataFrame, to filter before an export or to compare after it.

    Says first what it costs (requests and minutes at the account's limit), asks nothing, and shows how far it is. It
    can be interrupted; then nothing is kept. Nothing is ever stored. It needs no agreement to the transfer of data,
    because no person's data leaves this machine; where somebody had agreed and withdraws meanwhile, it stops.

    The frame shows people, as any frame does, and what a cell shows is saved with the notebook: show counts instead
    (``there["status"].value_counts()``).

    Parameters
    ----------
    connection
        A connection, or the name of a saved one.
    list
        Name or id of the list.
    status
        Which people: ``"active"``, ``"unconfirmed"``, ``"unsubscribed"``, ``"bounced"``, or several; all if left out.
    fields
        Custom fields to read, too, by title, personalisation tag or id; True for all. A field costs one request for
        every 99 contacts of the account that have a value, or one for each contact of the list, whichever is less.
    tags
        Tags to look for, by name or id; True for all of the account. A tag costs two requests, and one more for every
        100 contacts of the list that carry it; many tags are read together where that is less.
    progress
        Who shows how far it is: a function that is called with a :class:`Progress`, or False for nobody. A bar where
        a person is, else lines in the log ``ac_notebook``, if left out.

    Returns
    -------
    pandas.DataFrame
        One row per contact, labelled by ActiveCampaign's number of the contact, ascending: ``email``, ``first_name``,
        ``last_name``, ``phone`` (text, missing where nothing is stored), ``status`` (categorical), the custom fields
        by their titles (text as ActiveCampaign has it: ``2026-03-01``, ``12.50``, ``||A||B||``; missing where there
        is none), and ``tags`` (a tuple of those looked for that the contact has). Which of ActiveCampaign's numbers
        means unconfirmed and which bounced is in doubt; a contact's own mark of a bounce decides.

        Somebody who confirms, opts out or bounces while the list is read is there once, as they were last seen; who
        is deleted meanwhile may be there or not, and who comes back after an opt-out in that very time may be missing.

    Raises
    ------
    ConfigurationError
        When there is no such list, status, field or tag.
    APIError
        When it cannot be read.
    ExportInterrupted
        When it was interrupted.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> customers = ac.sandbox.sample_customers(n=100, seed=1)
    >>> with ac.sandbox.start(speed=60) as sandbox:
    ...     report = customers.activecampaign.export(
    ...         connection=sandbox.connection, list="VIP", mapping={"email": "E-mail", "City": "city"}, progress=False
    ...     )
    ...     there = ac.read_list(sandbox.connection, "VIP", fields=["City"], progress=False)
    >>> [str(name) for name in there.columns], bool(len(there) == report.counts["imported"])
    (['email', 'first_name', 'last_name', 'phone', 'status', 'City'], True)
    """
    chosen, shown = connection_of(connection), shown_of(progress)
    words = _statuses(status)
    with chosen.client() as client:
        account = client.snapshot()
    contact_list = account.find_list(list)
    found_fields, found_tags = _fields(fields, account), _tags(tags, account)
    wanted = Wanted(
        contact_list=contact_list, statuses=_numbers(words), fields=tuple(field.id for field in found_fields),
        tags=tuple(tag.id for tag in found_tags),
    )  # fmt: skip
    with reading(chosen, "Reading", contact_list, progress=shown) as reader:
        whole = WholeList(reader=reader, wanted=wanted)
        whole.count()
        reader.say_cost(whole.cost)
        roll = whole.read()
    return _frame(roll, found_fields, found_tags if tags is not False else None, words)


def _statuses(status: str | Iterable[str] | None) -> set[int]:
    """Return places in the table of statuses."""
    if status is None:
        return set(range(len(STATUS_WORDS)))
    given: Sequence[Any] = [status] if isinstance(status, str) else _several("status", status)
    for word in given:
        is_text = isinstance(word, str)
        if not is_text or word not in STATUS_WORDS:
            msg = f"There is no status {quoted(word)}." if is_text else "A status is a word."
            raise ConfigurationError(
                msg, hint=f"{did_you_mean(word if is_text else '', STATUS_WORDS)} Leave it out for all."
            )
    if not given:
        raise ConfigurationError("No status was given.", hint='Write status="active", or leave it out for all.')
    return {STATUS_WORDS.index(word) for word in given}


def _numbers(places: set[int]) -> tuple[str, ...]:
    """Return which of ActiveCampaign's numbers are to be read: of two it is not known which means what."""
    doubtful = bool(places - {ACTIVE, UNSUBSCRIBED})
    wanted = {"0": doubtful, "1": ACTIVE in places, "3": doubtful, "2": UNSUBSCRIBED in places}
    return tuple(number for number, is_wanted in wanted.items() if is_wanted)


def _several(name: str, given: Any) -> tuple[Any, ...]:
    try:
        return tuple(given)
    except TypeError:
        msg = f"{name}= takes a name or several, not {type(given).__name__}."
        raise ConfigurationError(msg, hint=f"Write {name}=[…], or leave it out.") from None


def _fields(given: bool | Iterable[str | int], account: Snapshot) -> tuple[Field, ...]:  # noqa: FBT001 - as it was given
    if isinstance(given, bool):
        return account.custom_fields if given else ()
    found: dict[int, Field] = {}
    for name in [given] if isinstance(given, str | int) else _several("fields", given):
        known = _is_name(name)
        field = account.find_field(name) if known else "a custom field is named by a title, a tag or an id."
        if isinstance(field, str):
            raise ConfigurationError(
                f"The field cannot be read: {field}", hint="ac.describe(connection).fields lists them."
            )
        found[field.id] = field
    return tuple(found.values())


def _tags(given: bool | Iterable[str | int], account: Snapshot) -> tuple[Tag, ...]:  # noqa: FBT001 - as it was given
    if isinstance(given, bool):
        return account.contact_tags if given else ()
    found: dict[int, Tag] = {}
    for name in [given] if isinstance(given, str | int) else _several("tags", given):
        tag = next((tag for tag in account.contact_tags if _is_name(name) and _is_called(tag, name)), None)
        if tag is None:
            names = [tag.name for tag in account.contact_tags]
            msg = f"The account has no tag {quoted(name) if isinstance(name, str) else repr(name)}."
            hint = did_you_mean(name, names) if isinstance(name, str) else "Tags are named by name or id."
            raise ConfigurationError(msg, hint=hint)
        found[tag.id] = tag
    return tuple(found.values())


def _is_name(given: object) -> bool:
    return isinstance(given, str | int) and not isinstance(given, bool)


def _is_called(tag: Tag, name: str | int) -> bool:
    return tag.id == name if isinstance(name, int) else tag.name.strip().casefold() == name.strip().casefold()


def _frame(roll: Roll, fields: tuple[Field, ...], tags: tuple[Tag, ...] | None, statuses: set[int]) -> pd.DataFrame:
    columns: dict[str, Any] = {name: _text(column) for name, column in roll.attributes.items()}
    columns["status"] = pd.Categorical.from_codes(roll.status, categories=pd.Index(STATUS_WORDS))
    for field in fields:
        title = field.title
        while not title or title in columns or title in _BUILT_IN:
            title = f"{title} [{field.id}]".strip()
        columns[title] = _text(roll.texts[field.id])
    if tags is not None:
        columns["tags"] = _tag_tuples(roll, tags)
    frame = Table(columns, index=pd.Index(roll.ids, name="contact"), copy=False)
    return frame if len(statuses) == len(STATUS_WORDS) else frame[np.isin(roll.status, sorted(statuses))]


def _text(texts: pa.Array) -> pd.api.extensions.ExtensionArray:
    """Return texts as pandas has them, whatever its version: nothing stored is missing."""
    stored = pc.if_else(pc.equal(texts, ""), pa.scalar(None, texts.type), texts)
    dtype: Any = pd.StringDtype("pyarrow")
    made: pd.api.extensions.ExtensionArray = dtype.__from_arrow__(stored)
    return made


def _tag_tuples(roll: Roll, tags: tuple[Tag, ...]) -> np.ndarray:
    """Return the tags of each contact; equal ones share a tuple, or a million would fill the memory."""
    codes = np.zeros(len(roll), dtype=np.int64)
    known: list[tuple[str, ...]] = [()]
    for tag in tags:
        places = roll.taggings[tag.id]
        before, which = np.unique(codes[places], return_inverse=True)
        codes[places] = len(known) + which
        known += [(*known[code], tag.name) for code in before]
    tuples = np.empty(len(known), dtype=object)
    for place, names in enumerate(known):  # one by one: as a whole, tuples of one length would become a table
        tuples[place] = names
    return tuples[codes]
