"""``%activecampaign``: the forms, by a word. Loaded by ``%load_ext ac_notebook``.

A line of a cell stays in the notebook and in its history, so what looks like a key is refused and never repeated. Names
are taken as they are typed: nothing in a line is code that is run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from IPython.core.magic import no_var_expand

from ac_notebook import forms
from ac_notebook.errors import ActiveCampaignError, ConfigurationError, did_you_mean, quoted
from ac_notebook.forms.magic.frames_by_name import NOTHING_SENT, frame_named, frame_names
from ac_notebook.forms.magic.magic_completion import Completion
from ac_notebook.runs.cells import refuse_arguments
from ac_notebook.runs.connect import find_connection
from ac_notebook.runs.key_source import looks_like_key
from ac_notebook.runs.past import runs
from ac_notebook.runs.tracebacks import unexpected, without_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAME = "activecampaign"

HELP = """Show a form of ac_notebook.

%activecampaign connect [CONNECTION]            a new connection, or a saved one
%activecampaign connections                     the saved connections
%activecampaign export DATAFRAME [EXPORT]       send a DataFrame to a list; with the name of a saved export, that one
%activecampaign exports [DATAFRAME]             the saved exports; with a DataFrame to run them on
%activecampaign runs [EXPORT]                   what ran, and how it went; of one export only
%activecampaign help                            this

A DataFrame is named by its variable. The Tab key completes words and names.
`form = %activecampaign export customers` keeps the form: then there are form.value and form.report.
Never type a key here: the form has a field for it.
"""

_PARTS = re.compile(r"""[\s=:,;'"()]+""")
_SAID_TO_BE_A_KEY = re.compile(r"\b(?:api[ _-]?)?(?:key|token|secret|password)\b\s*[=:]", re.IGNORECASE)
_MOST_NAMES = 3


@without_frames
def told(line: str, names: Mapping[str, Any]) -> Any:
    """Return the form that a line asks for.

    Parameters
    ----------
    line
        What stands after ``%activecampaign``.
    names
        The user's variables.

    Returns
    -------
    Form or None
        None for help, which is printed.

    Raises
    ------
    ActiveCampaignError
        Whatever goes wrong: a cell then shows a sentence.
    """
    text = line.strip().removesuffix(";").rstrip()
    if _holds_a_key(text):
        del line, text
        refuse_arguments(f"%{NAME}", [""], ())
    word, rest = _first(text)
    try:
        return _form(word, rest, names)
    except ActiveCampaignError:
        raise
    except Exception as error:  # noqa: BLE001 - told in a sentence: no line of a cell ends in a traceback
        found = unexpected(error)
    raise found


def _holds_a_key(text: str) -> bool:
    return bool(_SAID_TO_BE_A_KEY.search(text)) or any(looks_like_key(part) for part in _PARTS.split(text))


def _first(text: str) -> tuple[str, str]:
    """Return the first word, and the rest."""
    word, *rest = text.split(None, 1) or [""]
    return word, rest[0] if rest else ""


def _unquoted(text: str) -> str:
    """Return a name as it is meant: somebody who writes code puts quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _form(word: str, rest: str, names: Mapping[str, Any]) -> Any:
    if word in ("", "help"):
        print(HELP, end="")  # noqa: T201 - it was asked for
        return None
    if word not in _FORMS:
        msg = f"%{NAME} has no {quoted(word)}."
        raise ConfigurationError(msg, hint=f"{did_you_mean(word, WORDS)} %{NAME} help tells what there is.")
    return _FORMS[word](rest, names)


def _connect(rest: str, names: Mapping[str, Any]) -> Any:
    del names
    return forms.connection(find_connection(_unquoted(rest)) if rest else None)


def _connections(rest: str, names: Mapping[str, Any]) -> Any:
    del names
    if rest:
        msg = f"%{NAME} connections takes no name."
        raise ConfigurationError(msg, hint=f"%{NAME} connect {rest} shows one of them.")
    return forms.connections()


def _export(rest: str, names: Mapping[str, Any]) -> Any:
    if not rest:
        msg = f"%{NAME} export takes the name of a DataFrame."
        there = " or ".join(f"%{NAME} export {name}" for name in frame_names(names)[:_MOST_NAMES])
        raise ConfigurationError(msg, hint=f"Write {there or f'%{NAME} export customers'}. {NOTHING_SENT}")
    name, saved = _first(rest)
    return forms.export(frame_named(_unquoted(name), names), _unquoted(saved) or None)


def _exports(rest: str, names: Mapping[str, Any]) -> Any:
    return forms.exports(frame_named(_unquoted(rest), names) if rest else None)


def _runs(rest: str, names: Mapping[str, Any]) -> Any:
    del names
    if rest:
        runs(_unquoted(rest))  # one of which nothing is known is told in the cell, with the nearest
    return forms.runs(_unquoted(rest) or None)


_FORMS: dict[str, Callable[[str, Mapping[str, Any]], Any]] = {
    "connect": _connect,
    "connections": _connections,
    "export": _export,
    "exports": _exports,
    "runs": _runs,
}
WORDS = (*_FORMS, "help")


class Magic:
    """What ``%activecampaign`` does in one shell.

    Parameters
    ----------
    shell
        IPython's.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._completion = Completion(shell, name=NAME, words=WORDS)

    def load(self) -> None:
        """Have the shell know it."""

        def activecampaign(line: str) -> Any:
            return told(line, self._shell.user_ns)

        activecampaign.__doc__ = HELP
        self._shell.register_magic_function(no_var_expand(activecampaign), "line", NAME)
        self._completion.load()

    def unload(self) -> None:
        """Have the shell forget it."""
        self._shell.magics_manager.magics["line"].pop(NAME, None)
        self._completion.unload()
