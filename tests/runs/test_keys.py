"""Where a key comes from, where it is kept, and that none stands in a notebook."""

from __future__ import annotations

import getpass
import traceback
import warnings
from typing import TYPE_CHECKING, Any

import keyring.backends.chainer
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.ultratb import VerboseTB

import ac_notebook as ac
from ac_notebook import errors
from tests.runs.accounts import HOST, KEY, NEW_KEY, Accounts, KeptKeyring, typed, use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VARIABLE = "SHOP_KEY"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> KeptKeyring:
    """A system's keyring that keeps things."""
    backend = KeptKeyring()
    use(monkeypatch, backend)
    return backend


def connect(accounts: Accounts, **more: Any) -> ac.Connection:
    """Connect to the account."""
    return ac.connect("Shop", host=HOST, transport=accounts, **more)


def files_with(folder: Path, text: str) -> list[str]:
    """Return the names of the files below a folder that hold a text."""
    return [path.name for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_a_key_of_the_keyring_is_given_by_name(accounts: Accounts, kept: KeptKeyring, home: Path) -> None:
    """``keyring="service/user"`` is read when the key is needed; nothing of it is kept here, and it is not removed."""
    kept.entries["my company/activecampaign", "ann"] = KEY
    saved = connect(accounts, keyring="my company/activecampaign/ann").save()
    assert saved.key_place == "keyring entry my company/activecampaign/ann"
    assert files_with(home, KEY) == []
    again = ac.connect("Shop", transport=accounts)
    again.verify()
    kept.entries["my company/activecampaign", "ann"] = NEW_KEY
    ac.connect("Shop", transport=accounts).verify()
    assert accounts.seen[-1][2] == NEW_KEY
    again.remove()
    assert list(kept.entries.values()) == [NEW_KEY]


def test_a_key_file_is_given_by_name(accounts: Accounts, tmp_path: Path, home: Path) -> None:
    """``key_file=`` stays where it is, is read when the key is needed, and refused once others can read it."""
    file = tmp_path / "key.txt"
    file.write_text(f" {KEY}\n", encoding="ascii")
    file.chmod(0o600)
    saved = connect(accounts, key_file=file).save()
    assert saved.key_place == f"key file {file}"
    assert files_with(home, KEY) == []
    ac.connect("Shop", transport=accounts).verify()
    file.chmod(0o644)
    with pytest.raises(errors.StateError, match="chmod 600"):
        ac.connect("Shop", transport=accounts).verify()
    file.unlink()
    with pytest.raises(errors.StateError, match="not there any more"):
        ac.connect("Shop", transport=accounts).verify()
    with pytest.raises(errors.ConfigurationError, match="no API key in the key file"):
        connect(accounts, key_file=file)


def test_a_variable_is_given_by_name(accounts: Accounts, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """``key_variable=`` names an environment variable; nothing of it is kept."""
    monkeypatch.setenv(VARIABLE, KEY)
    assert connect(accounts, key_variable=VARIABLE).save().key_place == f"environment {VARIABLE}"
    monkeypatch.setenv(VARIABLE, NEW_KEY)
    ac.connect("Shop", transport=accounts).rotate_key()
    assert files_with(home, NEW_KEY) == files_with(home, KEY) == []
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(errors.StateError, match=f"environment {VARIABLE}"):
        ac.connect("Shop", transport=accounts).verify()


def test_a_real_keyring_comes_first(
    accounts: Accounts, kept: KeptKeyring, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was typed is kept in the keyring, in an entry of this home's; exchanging and removing leave no other."""
    typed(monkeypatch)
    saved = connect(accounts).save()
    assert saved.key_place == "keyring"
    assert list(kept.entries.values()) == [KEY]
    assert files_with(home, KEY) == []
    typed(monkeypatch, NEW_KEY)
    saved.rotate_key()
    assert list(kept.entries.values()) == [NEW_KEY]
    ac.connect("Shop").edit(name="Shop 2")
    assert [(service, user.partition(" [")[0]) for service, user in kept.entries] == [
        ("ac_notebook", f"Shop 2 at {HOST}")
    ]
    other = home.with_name("other home")
    monkeypatch.setenv("AC_NOTEBOOK_HOME", str(other))
    typed(monkeypatch, KEY)
    ac.connect("Shop 2", host=HOST, transport=accounts).save().remove()
    assert list(kept.entries.values()) == [NEW_KEY]
    monkeypatch.setenv("AC_NOTEBOOK_HOME", str(home))
    ac.connect("Shop 2", transport=accounts).verify()
    ac.connect("Shop 2").remove()
    assert kept.entries == {}


def test_a_locked_keyring_is_no_keyring(accounts: Accounts, kept: KeptKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring that refuses leaves the key in a private file."""
    kept.is_locked = True
    typed(monkeypatch)
    assert connect(accounts).save().key_place == "file"
    ac.connect("Shop", transport=accounts).verify()


class PlaintextKeyring(KeptKeyring):
    """One that keeps everything in a file as it is."""

    __module__ = "keyrings.alt.file"


class Chain(keyring.backends.chainer.ChainerBackend):
    """Several keyrings behind one another."""

    backends: list[Any] = []  # noqa: RUF012 - as in its base


def test_a_keyring_that_keeps_nothing_safe_is_not_used(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in plain text is no keyring; in a chain, the first real one is used."""
    plain, real = PlaintextKeyring(), KeptKeyring()
    chain: Any = Chain
    typed(monkeypatch)
    use(monkeypatch, plain)
    assert connect(accounts).save().key_place == "file"
    ac.connect("Shop").remove()
    Chain.backends = [plain, real]
    use(monkeypatch, chain())
    assert connect(accounts).save().key_place == "keyring"
    assert (plain.entries, list(real.entries.values())) == ({}, [KEY])


@pytest.mark.parametrize("named", [{"key_file": "a", "keyring": "b/c"}, {"key_variable": "A", "key_file": "a"}])
def test_a_key_comes_from_one_place(accounts: Accounts, named: dict[str, str]) -> None:
    """Two places at once are refused; so is an entry without a user."""
    with pytest.raises(errors.ConfigurationError, match="from one place, not from key_"):
        connect(accounts, **named)
    for entry in ("service", "/user", "service/", ""):
        with pytest.raises(errors.ConfigurationError, match="by service and user"):
            connect(accounts, keyring=entry)


def test_what_is_typed_is_never_seen(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where typing would be shown, or nobody types, a sentence says how else to give the key."""

    def echoing(prompt: str) -> str:
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=2)
        return KEY

    def closed(prompt: str) -> str:
        raise EOFError

    typed(monkeypatch)
    for way in (echoing, closed):
        monkeypatch.setattr(getpass, "getpass", way)
        with pytest.raises(errors.ConfigurationError, match="without being shown"):
            connect(accounts)
    assert accounts.seen == []


@pytest.fixture
def shell() -> Iterator[Any]:
    """A notebook's shell."""
    made: Any = InteractiveShell.instance()
    yield made
    made.history_manager.end_session()
    InteractiveShell.clear_instance()


verbose: Any = VerboseTB(theme_name="nocolor").text


CELLS = (
    "import os; os.environ['{variable}'] = '{key}'\nconnect()",
    "%env {variable}={key}",
    "# my key: {key}\nconnect()",
)


@pytest.mark.parametrize("cell", CELLS)
def test_a_key_that_stands_in_a_cell_is_refused(
    accounts: Accounts, shell: Any, monkeypatch: pytest.MonkeyPatch, cell: str
) -> None:
    """A key in the executed cell, or in an earlier one, is not used by any path; the advice is to rotate it."""
    monkeypatch.setenv(VARIABLE, KEY)
    saved = connect(accounts, key_variable=VARIABLE).save()
    tries: dict[str, Callable[[], Any]] = {
        "connect": lambda: connect(accounts, key_variable=VARIABLE),
        "verify": lambda: ac.connect("Shop", transport=accounts).verify(),
        "rotate": lambda: saved.rotate_key(key_variable=VARIABLE),
    }
    before, said = len(accounts.seen), []

    def attempt() -> None:
        for name, act in tries.items():
            with pytest.raises(errors.ConfigurationError, match="stands in a cell") as caught:
                act()
            assert "Make a new key" in caught.value.hint
            assert KEY not in verbose(caught.type, caught.value, caught.tb)
            said.append(name)

    shell.user_ns["connect"] = attempt
    shell.run_cell(cell.format(variable=VARIABLE, key=KEY), store_history=True)
    shell.run_cell("connect()", store_history=True)
    assert said[-3:] == list(tries)
    assert len(accounts.seen) == before


def test_a_key_that_is_in_no_cell_is_used(accounts: Accounts, shell: Any) -> None:
    """A notebook without the key in it connects as always."""
    found: list[ac.Connection] = []
    shell.user_ns["connect"] = lambda: found.append(connect(accounts, key_variable=VARIABLE))
    shell.run_cell("import os\nconnect()", store_history=True)
    assert found == []  # nobody has set it
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, KEY)
        shell.run_cell("connect()", store_history=True)
    assert len(found) == 1


@pytest.mark.parametrize("argument", ["key", "api_key", "apikey", "token", "api_token", "password", "secret"])
def test_a_key_as_an_argument_is_refused(accounts: Accounts, argument: str) -> None:
    """Whatever the argument is called, a key in it is not used and not shown, and is to be rotated."""
    with pytest.raises(errors.ConfigurationError, match="takes no API key") as caught:
        connect(accounts, **{argument: KEY})
    assert "Make a new key" in caught.value.hint
    assert KEY not in str(caught.value)
    (frame,) = [entry.frame for entry in caught.traceback if entry.name == "refuse_arguments"]
    assert KEY not in repr([frame.f_locals, *(entry.frame.f_locals for entry in caught.traceback[2:])])
    assert accounts.seen == []


def test_other_arguments_are_named(accounts: Accounts, connection: ac.Connection) -> None:
    """A misspelt argument is told with the nearest one; a key given to ``rotate_key`` is refused."""
    with pytest.raises(errors.ConfigurationError, match="Did you mean 'owner'"):
        connect(accounts, ownr="Ann")
    rotate: Any = connection.rotate_key
    for given in ((KEY,), ()):
        with pytest.raises(errors.ConfigurationError, match="takes no API key") as caught:
            rotate(*given, **({} if given else {"key": KEY}))
        assert KEY not in str(caught.value)


@pytest.mark.parametrize("place", ["key_file", "key_variable", "keyring"])
def test_a_key_in_place_of_a_places_name_is_not_shown(accounts: Accounts, place: str) -> None:
    """Who gives the key itself where its place is to be named is told so, without the key."""
    with pytest.raises(errors.ConfigurationError, match="takes no API key") as caught:
        connect(accounts, **{place: KEY})
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("place", ["the environment", "a prompt", "a file", "the keyring"])
def test_what_cannot_be_a_key_is_not_shown(
    accounts: Accounts, kept: KeptKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A key with something wrong is in no message, and in no variable of a frame of ours, wherever it came from."""
    bad = "nearly a key CANARY"
    file = tmp_path / "key.txt"
    file.write_text(bad, encoding="ascii")
    file.chmod(0o600)
    kept.entries["s", "u"] = bad
    monkeypatch.setenv(VARIABLE, bad)
    typed(monkeypatch, bad)
    named: dict[str, dict[str, Any]] = {
        "the environment": {"key_variable": VARIABLE}, "a file": {"key_file": file}, "the keyring": {"keyring": "s/u"},
    }  # fmt: skip
    with pytest.raises((errors.ConfigurationError, errors.StateError)) as caught:
        connect(accounts, **named.get(place, {}))
    assert "CANARY" not in str(caught.value)
    ours = [entry.frame.f_locals for entry in caught.traceback if "/ac_notebook/" in str(entry.path)]
    assert len(ours) >= 2
    assert "CANARY" not in repr([{k: v for k, v in each.items() if k != "transport"} for each in ours])
    assert accounts.seen == []


class Odd(KeptKeyring):
    """A keyring that does one thing oddly."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    @property
    def priority(self) -> float:  # type: ignore[override]  # a backend may work it out
        """Its rank, as keyring asks for it."""
        if self.what == "not viable":
            raise RuntimeError("no such system")
        return 5.0

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a key, or not."""
        if self.what == "interrupted":
            raise KeyboardInterrupt
        if self.what != "keeps nothing":
            super().set_password(service, username, password[: 10 if self.what == "cuts" else None])


@pytest.mark.parametrize("what", ["not viable", "keeps nothing", "cuts", "is missing"])
def test_a_keyring_that_does_not_work_is_no_keyring(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """One that is set up wrongly, keeps nothing or not all, leaves the key in a private file, from where it is used."""
    typed(monkeypatch)
    if what == "is missing":
        use(monkeypatch, KeptKeyring())
        monkeypatch.setattr(keyring.core, "_keyring_backend", None)
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "nowhere.Keyring")
    else:
        use(monkeypatch, Odd(what))
    assert connect(accounts).save().key_place == "file"
    ac.connect("Shop", transport=accounts).verify()
    ac.connect("Shop").remove()


def test_a_key_that_a_locked_keyring_keeps_is_not_called_removed(
    accounts: Accounts, kept: KeptKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is gone, the error says where the key still is, and removing once more removes it."""
    typed(monkeypatch)
    saved = connect(accounts).save()
    kept.is_locked = True
    with pytest.raises(errors.StateError, match="could not be removed from the system's keyring"):
        saved.remove()
    assert ac.connections().empty
    kept.is_locked = False
    saved.remove()
    assert kept.entries == {}


def unsafe_place(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a place for keys that others can read."""
    (home / "secrets").mkdir(mode=0o755, parents=True)
    for folder, mode in ((home, 0o700), (home / "secrets", 0o755)):
        folder.chmod(mode)


def interrupted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody interrupt the keyring."""
    use(monkeypatch, Odd("interrupted"))


@pytest.mark.parametrize("prepare", [unsafe_place, interrupted])
def test_a_key_that_cannot_be_kept_is_in_no_variable_of_the_traceback(
    accounts: Accounts, home: Path, monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[Path, pytest.MonkeyPatch], None],
) -> None:  # fmt: skip
    """Where the disk refuses, or somebody interrupts the keyring, a traceback that shows variables shows no key."""
    typed(monkeypatch)
    made = connect(accounts)
    prepare(home, monkeypatch)
    with pytest.raises((errors.StateError, KeyboardInterrupt)) as caught:
        made.save()
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert KEY not in "".join(shown.format())


REAL_KEY = "0123456789abcdef" * 4


@pytest.mark.parametrize("arguments", [("Shop", HOST, REAL_KEY), ("Shop", REAL_KEY), (REAL_KEY,)])
def test_a_key_in_the_place_of_another_argument_is_refused(arguments: tuple[Any, ...]) -> None:
    """A key without a name, or where name or host belong, is not repeated, and is to be rotated."""
    with pytest.raises(errors.ConfigurationError, match="takes no API key") as caught:
        ac.connect(*arguments)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert REAL_KEY not in str(caught.value) + "".join(str(frame.locals) for frame in shown.stack[1:])


@pytest.mark.parametrize("argument", ["key_file", "key_variable", "keyring", "owner", "ca_file"])
def test_arguments_of_another_type_are_named(
    accounts: Accounts, argument: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number where a text belongs is a sentence, not a fault of a library."""
    typed(monkeypatch)
    with pytest.raises(errors.ConfigurationError):
        connect(accounts, **{argument: 5})


def test_a_key_that_is_typed_into_a_cell_later_is_not_used(
    accounts: Accounts, shell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also a connection that has its key in memory stops using it, once it stands in a cell; In may be anything."""
    typed(monkeypatch)
    made = connect(accounts)
    before = len(accounts.seen)
    shell.run_cell(f"In = 5\nnote = '{KEY}'", store_history=True)
    with pytest.raises(errors.ConfigurationError, match="stands in a cell"):
        made.verify()
    assert len(accounts.seen) == before


def test_a_user_whose_name_is_no_text_connects(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of this machine's user comes from the environment, where it may be any bytes."""
    monkeypatch.setenv("LOGNAME", "\udcff")
    typed(monkeypatch)
    assert connect(accounts, agree_to_data_transfer=True).save().is_agreed
