"""Audit of notebooks: whether one that is shared gives away a key, an address or a phone."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError
from ac_notebook.notebooks.findings import Finding, findings_of
from ac_notebook.notebooks.traces import KINDS
from ac_notebook.runs import show
from ac_notebook.runs.known_keys import known_keys
from ac_notebook.runs.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

_MOST_SHOWN = 50
_COLUMNS = ["path", "cell", "where", "kind", "count"]

_ADVICE = {
    "key": "A key that was in a notebook is known to others: make a new one in ActiveCampaign (Settings, Developer).",
    "address": "Clear the outputs, or show counts and masked values: what a cell shows is saved with the notebook.",
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Audit:
    """What notebooks give away: places and counts, and never the text that was found.

    Made by ``ac.audit(…)``. It is as long as it has findings that matter: examples (``ann@example.org``) do not.

    Parameters
    ----------
    places
        Each place with its kind and count.
    files
        How many files were looked through.
    troubles
        What could not be read, or not as a notebook, and why.
    notes
        What was not looked for, and why.

    Examples
    --------
    >>> import json, tempfile
    >>> import ac_notebook as ac
    >>> cell = {"cell_type": "code", "source": "me = 'ann@example.org'", "outputs": []}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "weekly.ipynb").write_text(json.dumps({"cells": [cell]}))
    ...     found = ac.audit(folder)
    >>> found.is_clean, found.files, found.places[0].kind, found.troubles, found.notes
    (True, 1, 'example address', (), ())
    >>> list(found.without_examples().lines())
    []
    """

    places: tuple[Finding, ...]
    files: int
    troubles: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def findings(self) -> pd.DataFrame:
        """One row for each place: path, cell (int, from 1; 0 is the notebook itself), where, kind, count (int)."""
        return Table([[getattr(one, name) for name in _COLUMNS] for one in self.places], columns=_COLUMNS)

    @property
    def is_clean(self) -> bool:
        """Whether every file could be read as a notebook, and no key, address or phone was found but examples."""
        return not len(self) and not self.troubles

    def without_examples(self) -> Audit:
        """Return the same without what is nobody's: addresses at example domains, and phones kept free for examples."""
        places = tuple(one for one in self.places if one.kind in KINDS)
        return Audit(places=places, files=self.files, troubles=self.troubles, notes=self.notes)

    def lines(self) -> Iterator[str]:
        """Yield a line for each finding, ``path:cell:where: kind``, and for each file that could not be read.

        Examples
        --------
        >>> place = Finding(path="a.ipynb", cell=3, where="output", kind="address", count=2)
        >>> list(Audit(places=(place,), files=1).lines())
        ['a.ipynb:3:output: address (2)']
        """
        for one in self.places:
            yield f"{show.plain(one.path)}:{one.cell}:{one.where}: {one.kind} ({one.count:,})"
        for path, why in self.troubles:
            yield f"{show.plain(path)}: {why}"

    def __len__(self) -> int:
        return sum(one.kind in KINDS for one in self.places)

    @property
    def _title(self) -> str:
        looked = f"Audit of {show.count(self.files, 'file')}"
        if self.is_clean:
            return f"{looked}: no key, no address, no phone"
        examples = sum(one.kind not in KINDS for one in self.places)
        more = f" (and {show.count(examples, 'place')} with examples, which are nobody's)" if examples else ""
        return f"{looked}: {show.count(len(self), 'finding')}{more}"

    @property
    def _lists(self) -> list[tuple[str, list[str]]]:
        lines = list(self.lines())
        more = len(lines) - _MOST_SHOWN
        shown = lines[:_MOST_SHOWN] + ([f"and {more:,} more, in audit.findings"] if more > 0 else [])
        kinds = {one.kind for one in self.places}
        advice = [_ADVICE["key"]] if "key" in kinds else []
        advice += [_ADVICE["address"]] if kinds & {"address", "phone"} else []
        return [("Found (file:cell:where)", shown), ("What to do", advice), ("Not looked for", list(self.notes))]

    def __repr__(self) -> str:
        return show.text(self._title, [], [], self._lists)

    def _repr_html_(self) -> str:
        more = "".join(show.details(summary, lines, is_open=True) for summary, lines in self._lists)
        return show.page(self._title, [], [], more)


def audit(*paths: str | Path) -> Audit:
    """Look through notebooks for keys and personal data: in source, outputs, widget state, metadata, attachments.

    It reads only. Keys are ActiveCampaign's (long rows of hexadecimal digits), what follows ``Api-Token``, and every
    key in the environment or of a saved connection, wherever it stands. An address at an example domain is an
    ``"example address"``; with the extra ``phone`` installed, numbers with a country are checked against its plan.

    Parameters
    ----------
    *paths
        Files, and folders that are searched for ``*.ipynb``, ``.ipynb_checkpoints`` too.

    Returns
    -------
    Audit
        Places and counts (``audit.findings`` is a DataFrame), never the text that was found.

    Raises
    ------
    ConfigurationError
        When no path was given, or there is no such file.

    Examples
    --------
    >>> import json, tempfile
    >>> import ac_notebook as ac
    >>> cell = {
    ...     "cell_type": "code",
    ...     "source": "df.head()",
    ...     "outputs": [{"output_type": "stream", "text": "ann@mail.se"}],
    ... }
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "report.ipynb").write_text(json.dumps({"cells": [cell]}))
    ...     found = ac.audit(folder)
    >>> found.findings[["cell", "where", "kind", "count"]].values.tolist()
    [[1, 'output', 'address', 1]]
    """
    if not paths:
        raise ConfigurationError("No notebook was named.", hint='Write ac.audit("notebook.ipynb"), or name a folder.')
    keys, notes = known_keys()
    places: list[Finding] = []
    troubles: list[tuple[str, str]] = []
    files: dict[Path, None] = {}
    for path in paths:
        files |= dict.fromkeys(_files(path, troubles))
    for file in files:
        try:
            data = _contents(file)
        except OSError as error:
            troubles.append(_unreadable(file, error))
            continue
        found, trouble = findings_of(str(file), data, keys)
        places += found
        if trouble:
            troubles.append((str(file), f"is no notebook ({trouble}), and was searched as it is"))
    return Audit(places=tuple(places), files=len(files), troubles=tuple(troubles), notes=tuple(notes))


def _files(path: object, troubles: list[tuple[str, str]]) -> list[Path]:
    """Return the notebooks that a path names: itself, or those in the folder that it is."""
    if not isinstance(path, str | os.PathLike):
        msg = f"A notebook is named by its path, not by a {type(path).__name__}."
        raise ConfigurationError(msg, hint='Write ac.audit("notebook.ipynb").')
    named = Path(path)
    try:
        is_folder, is_there = named.is_dir(), named.exists()
    except (OSError, ValueError):  # a name that no file can have
        is_folder = is_there = False
    if not is_there:
        msg = f"There is no notebook {str(named)!r}."
        raise ConfigurationError(msg, hint="Name a file, or a folder to be searched for *.ipynb.")
    if not is_folder:
        return [named]

    def cannot_enter(error: OSError) -> None:
        troubles.append(_unreadable(error.filename, error))

    # Does not follow links to folders, which may lead in circles.
    walked = os.walk(named, onerror=cannot_enter)
    return sorted(Path(folder, name) for folder, _, names in walked for name in names if name.endswith(".ipynb"))


def _unreadable(path: object, error: OSError) -> tuple[str, str]:
    return str(path), f"cannot be read: {error.strerror or 'the disk does not say why'}"


def _contents(path: Path) -> bytes:
    if not path.is_file():  # a pipe would have to be waited for
        raise OSError(errno.EINVAL, "it is not a plain file")
    return path.read_bytes()
