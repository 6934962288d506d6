"""On Binder a real key is warned against before it is asked for, and code is told of the sandbox."""

from __future__ import annotations

import getpass
import warnings
from typing import TYPE_CHECKING, Any

import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError
from ac_notebook.runs.binder import commands_for_own_machine, is_binder, warning_of_binder
from tests.people import people
from tests.runs.test_connect import HOST, KEY, WIRE, typed

if TYPE_CHECKING:
    from pathlib import Path

LAUNCHED = {"BINDER_LAUNCH_HOST": "https://mybinder.org/", "BINDER_REPO_URL": "https://example.org/them/theirs"}
"""Two of the variables that BinderHub sets."""


@pytest.fixture
def on_binder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that BinderHub starts a notebook in."""
    for name, value in LAUNCHED.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("environment", [dict([one]) for one in LAUNCHED.items()])
def test_binder_is_known_by_what_binderhub_sets(environment: dict[str, str]) -> None:
    """Either of its variables tells; a JupyterHub's, or blank ones, do not."""
    assert is_binder(environment)
    assert not is_binder(dict.fromkeys(environment, ""))
    assert not is_binder({"JUPYTERHUB_USER": "ann"})


def test_the_commands_are_for_a_shell_whatever_the_address_is() -> None:
    """An address with signs of a shell or a terminal stays one word of the command; ".git" is no part of a folder."""
    assert commands_for_own_machine({"BINDER_REPO_URL": "https://example.org/them/theirs.git"}) == (
        "git clone https://example.org/them/theirs.git",
        "make -C theirs lab",
    )
    clone, start = commands_for_own_machine({"BINDER_REPO_URL": "https://example.org/a;reboot/$(b)\x1b[2J\n"})
    assert clone == r"git clone 'https://example.org/a;reboot/$(b)\u001b[2J'"
    assert start == r"make -C '$(b)\u001b[2J' lab"
    assert commands_for_own_machine({"BINDER_LAUNCH_HOST": "x"})[0] == "git clone REPOSITORY"


def test_a_real_key_is_warned_against_before_it_is_asked_for(
    home: Path, monkeypatch: pytest.MonkeyPatch, on_binder: None
) -> None:
    """The warning says why, and names the sandbox and the two commands; whoever goes on all the same is not stopped."""
    typed(monkeypatch)
    heard: list[str] = []

    def ask(prompt: str) -> str:
        heard.append("asked")
        return KEY

    monkeypatch.setattr(getpass, "getpass", ask)
    monkeypatch.setattr(warnings, "showwarning", lambda message, *_: heard.append(str(message)))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        made = ac.connect("A", host=HOST, transport=WIRE)
    assert made.verified is not None
    warned, asked = heard
    assert asked == "asked"
    for words in (
        "no place for a real key",
        "real people's data",
        "ac.sandbox.start().connection",
        "make -C theirs lab",
    ):
        assert words in warned
    assert KEY not in warned


def test_elsewhere_and_for_a_sandbox_nothing_is_said(
    connection: ac.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine of one's own warns of nothing, and neither does a sandbox on Binder; warnings are errors here."""
    typed(monkeypatch)
    assert warning_of_binder() == ""
    assert ac.connect("A", host=HOST, transport=WIRE).verified is not None
    for name, value in LAUNCHED.items():
        monkeypatch.setenv(name, value)
    connection.replace(name="mine").save()
    assert ac.connect("mine").is_sandbox


def test_an_export_without_a_connection_is_told_of_the_sandbox(on_binder: None) -> None:
    """In code nothing falls back on it: the error says how to have one."""
    frame: Any = people(3)
    with pytest.raises(ConfigurationError, match=r"ac\.sandbox\.start\(\)\.connection"):
        frame.activecampaign.export(list="Newsletter", mapping={"email": "E-mail"})
