"""The parts of an export form in which an export is defined: its name, target, columns, rows, tags and options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ActiveCampaignError, quoted
from ac_notebook.forms.base.part import Part
from ac_notebook.forms.exporting.options_part import OptionsPart
from ac_notebook.forms.exporting.segment_part import SegmentPart
from ac_notebook.forms.exporting.tags_part import TagsPart
from ac_notebook.forms.exporting.target_part import Target, TargetPart
from ac_notebook.forms.mapping.mapping_part import MappingPart
from ac_notebook.model.display_name import clean_name
from ac_notebook.runs.saved_names import connection_names, export_names
from ac_notebook.runs.tracebacks import in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from ac_notebook.forms.base.form import Form
    from ac_notebook.model.account import Snapshot
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.export import Export


class DefinitionParts(Part[dict[str, Any]]):
    """All parts of an export, one below the other: its value is all of an export by the names of its parameters.

    A new export is called as its list is until a person types another name.

    Parameters
    ----------
    form
        Whose parts they are.
    frame
        The customers.
    changed
        Called when something of it has changed, or is known now; possibly in a worker's thread.
    sandbox
        Starts a sandbox.
    """

    def __init__(
        self, form: Form, frame: pd.DataFrame, *, changed: Callable[[], None], sandbox: Callable[[], Connection]
    ) -> None:  # fmt: skip
        super().__init__(form, changed=changed)
        self._is_named = False
        self._taken: tuple[str, ...] = ()
        self._own = ""
        self.saved_connections: tuple[str, ...] = ()
        """Names of the saved connections, as far as the form knows."""
        words, controls = self.words, self.controls
        self.name = controls.text(words("Name"), is_required=True)
        self.about_name = controls.status()
        self.mapping = MappingPart(form, frame, changed=self.touched)
        self.segment = SegmentPart(form, frame, changed=self.touched, counted=self.touched)
        self.tags = TagsPart(form, changed=self.touched)
        self.options = OptionsPart(form, frame, changed=self.touched)
        self.target = TargetPart(form, changed=self.touched, account_read=self._read, sandbox=sandbox)
        self.name.observe(form.shown(self._typed), "value")
        self._tell_name()
        self.box = controls.column(
            self.name, self.about_name, self.target.box, self.mapping.box, self.segment.box, self.tags.box,
            self.options.box,
        )  # fmt: skip

    def begin(self) -> None:
        """Read what there is to choose from; to be called when the form is put together."""
        self.new_worker().do(lambda: (export_names(), connection_names()), self._know)
        for part in (self.target, self.mapping, self.segment, self.options):
            part.begin()

    @property
    def problems(self) -> tuple[str, ...]:
        """What is missing or wrong, in sentences; from top to bottom."""
        parts = (self.target, self.mapping, self.segment, self.tags, self.options)
        said = [*self._wrong_name(), *(problem for part in parts for problem in part.problems)]
        return tuple(dict.fromkeys(said))

    @property
    def is_complete(self) -> bool:
        """Whether an export can be made of it, be it one that does not fit the frame or the account."""
        target = self.target.value
        return (
            not self._wrong_name() and target.list is not None and self.mapping.value is not None
            and self.segment.is_complete and self.options.is_complete
        )  # fmt: skip

    @property
    def is_sandbox(self) -> bool:
        """Whether it goes to a sandbox."""
        connection = self.target.connection
        return connection is not None and connection.is_sandbox

    @property
    def value(self) -> dict[str, Any]:
        """All of an export by the names of its parameters, as far as it is there."""
        target = self.target.value
        return {
            "name": self.name.value.strip(), "connection": target.given or target.connection or None,
            "list": target.list, "mapping": self.mapping.value, "segment": self.segment.value,
            "tags": self.tags.value, "options": self.options.value,
        }  # fmt: skip

    @value.setter
    def value(self, piece: dict[str, Any]) -> None:
        with self.filling():
            self.fill(piece)

    def fill(self, piece: dict[str, Any]) -> None:
        """Show all of an export."""
        self._is_named = True
        self.name.value = piece["name"]
        for part in ("mapping", "segment", "tags", "options"):
            getattr(self, part).value = piece[part]
        through = piece["connection"]
        given = None if through is None or isinstance(through, str) else through
        name = through or "" if given is None else given.name
        self.target.value = Target(connection=name, list=piece["list"], given=given)
        self._tell_name()

    def show(self, export: Export) -> None:
        """Show an export."""
        self._own = export.name if export.saved is not None else ""
        parts = {name: getattr(export, name) for name in ("name", "list", "mapping", "segment", "tags", "options")}
        self.value = {**parts, "connection": export.given or export.connection}

    def fall_back(self) -> None:
        """Have a new export go to a sandbox, where no connection can be used: to try things out, it takes none."""
        self.target.connections.fall_back()

    def know_saved(self, export: Export) -> None:
        """Tell that the export is saved now, and its connection with it."""
        self._own = export.name
        self._taken = tuple({*self._taken, export.name})
        self.saved_connections = tuple({*self.saved_connections, *filter(None, [export.connection])})
        self._tell_name()

    def _read(self, account: Snapshot | None) -> None:
        self.mapping.read(account)
        self.tags.offer(None if account is None else [tag.name for tag in account.contact_tags])
        self.touched()

    def touched(self) -> None:
        """Tell that something has changed, or is known now."""
        if not self.is_filling:
            self._propose_name()
            self._changed()

    def _typed(self, _: Any) -> None:
        if self.is_filling:
            return
        self._is_named = bool(self.name.value.strip())
        self._tell_name()
        self.touched()

    def _propose_name(self) -> None:
        """Call a new export as its list is: a name is what its runs are remembered under."""
        if self._is_named:
            return
        target, account = self.target.value, self.target.account
        if target.list is None or account is None:
            return
        try:
            proposed = clean_name(account.find_list(target.list).name, of="export")
        except ActiveCampaignError:
            return
        with self.filling():
            self.name.value = _free(proposed, self._taken)
        self._tell_name()

    def _wrong_name(self) -> tuple[str, ...]:
        if not self.name.value.strip():
            return (self.words("Give the export a name."),)
        try:
            clean_name(self.name.value, of="export")
        except ActiveCampaignError as error:
            return (in_words(error).replace("\n", " "),)
        return ()

    def _know(self, found: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        self._taken, self.saved_connections = found
        self._tell_name()

    def _tell_name(self) -> None:
        name, text = self.name.value.strip(), ""
        if self._own and name != self._own:
            text = self.words("Under another name it is another export; {name} stays as it is.")
            text = text.format(name=quoted(self._own))
        if name in self._taken and name != self._own:
            text = self.words("An export of this name is saved: Save changes it, and Run goes on with what it sent.")
        self.controls.say(
            self.about_name, text or self.words("Under this name it is saved, and its runs are remembered.")
        )


def _free(name: str, taken: tuple[str, ...]) -> str:
    known = {one.casefold() for one in taken}
    number, proposed = 1, name
    while proposed.casefold() in known:
        number += 1
        proposed = f"{name} {number}"
    return proposed
