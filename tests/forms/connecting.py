"""An account on the wire, and what a person does in the form of a connection."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import httpx

from ac_notebook.forms.base.secret_field import SecretField
from ac_notebook.forms.base.worker import at_once
from ac_notebook.forms.connecting.connection_form import ConnectionForm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import ipywidgets

KEY = "CANARY0123456789abcdef0123456789"
HOST = "acme.api-us1.com"


def account(request: httpx.Request) -> httpx.Response:
    """Answer as an account whose key is KEY."""
    if request.headers["Api-Token"] != KEY:
        return httpx.Response(403)
    return httpx.Response(200, json={"user": {"id": "1", "username": "admin"}})


def form_of(
    answer: Callable[[httpx.Request], httpx.Response] = account, *, language: str = "en", **given: Any
) -> ConnectionForm:
    """Return an empty form that reaches an account, whose work is done at once."""
    return ConnectionForm(language=language, **{"spawn": at_once, "transport": httpx.MockTransport(answer), **given})


def parts(box: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """Yield all that is shown of a widget."""
    yield box
    for child in getattr(box, "children", ()):
        yield from parts(child)


def labelled(form: Any, label: str) -> Any:
    """Return what is shown with this label, a required one or not."""
    found = [one for one in parts(form.box) if getattr(one, "description", "") in (label, f"{label} *")]
    assert len(found) == 1, (label, found)
    return found[0]


def fill(form: Any, *, name: str = "Marketing", host: str = HOST, key: str | None = KEY, agree: bool = True) -> None:
    """Do what a person does before pressing Connect."""
    labelled(form, "Name").value = name
    labelled(form, "Host").value = host
    if key is not None:
        type_key(form, key)
    labelled(form, "I agree").value = agree


def type_key(form: Any, key: str) -> None:
    """Type a key, and leave the field."""
    field = labelled(form, "Key")
    assert isinstance(field, SecretField)
    field.set_state({"value": key})


def enter_key(form: Any, key: str) -> None:
    """Type a key, and press Enter in the field: a browser tells of that first."""
    labelled(form, "Key").comm.handle_msg(
        {"content": {"data": {"method": "custom", "content": {"event": "submit"}}}, "buffers": []}
    )
    type_key(form, key)


def press(form: Any, label: str) -> None:
    """Press a button, which can be pressed."""
    button = labelled(form, label)
    assert not button.disabled, form.problems
    button.click()


def seen(form: Any) -> str:
    """Return all words that a form shows."""
    words = (
        getattr(one, name, "") for one in parts(form.box) for name in ("value", "description", "placeholder", "options")
    )
    return html.unescape("\n".join(str(word) for word in words))
