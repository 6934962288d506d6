"""What can be told by reading alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.runs.rehearsal import read_verdicts as verdicts

if TYPE_CHECKING:
    from ac_notebook.runs.rehearsal.play import Play


def reading(play: Play) -> None:
    """Find out what can be told by reading alone."""
    ask = play.stage.ask
    settings = ask("settings/account")
    play.settle("settings_account", verdicts.settings_account(settings, ask("settings/account")))
    everybody = ask("contacts", {"limit": "1"})
    play.settle("totals", verdicts.totals(everybody))
    play.settle(
        "limit_counts", verdicts.limit_counts(settings, everybody, ask("contacts", {"status": "1", "limit": "1"}))
    )
    large = {"limit": "101"}
    play.settle("large_page", verdicts.large_page(ask("contacts", large), ask("contacts", large)))
    play.settle("fields_page", verdicts.fields_page(ask("fields")))
    part = play.contact_list.name[:-1].strip()
    if part:
        answer = ask("lists", {"filters[name]": part, "limit": "100"})
        play.settle("list_name_filter", verdicts.list_name_filter(answer, play.contact_list.id, part))
