"""README's code runs, in its order, as a newcomer would run it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import ac_notebook as ac
from ac_notebook.model.outcome import MEANINGS, Outcome

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_code_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Python block runs, with a CSV file of the newcomer's own, and customers arrive."""
    ac.sandbox.sample_customers(n=400, seed=11).drop(columns=["interests"]).to_csv(
        tmp_path / "customers.csv", index=False
    )
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 8
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)  # noqa: S102 - that is what a reader does
    assert names["report"].counts.sum() == 400
    assert names["report"].counts["imported"] > 100
    assert len(names["there"]) == len(names["sandbox"].contacts()) > names["report"].counts["imported"]
    assert names["plan"].counts["not_sent"] == 0
    names["sandbox"].stop()


def test_the_outcomes_are_those_of_the_code() -> None:
    """The table of outcomes names all of them, once, with their meaning."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|$", README, re.MULTILINE)
    told = {word: text for word, text in rows if word in {outcome.word for outcome in Outcome}}
    assert set(told) == {outcome.word for outcome in Outcome}
    for outcome in Outcome:
        assert told[outcome.word].replace("`", "").startswith(MEANINGS[outcome].replace("`", ""))


def test_the_guard_rails_are_those_of_the_code() -> None:
    """The table of guard rails names all of them, once, in their order, with what could go wrong."""
    section = README.partition("### Guard rails\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| `([\w-]+)` \| .*? \| (.*?) \|$", section, re.MULTILINE)
    assert rows == list(ac.guard_rails()["why"].items())


@pytest.mark.parametrize("target", re.findall(r"`make (\w+)`", README))
def test_the_commands_exist(target: str) -> None:
    """Each ``make`` target that is named exists."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_files_that_are_linked_exist() -> None:
    """Every relative link leads somewhere."""
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
