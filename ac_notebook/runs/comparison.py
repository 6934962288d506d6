"""How a plan compares with what is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.outcome import Outcome
from ac_notebook.model.standing import STANDING_MEANINGS, STANDING_WORDS, Standing
from ac_notebook.runs import show
from ac_notebook.runs.given import true_or_false, whole_number
from ac_notebook.runs.labels import mask, shown_index
from ac_notebook.runs.progress import shown_of
from ac_notebook.runs.tables import Table
from ac_notebook.runs.tracebacks import without_frames

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from ac_notebook.frames.differences import Differences
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.progress import Shown


_WOULD_CHANGE = [int(what) for what in (Standing.CREATE, Standing.JOIN, Standing.CREATE_OR_JOIN, Standing.UPDATE)]


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Comparison:
    """How the rows of a plan compare with the list. Counts may be shown, the differences may not.

    Parameters
    ----------
    codes
        Per row of the frame, a :class:`~ac_notebook.model.standing.Standing`, or -1 where nothing would be sent.
    differences
        Values that differ, of rows that would change something.
    at
        When the list was read.
    predicted, requests
        Requests as predicted, and as made.
    knows_exclusions
        Whether the account's exclusions could be read whole.
    """

    codes: NDArray[np.int8]
    differences: Differences
    at: datetime
    predicted: int
    requests: int
    knows_exclusions: bool = True

    @property
    def counts(self) -> dict[str, int]:
        """Rows by word; words that no row has are left out."""
        found = np.bincount(self.codes[self.codes >= 0], minlength=len(STANDING_WORDS))
        return {word: int(number) for word, number in zip(STANDING_WORDS, found, strict=True) if number}

    def series(self, index: pd.Index[Any]) -> pd.Series[Any]:
        """Return each row's word as a categorical Series; missing where nothing would be sent."""
        categories = pd.Categorical.from_codes(self.codes.copy(), categories=pd.Index(STANDING_WORDS))
        return pd.Series(categories, index=index, name="comparison")

    def facts(self, *, not_sent: int) -> list[tuple[str, str]]:
        """Return what was found, in words: counts only.

        Parameters
        ----------
        not_sent
            Rows that would change something and are not sent.
        """
        said = [("Compared with the list", f"{self.at:%Y-%m-%d %H:%M} UTC, {show.count(self.requests, 'request')}")]
        for word, number in self.counts.items():
            meaning = STANDING_MEANINGS[Standing(STANDING_WORDS.index(word))]
            said.append((word.capitalize(), f"{show.count(number, 'row')}, {meaning}"))
        fields = ", ".join(f"{show.name(name)} {number:,}" for name, number in self.differences.counts().items())
        if fields:
            said.append(("Values that would change", f"{fields}; the table is plan.differences()"))
        if not_sent:
            this = 'this export sent the same before, and does so again only with resend="all"'
            said.append(("Not sent", f"{show.count(not_sent, 'row')} that would change something: {this}"))
        if not self.knows_exclusions:
            said.append(("Exclusions", "could not be read, so rows that ActiveCampaign excludes may be among these"))
        return said

    def would_change(self) -> NDArray[np.bool_]:
        """Return which rows of the frame would change something if they were sent."""
        return np.isin(self.codes, _WOULD_CHANGE)

    def table(self, index: pd.Index[Any], rows: int | None, *, clear: bool) -> pd.DataFrame:
        """Return the values that would change; see :meth:`Plan.differences`."""
        found = self.differences
        first = found.cells
        if rows is not None:
            first = first[np.isin(first, np.unique(first)[:rows])]  # they are in the order of the rows
        old, new = found.old[: len(first)].to_pylist(), found.new[: len(first)].to_pylist()
        names = [found.names[place] for place in found.fields[: len(first)].tolist()]
        if not clear:
            plain = [name in ("tags", "status") for name in names]  # names of the account, and words of ours
            old, new = ([text if known else mask(text) for text, known in zip(texts, plain, strict=True)]
                        for texts in (old, new))  # fmt: skip
        labels = index[first] if clear else shown_index(index, first)
        return Table({"field": names, "old": old, "new": new}, index=labels, dtype=object)


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Comparable:
    """What a plan has of a comparison with the list."""

    compared: Comparison | None = None
    """How the rows compare with the list, once that was asked for."""

    @without_frames
    def compare(self, *, account: bool = False, progress: Shown = None) -> Plan:
        """Read the list, and return the plan that knows what sending each row would do. Nothing is sent or stored.

        Says first what it costs, shows how far it is, and can be interrupted. Compared is every row that can be sent,
        also one that this export imported before: somebody else may have changed the contact since.

        Parameters
        ----------
        account
            Whether to read all contacts of the account beside the list, to tell new contacts (``create``) from those
            who are not on the list (``join``): one request for every 100 contacts. Without it, up to 100 addresses
            are looked up one by one; where more are not on the list, all of them are ``create or join``.
        progress
            Who shows how far it is, as for :meth:`run`. As the plan was told if left out.

        Returns
        -------
        Plan
            Its ``comparison`` has a word for every row, its ``differences()`` the values that would change.

        Raises
        ------
        ConsentError
            When nobody agreed to the transfer of data: addresses are looked up.
        APIError
            When the list cannot be read.
        ExportInterrupted
            When it was interrupted.

        Examples
        --------
        >>> import ac_notebook as ac
        >>> customers = ac.sandbox.sample_customers(n=100, seed=1)
        >>> with ac.sandbox.start(speed=60) as sandbox:
        ...     call = {"connection": sandbox.connection, "list": "VIP", "progress": False}
        ...     mapping = {"email": "E-mail", "City": "city"}
        ...     report = ac.export(customers, mapping=mapping, **call)
        ...     plan = ac.plan(customers.assign(city="Oslo"), mapping=mapping, **call).compare()
        >>> {str(word) for word in plan.comparison.dropna()}, list(plan.differences(1).columns)
        ({'update'}, ['field', 'old', 'new'])
        """
        from ac_notebook.runs.compare import compare_plan  # noqa: PLC0415 - a comparison is of a plan

        plan = cast("Plan", self)
        account = true_or_false("account", account, hint="Write account=True to read all contacts of the account.")
        shown = shown_of(plan.progress if progress is None else progress)
        return replace(plan, compared=compare_plan(plan, account=account, progress=shown))

    @property
    def comparison(self) -> pd.Series[Any]:
        """What sending each row would do, in a word, aligned with the frame; missing where nothing would be sent.

        The words: ``create`` (a new contact), ``join`` (a contact that is not on the list yet), ``create or join`` (not
        on the list; more was not asked), ``update``, ``same``, ``stays unsubscribed`` (an import subscribes nobody
        again), ``stays bounced`` and ``excluded`` (ActiveCampaign does not take these).

        Raises
        ------
        ConfigurationError
            When nothing was compared.
        """
        return self._require_compared().series(cast("Plan", self).index)

    def differences(self, rows: int | None = None, *, clear: bool = False) -> pd.DataFrame:
        """Return the values that would change: field, old and new, labelled as in the frame.

        Parameters
        ----------
        rows
            Of how many rows, the first ones; of all if left out.
        clear
            Show the values. Otherwise they are masked, because what a cell shows is saved with the notebook.

        Raises
        ------
        ConfigurationError
            When nothing was compared, ``rows`` is no number, or ``clear`` neither True nor False.
        """
        compared = self._require_compared()
        most = None if rows is None else whole_number("rows", rows, least=0, hint="Leave it out for all of them.")
        is_clear = true_or_false("clear", clear, hint="Write clear=True to show people's values.")
        return compared.table(cast("Plan", self).index, most, clear=is_clear)

    def _require_compared(self) -> Comparison:
        if self.compared is None:
            raise ConfigurationError(
                "The plan was not compared with the list.", hint="Write plan = plan.compare(), or plan(compare=True)."
            )
        return self.compared

    @property
    def _comparison_facts(self) -> list[tuple[str, str]]:
        """What is shown of it: counts."""
        if self.compared is None:
            return []
        settled = cast("Plan", self).codes != Outcome.NOT_SENT
        return self.compared.facts(not_sent=int(np.count_nonzero(self.compared.would_change() & settled)))
