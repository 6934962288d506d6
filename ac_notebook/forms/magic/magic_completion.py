"""What the Tab key offers after ``%activecampaign``: its words, DataFrames by their variables, saved names."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from IPython.core.completer import SimpleCompletion, context_matcher

from ac_notebook.forms.magic.frames_by_name import frame_names
from ac_notebook.runs.saved_names import connection_names, export_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_IDENTIFIER = "ac_notebook.forms.magic.magic_completion"


class Completion:
    """The completions of one shell, for whichever completer it uses (jedi, or IPython's own).

    Parameters
    ----------
    shell
        IPython's.
    name
        Of the magic.
    words
        That come first after it.
    """

    def __init__(self, shell: Any, *, name: str, words: tuple[str, ...]) -> None:
        self._shell = shell
        self._words = words
        self._line = re.compile(rf"^\s*(?:\w+\s*=\s*)?%?{name}[ \t]+(.*)$")

    def load(self) -> None:
        """Have the shell's completer ask here, too."""

        def matcher(context: Any) -> dict[str, Any]:
            return self._matched(context)

        self.unload()
        self._shell.Completer.custom_matchers.append(context_matcher(identifier=_IDENTIFIER, priority=100)(matcher))

    def unload(self) -> None:
        """Have it ask here no more; also what an earlier one of these has loaded."""
        matchers = self._shell.Completer.custom_matchers
        matchers[:] = [one for one in matchers if getattr(one, "matcher_identifier", "") != _IDENTIFIER]

    def _matched(self, context: Any) -> dict[str, Any]:
        typed, offers = self.offered(context.text_until_cursor)
        return {
            "completions": [SimpleCompletion(text=offer, type="instance") for offer in offers],
            "matched_fragment": typed,
            "suppress": True,
            "ordered": True,
        }

    def offered(self, line: str) -> tuple[str, list[str]]:
        """Return what is completed, as far as it stands before the cursor (a name may have blanks), and what it may be.

        Parameters
        ----------
        line
            The line until the cursor.
        """
        found = self._line.match(line)
        if found is None:
            return "", []
        typed, names = self._names(found[1])
        meant = typed.lstrip("'\"").casefold()
        quote = typed[: len(typed) - len(meant)]
        return typed, [f"{quote}{name}{quote}" for name in names if name.casefold().startswith(meant)]

    def _names(self, text: str) -> tuple[str, Iterable[str]]:
        word, blank, rest = text.partition(" ")
        rest = rest.lstrip()
        if not blank:
            return word, self._words
        frame, blank, last = rest.partition(" ")
        if word in ("export", "exports") and not blank:
            return frame, frame_names(self._shell.user_ns)
        if word == "export":
            return last.lstrip(), _saved(export_names)
        return rest, _saved({"connect": connection_names, "runs": export_names}.get(word, tuple))


def _saved(names: Callable[[], Iterable[str]]) -> Iterable[str]:
    # No key pressed is worth an error: what is wrong with the state is told by the form.
    with suppress(Exception):
        return names()
    return ()
