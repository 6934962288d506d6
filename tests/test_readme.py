"""README's code runs, in its order, as a newcomer would run it; what it says of the product is so."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest

import ac_notebook as ac
from ac_notebook import cli
from ac_notebook.model.limits import Limits
from ac_notebook.model.outcome import MEANINGS, Outcome
from tests.real_account import RealAccount, follow, type_key

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


class Newcomer:
    """Somebody who types what README says, block by block, in one folder and one kernel.

    Parameters
    ----------
    account
        Their account at ActiveCampaign.
    """

    def __init__(self, account: RealAccount) -> None:
        self.account = account
        self.names: dict[str, Any] = {}
        self.codes: dict[str, int] = {}
        """How each command ended."""
        self.shown: list[tuple[str, Any]] = []
        """What blocks of Python showed: their last lines, where these were names, and the values."""
        self.ran: list[list[int]] = []
        """How many were imported, unchanged and rejected in each run, in the end; the newest first."""

    def follow(self, language: str, block: str) -> None:
        {"python": self._python, "bash": self._commands, "csv": self._file}[language](block)

    def _python(self, block: str) -> None:
        follow(block, self.names, self.account)
        last = block.splitlines()[-1].partition("#")[0].strip()
        if re.fullmatch(r"[\w.]+", last):
            self.shown.append((last, eval(last, self.names)))  # noqa: S307 - and what they see

    def _commands(self, block: str) -> None:
        for line in block.splitlines():
            program, *arguments = shlex.split(line)
            assert program == "ac-notebook"
            self.codes[arguments[0]] = cli.main(arguments)

    def _file(self, block: str) -> None:
        Path("customers.csv").write_text(block, encoding="utf-8")


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    """One who has followed README from top to bottom; the key was typed where nothing is shown."""
    folder = tmp_path_factory.mktemp("newcomer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AC_NOTEBOOK_HOME", str(folder / "home"))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        type_key(patch)
        (folder / "work").mkdir()
        patch.chdir(folder / "work")
        someone = Newcomer(RealAccount())
        for language, block in BLOCKS:
            someone.follow(language, block)
        someone.ran = ac.runs()[["imported", "unchanged", "rejected"]].to_numpy().tolist()
        yield someone
        someone.names["sandbox"].stop()
        ipywidgets.Widget.close_all()


def test_every_block_is_run(newcomer: Newcomer) -> None:
    """Each block of README, of whatever language, is run, and each command ends well."""
    assert len(re.findall(r"^```", README, re.MULTILINE)) == 2 * len(BLOCKS)
    assert {language for language, _ in BLOCKS} == {"python", "bash", "csv"}
    assert newcomer.codes == dict.fromkeys(("plan", "run", "runs"), 0)


def test_no_other_page_has_code_that_is_not_run() -> None:
    """Of all pages only this one, the sandbox's (tests/sandbox runs it) and CONTRIBUTING (a picture) have blocks."""
    pages = [*ROOT.glob("*.md"), *(page for name in ("ac_notebook", "tests") for page in (ROOT / name).rglob("*.md"))]
    fenced = [page for page in pages if re.search(r"^ *(```|~~~)", page.read_text(encoding="utf-8"), re.MULTILINE)]
    assert {page.relative_to(ROOT).as_posix() for page in fenced} == {
        "README.md", "CONTRIBUTING.md", "ac_notebook/sandbox/README.md"
    }  # fmt: skip


def test_customers_of_a_file_arrive(newcomer: Newcomer) -> None:
    """Of six people of README's file two arrive, then those whose rows were mended; the real account has them all."""
    sandbox, account = newcomer.names["sandbox"], newcomer.account
    sample, *_ = [value for text, value in newcomer.shown if text == "report.counts"]
    assert (sample.sum(), sample["imported"]) == (5_000, 4_219)
    people = {f"{name}@example.org" for name in ("anna", "greta", "erik", "mia")}
    assert set(sandbox.contacts()["email"]) == people
    assert set(account.box.contacts()["email"]) == people
    # Of the real account, in the terminal, under a name, after mending, of the file, of the sample.
    assert newcomer.ran == [[4, 0, 1], [0, 2, 3], [4, 0, 1], [2, 2, 1], [2, 0, 3], [4_219, 0, 756]]


def test_the_reasons_are_those_that_are_told(newcomer: Newcomer) -> None:
    """The table of rows that stayed is the one that the reader then has before them."""
    [problems] = [value for text, value in newcomer.shown if text == "report.problems"]
    rows = re.findall(r"^\| (\d) \| (\w+) \| `([\w-]+)` \| (.*?) \| (.*?) \|$", README, re.MULTILINE)
    seen = problems.reset_index()[[problems.index.name or "index", "outcome", "code", "column", "hint"]]
    assert rows == [tuple(map(str, row)) for row in seen.itertuples(index=False)]


def test_the_outcomes_are_those_of_the_code() -> None:
    """The table of outcomes names all of them, once, with their meaning."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|$", README, re.MULTILINE)
    told = {word: text for word, text in rows if word in {outcome.word for outcome in Outcome}}
    assert set(told) == {outcome.word for outcome in Outcome}
    for outcome in Outcome:
        assert told[outcome.word].replace("`", "").startswith(MEANINGS[outcome].replace("`", ""))


@pytest.mark.parametrize("target", re.findall(r"`make (\w+)`", README))
def test_the_targets_exist(target: str) -> None:
    """Each ``make`` target that is named exists."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_laboratory_opens_on_the_quickstart() -> None:
    """The address that `make lab` prints opens the notebook, as Binder does, with this file below its root."""
    config = json.loads((ROOT / "binder" / "jupyter" / "jupyter_config.json").read_text(encoding="utf-8"))
    [recipe] = re.findall(r"^lab:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert f"--LabApp.default_url={config['LabApp']['default_url']}\n" in recipe
    assert '--ServerApp.root_dir="$(CURDIR)"' in recipe


@pytest.mark.parametrize("command", re.findall(r"`ac-notebook ([^`]+)`", README))
def test_the_commands_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command that a sentence names is one, with the options it has there."""
    with pytest.raises(SystemExit) as ended:
        cli.main([*shlex.split(command), "--help"])
    assert ended.value.code == 0
    options = set(re.findall(r"--[\w-]+", command))
    assert options <= set(re.findall(r"--[\w-]+", capsys.readouterr().out))


def test_what_is_named_exists() -> None:
    """Functions, extras and guard rails that sentences name are there, and the limits are those of the code."""
    assert [name for name in re.findall(r"\bac\.(\w+)", README) if not hasattr(ac, name)] == []
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(re.findall(r'"\.\[(\w+)\]"', README)) <= set(extras)
    assert set(re.findall(r'allow=\{"([\w-]+)"\}', README)) <= set(ac.guard_rails().index)
    limits_told = f"{Limits().contacts_per_import} contacts and {Limits().bytes_per_import:,} bytes a request"
    assert limits_told in README


def test_files_that_are_linked_exist() -> None:
    """Every relative link and picture leads somewhere, and every notebook is linked."""
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README) + re.findall(r'(?:src|href)="(?!http)([^"]+)"', README)
    assert [target for target in links if not (ROOT / target).exists()] == []
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert f"| [{path.stem}](notebooks/{path.name}) |" in README


def test_parts_that_notebooks_lead_to_are_there() -> None:
    """A notebook's link to a part of README leads to a heading, as GitHub makes addresses of them."""
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    }
    notebooks = [path.read_text(encoding="utf-8") for path in (ROOT / "notebooks").glob("*.ipynb")]
    parts = {part for text in notebooks for part in re.findall(r"README\.md#([\w-]+)", text)}
    assert "your-own-customers-to-a-sandbox-first" in parts
    assert parts <= headings
