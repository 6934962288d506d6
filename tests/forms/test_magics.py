"""``%load_ext ac_notebook`` and ``%activecampaign``, in a shell of IPython's own."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import ac_notebook as ac
from ac_notebook.forms.exporting.export_form import ExportForm
from ac_notebook.forms.magic.magic_completion import Completion
from ac_notebook.forms.magic.magics import HELP, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "0123456789abcdef" * 4


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """A notebook's shell, with two DataFrames and other things in it, in which ``%load_ext ac_notebook`` ran."""
    made: Any = InteractiveShell.instance(colors="nocolor")
    made.run_cell("%load_ext ac_notebook")
    frames = {"customers": pd.DataFrame({"E-mail": ["ann@example.org"]}), "orders": pd.DataFrame()}
    made.push({**frames, "count": 3, "_hidden": pd.DataFrame()})
    capsys.readouterr()
    yield made
    made.run_cell("%unload_ext ac_notebook")
    made.history_manager.end_session()
    InteractiveShell.clear_instance()


def said(shell: Any, line: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a cell that fails, and return what it shows."""
    result = shell.run_cell(line)
    assert isinstance(result.error_in_exec, ac.errors.ActiveCampaignError), line
    shown = capsys.readouterr()
    return shown.out + shown.err


def completed(shell: Any, line: str) -> list[str]:
    """Return what a line may become by the Tab key: what frontends ask for, each the same with jedi and without."""
    ways = []
    for jedi in (True, False):
        shell.Completer.use_jedi = jedi
        with provisionalcompleter():
            found = list(shell.Completer.completions(line, len(line)))
        ways.append([line[: one.start] + one.text for one in found])
        shell.Completer.use_jedi = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # some frontends still ask in this way
        token, matches = shell.complete(None, line.rpartition("\n")[2], len(line.rpartition("\n")[2]))
    ways.append([line[: len(line) - len(token)] + match for match in matches])
    assert ways[0] == ways[1] == ways[2]
    return ways[0]


def test_help_tells_every_word(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """``%activecampaign``, ``%activecampaign help`` and ``%activecampaign?`` tell all that there is."""
    for line in ("%activecampaign", "%activecampaign help", "%activecampaign help;"):
        shell.run_cell(line)
        assert capsys.readouterr().out == HELP
    shell.run_cell("%activecampaign?")
    told = capsys.readouterr().out
    assert all(f"%activecampaign {word}" in told for word in WORDS)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("exprot customers", "has no 'exprot'.\nDid you mean 'export'?"),
        ("frobnicate", "There are: 'connect', 'connections', 'export', 'exports', 'runs', 'help'."),
        ("export", "Write %activecampaign export customers or %activecampaign export orders."),
        ("export custmers", "no DataFrame called 'custmers'.\nDid you mean 'customers'?"),
        ("export count", "'count' is no pandas DataFrame but a value of the type int.\nThere are: 'customers',"),
        ("export customers[customers.age>3]", "is not the name of a variable.\nGive the DataFrame a name first"),
        ("exports ordres", "Did you mean 'orders'?"),
        ("connections Shop", "%activecampaign connect Shop shows one of them."),
        ("runs Weekly", "'Weekly'"),
        ("connect Shop", "no saved connection called 'Shop'"),
        ("export customers Weekly", "no saved export called 'Weekly'"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(
    shell: Any, line: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong word, no DataFrame, or none of that name: a sentence with the nearest that would do, no traceback."""
    told = said(shell, f"%activecampaign {line}", capsys)
    assert sentence in told
    assert "Traceback" not in told
    assert re.match(r"\w+Error: ", told)


def test_without_a_frame_the_first_step_is_told(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no variable is a DataFrame yet, the sentence says how one is made."""
    shell.run_cell("del customers, orders")
    assert 'customers = pd.read_csv("…")' in said(shell, "%activecampaign export customers", capsys)


def test_a_frame_of_another_library_is_told_how_to_become_one(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """What can be made a pandas DataFrame of is told with the call that does it."""
    shell.run_cell("class Frame:\n    def to_pandas(self): ...\nlazy = Frame()")
    assert "customers = lazy.to_pandas()" in said(shell, "%activecampaign export lazy", capsys)


@pytest.mark.parametrize(
    "line", ["connect {}", "{}", "connect Shop key={}", "export customers '{}'", "connect Shop, token: {}", "runs {};"]
)
def test_a_key_in_a_line_is_refused_and_not_repeated(shell: Any, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What looks like a key is not used and not shown; the advice is to make another one and to take out the cell."""
    told = said(shell, f"%activecampaign {line.format(KEY)}", capsys)
    assert "takes no API key" in told
    assert "Make a new key" in told
    assert "Take it out of the cell" in told
    assert KEY not in told
    assert "takes no API key" in said(shell, "%activecampaign connect api key = abc", capsys)


def test_nothing_in_a_line_is_run_or_filled_in(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Names are taken as they stand: no variable is put in for ``{…}`` or ``$…``, and no expression is evaluated."""
    shell.user_ns["secret"] = KEY
    for line in ("{secret}", "$secret", "export {secret}", "export print(secret)"):
        told = said(shell, f"%activecampaign {line}", capsys)
        assert KEY not in told
        assert "secret" in told


def test_forms_are_what_a_line_gives(shell: Any) -> None:
    """Each word gives its form, as the cell's value and to be kept; with a name, filled with what is saved."""
    with ac.sandbox.start() as sandbox:
        shop = sandbox.connection.replace(name="Shop").save()
        ac.Export("Weekly news", connection=shop, list="Newsletter", mapping={"email": "E-mail"}).save()
        shell.run_cell("form = %activecampaign export customers Weekly news").raise_error()
        form = shell.user_ns["form"]
        assert isinstance(form, ExportForm)
        assert form.value.name == "Weekly news"
        for line, kind in {
            "connect": ac.forms.connection, "connect 'Shop'": ac.forms.connection, "exports": ac.forms.exports,
            "exports customers": ac.forms.exports, "connections": ac.forms.connections, "runs": ac.forms.runs,
            "runs Weekly news": ac.forms.runs,
        }.items():  # fmt: skip
            shown = shell.run_cell(f"kept = %activecampaign {line}")
            shown.raise_error()
            assert isinstance(shell.user_ns["kept"], kind)
        assert shell.user_ns["kept"].chosen_filters == {"export": "Weekly news"}


def test_words_are_completed(shell: Any) -> None:
    """The Tab key offers the words, then DataFrames by their variables, with jedi and without it."""
    line = "%activecampaign "
    assert completed(shell, line) == [line + word for word in WORDS]
    assert completed(shell, line + "conn") == [line + "connect", line + "connections"]
    assert completed(shell, "form = %activecampaign ru") == ["form = %activecampaign runs"]
    assert completed(shell, line + "export ") == [line + "export customers", line + "export orders"]
    assert completed(shell, "count\n%activecampaign exports O") == ["count\n%activecampaign exports orders"]
    assert completed(shell, "%activecamp") == ["%activecampaign"]
    for nothing in ("", "nonsense", "activecampaign", line + "connect ", line + "runs ", line + "help ", "x" + line):
        assert Completion(shell, name="activecampaign", words=WORDS).offered(nothing)[1] == []


def test_saved_names_are_completed(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Connections and exports are offered by whole names, whatever is in them, in quotes where one was typed."""
    with ac.sandbox.start() as sandbox:
        shop = sandbox.connection.replace(name="Shop, north").save()
        mapping = {"email": "E-mail"}
        ac.Export("Weekly news (50 %)", connection=shop, list="Newsletter", mapping=mapping).save()
    capsys.readouterr()
    line = "%activecampaign "
    assert completed(shell, line + "connect ") == [line + "connect Shop, north"]
    assert completed(shell, line + "connect shop, no") == [line + "connect Shop, north"]
    assert completed(shell, line + "connect 'Sh") == [line + "connect 'Shop, north'"]
    assert completed(shell, line + "runs Weekly news (") == [line + "runs Weekly news (50 %)"]
    assert completed(shell, line + "export customers W") == [line + "export customers Weekly news (50 %)"]


def test_the_tab_key_shows_no_error(shell: Any, home: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Where what is saved cannot be read, nothing is offered and nothing is shown."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "state.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(ac.errors.StateError):
        ac.connections()
    with provisionalcompleter():
        list(shell.Completer.completions("%activecampaign connect ", 24))
    assert capsys.readouterr() == ("", "")


def test_it_can_be_loaded_again_and_unloaded(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """``%reload_ext`` leaves one of everything, and ``%unload_ext`` nothing; forms that are there go on."""
    for _ in range(2):
        shell.run_cell("%reload_ext ac_notebook").raise_error()
    shell.run_cell("%activecampaign help")
    assert HELP in capsys.readouterr().out
    assert len(shell.Completer.custom_matchers) == 1
    shell.run_cell("%unload_ext ac_notebook").raise_error()
    assert shell.Completer.custom_matchers == []
    assert shell.find_line_magic("activecampaign") is None
    shell.run_cell("%load_ext ac_notebook").raise_error()
