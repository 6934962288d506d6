"""The field for a key: what is typed is in no state of a widget, and no message brings it to anybody else."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any

import comm
import ipywidgets
import pytest
from ipywidgets.embed import embed_data

from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.secret_field import SecretField
from ac_notebook.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "CANARY0123456789abcdef0123456789"


class Wire(comm.base_comm.BaseComm):
    """A channel that writes down what is sent over it."""

    sent: list[str]

    def publish_msg(self, msg_type: str, *given: Any, **message: Any) -> None:
        self.sent.append(json.dumps({"type": msg_type, "given": given, **message}, default=str))


def _opened(messages: list[str], *given: Any, **named: Any) -> Wire:
    made = object.__new__(Wire)
    made.sent = messages
    made.__init__(*given, **named)  # type: ignore[misc]  # it sends when it is made
    return made


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """All that widgets send to browsers."""
    messages: list[str] = []

    monkeypatch.setattr(comm, "create_comm", lambda *given, **named: _opened(messages, *given, **named))
    yield messages
    assert not [message for message in messages if KEY in message]


def typed(field: Any, text: object, *, with_enter: bool = False) -> dict[str, Any]:
    """Bring what a browser sends when something was typed, and return the message as it is afterwards."""
    if with_enter:
        content = {"method": "custom", "content": {"event": "submit"}}
        field.comm.handle_msg({"content": {"data": content}, "buffers": []})
    data = {"method": "update", "state": {"value": text}, "buffer_paths": []}
    message = {"content": {"data": data}, "buffers": []}
    field.comm.handle_msg(message)
    return message


def places(field: SecretField) -> str:
    """Return all that is kept or shown of a field."""
    box = ipywidgets.VBox([field])
    data = field._repr_mimebundle_(), ipywidgets.Widget.get_manager_state(), embed_data(views=[box])
    values = field.trait_values(), field.value, vars(field), field.get_state(), field.get_state("value")
    return f"{json.dumps(data, default=str)} {values!r} {field!r} {box!r}"


def test_a_key_is_nowhere_before_while_and_after_it_is_sent(sent: list[str], caplog: pytest.LogCaptureFixture) -> None:
    """The text leaves the message that brings it; no state, embedding, repr, log or message holds it at any moment."""
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    field = SecretField(description="Key", received="there")
    field.observe(lambda change: seen.append(f"{change} {places(field)}"), ["arrivals", "value", "placeholder"])
    message = typed(field, f" {KEY}\n")
    assert field.taken() == Secret(KEY)
    assert field.placeholder == "there"
    blanked = [one for one in sent if '"method": "update", "state": {"value": ""}' in one]
    assert len(blanked) == 1  # the browser's field, that is
    assert not [one for one in sent if "echo_update" in one]
    field.clear()
    assert field.taken() is None
    assert field.placeholder == ""
    told = [*seen, places(field), json.dumps(message), caplog.text, *sent]
    assert not [one for one in told if KEY in one]
    assert len(seen) >= 2


def test_the_search_finds_a_key_in_a_plain_field(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain Password is found out by the same search: in its state, in what is embedded, and in what is echoed."""
    messages: list[str] = []
    monkeypatch.setattr(comm, "create_comm", lambda *given, **named: _opened(messages, *given, **named))
    field = ipywidgets.Password()
    typed(field, KEY)
    assert KEY in json.dumps(ipywidgets.Widget.get_manager_state(), default=str)
    assert KEY in json.dumps(embed_data(views=[field]), default=str)
    assert [one for one in messages if KEY in one and "echo_update" in one]
    field.close()


def test_nothing_is_sent_while_somebody_types() -> None:
    """The text leaves the browser when the field is left, not letter by letter: until then it is in no state there."""
    assert SecretField().get_state()["continuous_update"] is False


def test_a_key_is_not_given_in_code() -> None:
    """Neither the constructor nor an assignment takes a key, and no error repeats it."""
    field = SecretField()
    for give in (
        lambda: SecretField(value=KEY),
        lambda: setattr(field, "value", KEY),
        lambda: field.set_trait("value", KEY),
    ):
        with pytest.raises(ConfigurationError, match="never given in code") as caught:
            give()
        assert KEY not in str(caught.value)
        assert caught.value._render_traceback_()
    assert field.value == ""
    assert field.taken() is None


@pytest.mark.parametrize(
    "hostile",
    [KEY + "\r\nX-Evil: 1", "ключ" + KEY, KEY * 1_000, "x" * 10_000_000, None, 7, [KEY], {"a": KEY}, KEY + "\ud800"],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_a_key_is_refused(sent: list[str], hostile: object) -> None:
    """What no key is, or is no text, or is huge, is told in words that do not repeat it; the one before is gone."""
    field = SecretField()
    typed(field, KEY)
    typed(field, hostile)
    assert field.taken() is None
    assert "cannot be an API key" in field.problem
    assert KEY not in field.problem + places(field)
    typed(field, KEY)
    assert field.problem == ""
    assert field.has_key


def test_a_blank_field_that_is_left_changes_nothing() -> None:
    """A browser that tells that the field is blank, as it was made, does not take the key away."""
    field = SecretField()
    typed(field, KEY)
    typed(field, "")
    assert field.taken() == Secret(KEY)


def test_enter_is_heard_with_the_key_that_it_was_pressed_for() -> None:
    """Enter, which a browser tells before what was typed, counts when the key is there, once, and only for a key."""
    field = SecretField()
    entered: list[Secret | None] = []
    field.on_enter(lambda: entered.append(field.taken()))
    typed(field, KEY)
    assert entered == []
    typed(field, "another" + KEY, with_enter=True)
    assert entered == [Secret("another" + KEY)]
    typed(field, "a b", with_enter=True)
    typed(field, KEY)
    assert len(entered) == 1


def test_no_frame_shows_a_key() -> None:
    """An error where a key arrives, or of who hears of it, has no frame in which the key is a variable."""
    field = SecretField()

    def fail(_: object) -> None:
        raise RuntimeError

    field.observe(fail, "arrivals")
    told = ""
    try:
        field.set_state({"value": KEY})
    except RuntimeError:
        told = "".join(traceback.TracebackException(*sys.exc_info(), capture_locals=True).format())
    assert "RuntimeError" in told
    assert KEY not in told
