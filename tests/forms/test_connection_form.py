"""The form of a connection: what has to be there, what is made, what is kept, and that no key is seen."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as some

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.worker import at_once
from ac_notebook.model.consent import text_for
from ac_notebook.runs.connection import Connection
from ac_notebook.runs.key_source import KeySource
from ac_notebook.runs.link import Link
from ac_notebook.runs.record import user_name
from ac_notebook.storage.database import FILE
from tests.forms.connecting import HOST, KEY, account, enter_key, fill, form_of, labelled, parts, press, seen, type_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _state() -> str:
    return json.dumps(ipywidgets.Widget.get_manager_state(), default=str)


def test_a_connection_is_made_and_saved(home: Path) -> None:
    """Connect verifies and shows whose key it is, Save keeps both, says where, and how to go on; nothing before it."""
    form = form_of()
    fill(form, host=f"https://{HOST}/api/3")
    assert labelled(form, "Host").value == HOST
    assert "taken away" in seen(form)
    press(form, "Connect")
    assert form.message.text.startswith(f"Connected to {HOST}: admin")
    assert "import contacts" in seen(form)
    assert form.value.is_agreed
    assert not (home / FILE).exists() or ac.connections().empty
    press(form, "Save")
    assert "kept in a file that only you can read" in form.message.text
    assert "ac.connect('Marketing')" in form.message.text
    assert labelled(form, "Save").disabled
    assert ac.connections()["name"].tolist() == ["Marketing"]
    assert ac.connect("Marketing") == form.value
    assert ac.connect("Marketing").secret().reveal() == KEY


def test_connect_waits_until_somebody_agreed() -> None:
    """Connect is disabled until there is a host and somebody agreed; what is missing is said until it is there."""
    form = form_of()
    button = labelled(form, "Connect")
    assert len(form.problems) == 4
    steps: list[Callable[[], Any]] = [
        lambda: setattr(labelled(form, "Name"), "value", "Marketing"),
        lambda: setattr(labelled(form, "Host"), "value", HOST),
        lambda: type_key(form, KEY),
        lambda: setattr(labelled(form, "I agree"), "value", True),
    ]
    for left, step in zip((3, 2, 1, 0), steps, strict=True):
        assert button.disabled
        assert all(problem in seen(form) for problem in form.problems)
        step()
        assert len(form.problems) == left
    assert not button.disabled
    assert "Still missing" not in seen(form)


def test_an_agreement_is_for_the_host_that_is_shown() -> None:
    """The notice names the host, links to the privacy policy, and for another host nobody has agreed yet."""
    form = form_of()
    assert labelled(form, "I agree").disabled
    fill(form)
    assert " ".join(text_for(HOST).split())[:60] in seen(form)
    assert '<a href="https://www.activecampaign.com/legal/privacy-policy"' in seen(form)
    labelled(form, "Host").value = "other.api-us1.com"
    assert not labelled(form, "I agree").value
    assert "other.api-us1.com" in seen(form)
    assert HOST not in seen(form).replace("acme.api-us1.com'", "").replace(f"\n{HOST}\n", "\n")


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1", "an IP address"),
        ("user@acme.api-us1.com", "user information"),
        ("acme.api-us1.com:8080", "a port"),
        ("crm.example.org", "If it is yours, say so under “More”"),
        ("acme.api-us1.con", "Compare it letter by letter"),
        ("<b>x</b>", "cannot be used as a host"),
    ],
)
def test_what_is_no_host_is_said(host: str, said: str) -> None:
    """The rule is the one of code, its reason is shown beside the field, and nobody can agree to such a host."""
    form = form_of()
    fill(form, host=host, agree=False)
    assert said in seen(form)
    assert labelled(form, "I agree").disabled
    assert labelled(form, "Connect").disabled
    assert "<b>x" not in "".join(one.value for one in parts(form.box) if isinstance(one, ipywidgets.HTML))


def test_few_need_more() -> None:
    """Another kind of host, a proxy and authorities are under More, and go where code has them."""
    form = form_of()
    labelled(form, "More").value = True
    fill(form, host="crm.example.org", agree=False)
    labelled(form, "Accept a host with an unusual name, or inside your network").value = True
    labelled(form, "Proxy").value = "http://proxy.example.org:3128"
    labelled(form, "I agree").value = True
    assert form.problems == ()
    assert "allow_other_host=True" in form.code()
    assert "proxy='http://proxy.example.org:3128'" in form.code()
    labelled(form, "Proxy").value = "http://ann:secret@proxy.example.org:3128"
    assert "cannot be used as a proxy" in seen(form)
    assert labelled(form, "Connect").disabled


def test_a_name_that_is_taken_is_said_before_anything_is_sent() -> None:
    """A name that is another connection's, or looks like one, is told when the field is left."""
    form = form_of()
    fill(form)
    press(form, "Connect")
    press(form, "Save")
    other = form_of()
    fill(other, name=" marketing ", host="other.api-us1.com")
    assert "Another connection is called 'Marketing'" in seen(other)
    press(other, "Connect")
    assert "Not connected. Another connection is called 'Marketing'" in other.message.text
    labelled(other, "Name").value = "Sales"
    assert other.problems == ()
    labelled(other, "Name").value = "Marketing"
    labelled(other, "Host").value = HOST
    assert "Save puts this one in its place" in seen(other)
    labelled(other, "Name").value = "a\nb"
    assert "cannot be shown" in seen(other)


@pytest.mark.parametrize(
    ("status", "said"),
    [(403, "did not accept the API key"), (402, "billing"), (404, "Check the host"), (302, "redirect")],
)
def test_after_a_failure_all_but_the_key_is_there(status: int, said: str) -> None:
    """Each failure is told in the words that code has; what was typed stays, the key is forgotten."""
    form = form_of(lambda _: httpx.Response(status, headers={"Location": "https://evil.example/"}))
    fill(form)
    press(form, "Connect")
    assert form.message.text.startswith("Not connected.")
    assert said in form.message.text
    assert (labelled(form, "Name").value, labelled(form, "Host").value) == ("Marketing", HOST)
    assert labelled(form, "I agree").value
    assert form.problems == ("The key is missing.",)
    type_key(form, KEY)  # and one click on Connect, which brings the key along
    press(form, "Connect")
    assert said in form.message.text
    with pytest.raises(ConfigurationError, match="run this cell again"):
        _ = form.value
    assert KEY not in seen(form) + _state() + repr(form.message.__dict__)


def test_enter_in_the_field_of_the_key_connects() -> None:
    """Enter in the field of the key connects when all else is there; when not, it says what is missing."""
    form = form_of()
    fill(form, key=None, agree=False)
    enter_key(form, KEY)
    assert form.message.text == ""
    assert "Nobody has agreed" in seen(form)
    labelled(form, "I agree").value = True
    enter_key(form, "wrong" * 8)
    assert form.message.text.startswith("Not connected.")
    enter_key(form, KEY)
    assert form.message.text.startswith("Connected")


def test_a_key_is_in_no_state_before_while_and_after() -> None:
    """Typed and not submitted, sent with success, with failure, and saved: it is in no state, code, repr or message."""
    states: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        states.append(_state() + seen(form))  # while it is sent
        return account(request)

    form = form_of(answer)
    fill(form, key=KEY)
    states += [_state(), seen(form), form.code()]
    press(form, "Connect")
    states += [_state(), seen(form), repr(form.value), repr(vars(form))]
    press(form, "Save")
    type_key(form, "CANARY" + KEY)
    states += [_state(), seen(form), form.code(), repr(form), repr(vars(form)), repr(form.outcome.__dict__)]
    assert len(states) > 10
    assert not [one for one in states if "CANARY" in one]


def test_a_key_in_another_field_is_taken_out() -> None:
    """A key that was pasted where a name, host or place belongs leaves the field at once, and is not repeated."""
    form = form_of()
    pasted = "0123456789abcdef" * 4
    for label in ("Name", "Host", "Owner"):
        labelled(form, label).set_state({"value": pasted})
        assert labelled(form, label).value == ""
        assert "looks like a key" in form.message.text
        form.message.note("")
    labelled(form, "The key is").value = "key_variable"
    labelled(form, "Name of the variable").set_state({"value": pasted})
    assert pasted not in seen(form) + _state() + form.message.text


def test_the_key_is_where_it_is_said_to_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A variable, a file or an entry of the keyring is named, read when connecting, and kept as a reference."""
    form = form_of()
    fill(form, key=None)
    labelled(form, "The key is").value = "key_file"
    assert "It is not said where the key is: write its place." in form.problems
    path = tmp_path / "key.txt"
    labelled(form, "Path of the file").value = str(path)
    path.write_text(KEY)
    path.chmod(0o600)
    press(form, "Connect")
    assert form.value.key_place == f"key file {path}"
    assert f"key_file={str(path)!r}" in form.code()
    labelled(form, "The key is").value = "key_variable"
    labelled(form, "Name of the variable").value = "MY_KEY"
    press(form, "Connect")
    assert "There is no API key in the environment MY_KEY" in form.message.text
    monkeypatch.setenv("MY_KEY", KEY)
    press(form, "Connect")
    assert form.value.key_place == "environment MY_KEY"
    press(form, "Save")
    assert "where it was: environment MY_KEY" in form.message.text


def test_the_sandbox_is_tried_out_by_hand(connection: Connection) -> None:
    """The sandbox gives host and key itself, asks for an agreement like an account, and says that nothing leaves."""
    started: list[int] = []

    def start() -> Connection:
        started.append(1)
        return connection

    form = form_of(sandbox=start)
    labelled(form, "Name").value = "Trial"
    labelled(form, "Leads to").value = True
    assert "nothing leaves it" in seen(form)
    assert form.problems == ("Nobody has agreed to the transfer of data.",)
    labelled(form, "I agree").value = True
    assert started == []
    press(form, "Connect")
    assert form.message.text.startswith("Connected to")
    press(form, "Save")
    assert "SANDBOX" in seen(form)
    assert form.value.name == "Trial"
    assert form.value.is_agreed
    assert ac.connect("Trial").is_sandbox
    assert form.code().startswith("sandbox = ac.sandbox.start()\nconnection = sandbox.connection.replace(name='Trial')")
    assert started == [1]


def test_an_unfilled_form_is_a_sentence() -> None:
    """Run All over a form that nobody has filled in ends in a sentence; so does one that was changed since."""
    form = form_of()
    with pytest.raises(ConfigurationError, match="Fill in the form above and press Connect, then run this cell again"):
        _ = form.value
    fill(form)
    press(form, "Connect")
    assert form.value.name == "Marketing"
    assert "import contacts" in seen(form)
    labelled(form, "Host").value = "other.api-us1.com"
    assert "import contacts" not in seen(form)  # nothing is shown of what is not there any more
    with pytest.raises(ConfigurationError, match="run this cell again"):
        _ = form.value


def test_the_buttons_stay_where_they_are_while_they_are_pressed() -> None:
    """What is missing stands below the buttons, which would move from under the mouse as the key arrives."""
    shown = list(parts(form_of().box))
    words = [getattr(one, "description", "") or str(getattr(one, "value", "")) for one in shown]
    missing = next(place for place, text in enumerate(words) if "Still missing" in text)
    assert words.index("Connect") < missing
    assert words.index("I agree") < words.index("Connect")


def test_a_press_says_what_is_missing() -> None:
    """Connect can be pressed before the key has arrived, which a click on it brings along; without one it says so."""
    asked: list[httpx.Request] = []
    form = form_of(lambda request: asked.append(request) or account(request))  # type: ignore[func-returns-value]  # records
    fill(form, key=None)
    press(form, "Connect")
    assert form.message.text == "Not connected. The key is missing."
    assert asked == []
    type_key(form, "short")
    press(form, "Connect")
    assert form.message.text.startswith("Not connected. ")
    labelled(form, "Name").value = " "
    type_key(form, KEY)
    press(form, "Connect")
    assert form.message.text == "Not connected. The name is missing."
    labelled(form, "Name").value = "Marketing"
    press(form, "Connect")
    assert form.message.text.startswith("Connected")


def test_a_connection_that_is_not_saved_yet_takes_another_name() -> None:
    """Name and owner are changed after Connect without typing the key again; a name that is taken is told then, too."""
    form = form_of()
    fill(form)
    press(form, "Connect")
    press(form, "Save")
    other = form_of()
    fill(other, name="Sales", host="other.api-us1.com")
    press(other, "Connect")
    labelled(other, "Name").value = "Marketing"
    assert "Another connection is called 'Marketing'" in seen(other)
    assert labelled(other, "Save").disabled
    labelled(other, "Name").value = " "
    labelled(other, "Name").value = " Sales 2 "
    labelled(other, "Owner").value = "Bo"
    press(other, "Save")
    assert (other.value.name, other.value.owner) == ("Sales 2", "Bo")
    assert sorted(ac.connections()["name"]) == ["Marketing", "Sales 2"]
    assert ac.connect("Sales 2").secret().reveal() == KEY
    labelled(other, "Name").value = "Sales 3"  # a saved one is renamed where it is edited
    assert other.problems == ("The key is missing.",)
    other.value = ac.connect("Marketing")
    labelled(other, "Name").value = "Sales 3"
    assert labelled(other, "Save").disabled


def test_agreeing_is_taken_back_as_easily() -> None:
    """Of a connection that was made, the agreement is taken back and given again with one click, without a key."""
    form = form_of()
    fill(form)
    press(form, "Connect")
    labelled(form, "I agree").value = False
    assert form.value.consent is None
    assert labelled(form, "Save").disabled
    labelled(form, "I agree").value = True
    assert form.value.is_agreed
    press(form, "Save")
    assert ac.connect("Marketing").is_agreed


def test_what_is_typed_while_it_connects_is_kept() -> None:
    """While it connects the form goes on to take what is typed, and says that it has to connect again."""
    waiting: list[Callable[[], None]] = []
    form = form_of(spawn=waiting.append)
    fill(form)
    while waiting:
        waiting.pop()()
    press(form, "Connect")
    assert "Connecting to" in form.message.text
    assert labelled(form, "Connect").disabled
    labelled(form, "Owner").value = "Bo"
    while waiting:
        waiting.pop()()
    assert "changed meanwhile" in form.message.text
    assert labelled(form, "Owner").value == "Bo"
    press(form, "Connect")
    while waiting:
        waiting.pop()()
    assert form.value.owner == "Bo"


def test_the_value_is_a_connection() -> None:
    """What is no connection is refused in a sentence."""
    with pytest.raises(ConfigurationError, match="is a connection, not a value of the type str"):
        form_of().value = "Marketing"  # type: ignore[assignment]  # what somebody may try


def test_a_key_goes_with_its_field() -> None:
    """A key that was typed is forgotten when it is to come from elsewhere, or is of no use."""
    form = form_of()
    for label, value in (("The key is", "key_variable"), ("Leads to", True)):
        field = labelled(form, "Key")
        type_key(form, KEY)
        labelled(form, label).value = value
        assert not field.has_key
        labelled(form, label).value = "typed" if label == "The key is" else False


_NAMES = some.text("abcåÅ東 .$<&'\"\\", min_size=1, max_size=12).filter(str.strip).map(str.strip)
_YES = some.just(value=True)
_PLACES = some.sampled_from(["memory", "keyring", "file", "environment MY_KEY", "key file /k/e", "keyring entry a/b"])
_ACCOUNTS = some.builds(
    Connection, name=_NAMES, host=some.sampled_from([HOST, "a-b.activehosted.com", "crm.example.org"]), owner=_NAMES,
    key_place=_PLACES, allow_other_host=_YES, proxy=some.sampled_from(["", "http://proxy.example.org:3128"]),
    ca_file=some.sampled_from(["", "/etc/ssl/own.pem"]), link=some.builds(Link),
)  # fmt: skip
_SANDBOXES = some.builds(
    Connection, name=_NAMES, owner=_NAMES, host=some.just("127.0.0.1:8080"), is_sandbox=_YES,
    account=some.just("sandbox-1"), link=some.builds(Link),
)  # fmt: skip
_FORM = form_of()


@given(some.one_of(_ACCOUNTS, _SANDBOXES), some.booleans())
def test_a_value_goes_into_the_form_and_comes_out(connection: Connection, is_agreed: bool) -> None:  # noqa: FBT001 - generated
    """Setting the value fills the form, and the form gives the same value: whatever was in it before."""
    value = connection.agree() if is_agreed else connection
    _FORM.value = value
    assert _FORM.value == value
    assert labelled(_FORM, "Name").value == value.name
    assert labelled(_FORM, "I agree").value is is_agreed
    if not value.is_sandbox:
        assert labelled(_FORM, "Host").value == value.host
    assert _made_by(_FORM.code(), value) == value


def _made_by(code: str, value: Connection) -> Connection:
    """Return what code makes, with the help of a double that takes what the real one takes."""
    kept: list[Connection] = []

    def connect(name: str, *, agree_to_data_transfer: bool = False, **given: Any) -> Any:
        place = KeySource(**{key: given.pop(key) for key in ("key_file", "key_variable", "keyring") if key in given})
        assert (place.place or value.key_place) == value.key_place
        plain = value.replace(
            name=name, **{"owner": user_name(), "allow_other_host": False, "proxy": "", "ca_file": "", **given}
        )
        assert agree_to_data_transfer is value.is_agreed
        return SimpleNamespace(save=lambda: kept.append(plain))

    box = SimpleNamespace(connection=value.replace(owner=user_name()))
    kinds = SimpleNamespace(connect=connect, sandbox=SimpleNamespace(start=lambda: box))
    if value.is_sandbox:
        code = code.replace("connection = connection.save()", "")
    space: dict[str, Any] = {"ac": kinds}
    exec(code, space)  # noqa: S102 - what a person pastes
    return kept[0] if kept else space["connection"].replace(consent=value.consent)


def test_another_language() -> None:
    """The form speaks Swedish when it is asked to."""
    form = form_of(language="sv")
    assert "Anslut" in seen(form)
    assert "Connect" not in seen(form)


def test_the_form_is_to_be_had_by_its_name() -> None:
    """``ac.forms.connection()`` is the form."""
    assert type(ac.forms.connection(spawn=at_once)).__name__ == "ConnectionForm"
