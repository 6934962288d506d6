"""The audit of notebooks: files and folders, known keys, what is shown, and how the command ends."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook import cli, errors
from ac_notebook.model import exit_codes
from ac_notebook.model.secret import Secret
from tests.notebooks.planted import clean, planted
from tests.runs.test_shown import checked

if TYPE_CHECKING:
    from ac_notebook import Connection

ROOT = Path(__file__).parents[2]
ADDRESS, PHONE, KEY = "ann.berg@mail.se", "+46 70-987 65 43", "c0ffee" * 12
SAVED = "a-key.of_no~form/at.all"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with clean notebooks and others, one of them where JupyterLab keeps copies."""
    made = tmp_path / "work"
    (made / "deep" / ".ipynb_checkpoints").mkdir(parents=True)
    (made / "clean.ipynb").write_text(json.dumps(clean(4)))
    (made / "old.ipynb").write_text(json.dumps(clean(3)))
    (made / "data.csv").write_text(ADDRESS)
    (made / "deep" / "a.ipynb").write_bytes(planted("stream", ADDRESS))
    (made / "deep" / ".ipynb_checkpoints" / "a-checkpoint.ipynb").write_bytes(planted("widget state", PHONE))
    return made


def test_our_own_notebooks_give_nothing_away() -> None:
    """The notebooks of this repository hold no key, no address and no phone but examples."""
    found = ac.audit(ROOT / "notebooks")
    assert found.files >= 2
    assert found.is_clean, found


def test_folders_are_searched(folder: Path) -> None:
    """Every notebook in a folder and below is read, copies of JupyterLab too, each once; other files are not."""
    found = ac.audit(folder, str(folder / "deep"), folder / "clean.ipynb")
    deep = folder / "deep"
    assert found.files == 4
    assert found.findings.values.tolist() == [
        [str(deep / ".ipynb_checkpoints" / "a-checkpoint.ipynb"), 0, "widget state", "phone", 1],
        [str(deep / "a.ipynb"), 2, "output", "address", 1],
    ]
    assert list(found.findings.columns) == ["path", "cell", "where", "kind", "count"]
    assert len(found) == 2
    assert not found.is_clean
    assert ac.audit(folder / "clean.ipynb", folder / "old.ipynb").is_clean


def test_nothing_is_written(folder: Path, home: Path) -> None:
    """An audit changes no notebook, and makes nothing in the user's folders where nothing was."""

    def files() -> dict[Path, tuple[bytes, int]]:
        return {one: (one.read_bytes(), one.stat().st_mtime_ns) for one in folder.rglob("*") if one.is_file()}

    before = files()
    ac.audit(folder)
    assert files() == before
    assert not home.exists()


def test_what_is_shown_names_places_only(folder: Path) -> None:
    """Text, HTML and table of an audit hold no found text, are harmless, and say what to do."""
    found = ac.audit(folder)
    checked(found._repr_html_())
    for shown in (repr(found), found._repr_html_(), found.findings.to_string()):
        assert "address" in shown
        assert not any(text in shown for text in (ADDRESS, "ann", PHONE, "987"))
    assert "Clear the outputs" in repr(found)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.files = 0  # type: ignore[misc]  # it is frozen


def test_known_keys_are_found_whatever_their_form(
    folder: Path, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys in the environment and of saved connections are found wherever they stand, and never shown."""
    texts = {"ACTIVECAMPAIGN_API_KEY": "the.general~key/1", "AC_NOTEBOOK_KEY__SHOP": "the.key~of/a-shop"}
    link = dataclasses.replace(connection.link, secret=Secret(SAVED))
    (folder / "deep" / "a.ipynb").write_bytes(planted("stream", f"{SAVED} {' '.join(texts.values())}"))
    assert ac.audit(folder / "deep" / "a.ipynb").is_clean
    connection.replace(name="shop", link=link).save()
    for name, text in texts.items():
        monkeypatch.setenv(name, text)
    found = ac.audit(folder / "deep" / "a.ipynb")
    assert found.findings[["cell", "where", "kind", "count"]].values.tolist() == [[2, "output", "key", 3]]
    assert not any(text in repr(found) + repr(vars(found)) for text in (SAVED, *texts.values()))
    assert "make a new one" in repr(found)


def test_keys_that_cannot_be_read_are_named(folder: Path, connection: Connection, home: Path) -> None:
    """Where a saved key, or what is saved, cannot be read, the audit goes on and says what it did not look for."""
    connection.replace(name="shop").save()
    [key] = (home / "secrets").glob("*.key")
    key.chmod(0o644)
    found = ac.audit(folder)
    assert len(found) == 2
    assert [note for note in found.notes if "'shop'" in note]
    (home / "state.sqlite3").chmod(0o644)
    assert ac.audit(folder).notes[0].startswith("Keys of saved connections were not looked for.")


def test_broken_files_are_named_and_searched(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no notebook, none that can be read, or no file at all is named; what can be read is searched."""
    (folder / "broken.ipynb").write_bytes(b"<<<<<<< HEAD\n" + planted("stream", ADDRESS))
    (folder / "list.ipynb").write_text("[1]")
    (folder / "gone.ipynb").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.ipynb")
    found = ac.audit(folder)
    troubles = {Path(path).name: why for path, why in found.troubles}
    assert sorted(troubles) == ["broken.ipynb", "gone.ipynb", "list.ipynb", "pipe.ipynb"]
    assert "not JSON" in troubles["broken.ipynb"]
    assert "not a plain file" in troubles["pipe.ipynb"]
    assert len(found) == 3
    assert "broken.ipynb: is no notebook" in repr(found)
    assert cli.main(["audit", str(folder / "list.ipynb")]) == exit_codes.FAILED
    assert "list.ipynb: is no notebook" in capsys.readouterr().out


@pytest.mark.parametrize("paths", [(), ("nowhere.ipynb",), ("no\x00name.ipynb",), (3,), ("x" * 5_000,)])
def test_what_is_no_path_is_refused(paths: tuple[str, ...]) -> None:
    """No path, none that exists, and what is none are each a sentence."""
    with pytest.raises(errors.ConfigurationError) as caught:
        ac.audit(*paths)
    assert caught.value.hint


def test_the_command_prints_a_line_for_each_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``ac-notebook audit`` prints file, cell, place, kind; it ends with 1 for findings, 2 for no file, else 0."""
    assert cli.main(["audit", str(folder / "deep" / "a.ipynb"), str(folder / "clean.ipynb")]) == exit_codes.FAILED
    assert capsys.readouterr().out == f"{folder / 'deep' / 'a.ipynb'}:2:output: address (1)\n"
    assert cli.main(["audit", str(folder / "clean.ipynb")]) == 0
    assert capsys.readouterr().out == ""
    assert cli.main(["audit", str(folder / "nowhere.ipynb")]) == exit_codes.CONFIGURATION
    assert "nowhere" in capsys.readouterr().err


def test_examples_do_not_fail(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Addresses at example domains are printed as such and end with 0; with the option they are not even printed."""
    path = folder / "example.ipynb"
    path.write_bytes(planted("stream", "ann@example.org +46701234567"))
    assert cli.main(["audit", str(path)]) == 0
    assert [line.partition(" ")[2] for line in capsys.readouterr().out.splitlines()] == [
        "example address (1)", "example phone (1)",
    ]  # fmt: skip
    assert cli.main(["audit", "--allow-example-domains", str(path)]) == 0
    assert capsys.readouterr().out == ""


def test_odd_names_of_files_are_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file's name with line breaks, colours or bytes that are no text is printed as one harmless line."""
    names = [b"a\nb.ipynb", b"\x1b[31m.ipynb", b"\xff.ipynb", "\u202ea.ipynb".encode(), b"{0}%s<b>.ipynb"]
    for name in names:
        (folder / os.fsdecode(name)).write_bytes(planted("stream", ADDRESS))
    assert cli.main(["audit", str(folder)]) == exit_codes.FAILED
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 2 + len(names)
    assert not any(letter in out for letter in "\x1b\u202e\udcff")
    checked(ac.audit(folder)._repr_html_())


def test_a_reader_that_has_enough_ends_the_command(tmp_path: Path) -> None:
    """``| head -1`` gets its line, and the command ends without a traceback, as those of a shell do."""
    for number in range(400):
        (tmp_path / f"{'n' * 200}{number}.ipynb").write_bytes(planted("stream", ADDRESS))
    command = [sys.executable, "-m", "ac_notebook", "audit", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().endswith(b"address (1)\n")
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == exit_codes.UNREAD


def test_an_output_without_room_for_a_letter_shows_an_escape(tmp_path: Path) -> None:
    """In an output of ASCII, names and sentences are written with escapes; nothing is lost, nothing raises."""
    path = tmp_path / "渡é.ipynb"
    path.write_bytes(planted("stream", ADDRESS))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"}
    for named, code, said in ((path, 1, b"\\u6e21\\xe9.ipynb:2:output"), (tmp_path / "ł.ipynb", 2, b"\\u0142")):
        done = subprocess.run(
            [sys.executable, "-m", "ac_notebook", "audit", str(named)],
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == code
        assert said in done.stdout + done.stderr
        assert b"Traceback" not in done.stderr


def test_it_is_a_hook() -> None:
    """The hook for pre-commit calls the command on notebooks."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert "entry: ac-notebook audit\n" in text
    assert "types: [jupyter]" in text
    assert cli.__doc__ is not None
    assert "ac-notebook-audit" in cli.__doc__
