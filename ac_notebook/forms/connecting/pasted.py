"""A key that was pasted into the wrong field: it is taken out, before the field is kept or shown anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.runs.key_source import looks_like_key

if TYPE_CHECKING:
    import ipywidgets

    from ac_notebook.forms.base.form import Form


def take_out_keys(form: Form, *fields: ipywidgets.Text) -> None:
    """Have fields of a form give up what looks like a key, before anything else hears of it."""

    def arrived(change: Any) -> None:
        if looks_like_key(change["new"]):
            change["new"] = ""
            change["owner"].value = ""
            form.message.bad(form.words("That looks like an API key, so it was taken out. Its field is another one."))

    for field in fields:
        field.observe(form.shown(arrived), "value")
