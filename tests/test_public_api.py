"""The public names: complete, documented, light to import, and the same with the accessor as with functions."""

from __future__ import annotations

import dataclasses
import inspect
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.accessor import ActiveCampaignAccessor
from tests.examples import CLASSES, MODULES, Reader, members, of_docstrings, of_pages, owner

VERBS = sorted(name for name in vars(ActiveCampaignAccessor) if not name.startswith("_"))
FUNCTIONS = [name for name in ac.__all__ if inspect.isfunction(getattr(ac, name))]
NOT_LOADED = ("ipywidgets", "keyring", "werkzeug", "stdnum", "tqdm.notebook", "ac_notebook.sandbox")
FOR_IPYTHON = {"load_ipython_extension", "unload_ipython_extension"}
"""What ``%load_ext ac_notebook`` looks for."""
TREE: dict[str, tuple[type[BaseException] | str, ...]] = {
    "ActiveCampaignError": (Exception,),
    "ConfigurationError": ("ActiveCampaignError", ValueError),
    "ConnectionNotFoundError": ("ConfigurationError", LookupError),
    "MappingError": ("ConfigurationError",),
    "ConsentError": ("ConfigurationError", PermissionError),
    "GuardError": ("ConfigurationError",),
    "APIError": ("ActiveCampaignError",),
    "AuthenticationError": ("APIError",),
    "PermissionDeniedError": ("APIError",),
    "NotFoundError": ("APIError",),
    "RefusedError": ("APIError",),
    "RateLimitError": ("APIError",),
    "ServerError": ("APIError",),
    "UnreachableError": ("APIError",),
    "UnexpectedAnswerError": ("APIError",),
    "ExportInterrupted": ("ActiveCampaignError",),
    "StateError": ("ActiveCampaignError",),
}
"""The tree of the design: each error, and what it is an instance of at once."""


def test_public_names_are_sorted_and_all_there() -> None:
    """``__all__`` is in order, has no name twice, and each of its names can be had; so can ``import *``."""
    assert list(ac.__all__) == sorted(set(ac.__all__))
    assert set(ac.__all__) <= set(dir(ac))
    space: dict[str, Any] = {}
    exec("from ac_notebook import *", space)  # noqa: S102 - what a notebook may do
    assert {name for name in space if not name.startswith("__")} == set(ac.__all__)


def test_no_public_name_is_left_out() -> None:
    """What can be had without an underscore and was made here is in ``__all__``; so are the verbs of the accessor."""
    ours = {
        name
        for name, value in vars(ac).items()
        if not name.startswith("_")
        and not isinstance(value, types.ModuleType)
        and str(getattr(value, "__module__", "")).startswith("ac_notebook")
    }
    assert ours - FOR_IPYTHON <= set(ac.__all__)
    assert {verb for verb in VERBS if verb != "form"} <= set(FUNCTIONS)
    with pytest.raises(AttributeError, match="exprot"):
        _ = ac.exprot


@pytest.mark.parametrize("name", ac.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    """Each name says in its first line what it is; each function, each of its parameters, and an example."""
    thing = getattr(ac, name)
    text = inspect.getdoc(thing) or ""
    assert text.partition("\n")[0].rstrip().endswith((".", ":")), name
    if inspect.isfunction(thing):
        described_in_full(thing)


@pytest.mark.parametrize("name", [name for name in ac.__all__ if inspect.isclass(getattr(ac, name))])
def test_every_public_method_is_documented(name: str) -> None:
    """Each public method and property of a public class says what it does."""
    thing = getattr(ac, name)
    assert inspect.getdoc(thing) != inspect.getdoc(thing.__mro__[1]) or thing.__doc__
    for attribute, member in inspect.getmembers(thing):
        if not attribute.startswith("_") and (inspect.isroutine(member) or isinstance(member, property)):
            assert inspect.getdoc(member), f"{name}.{attribute}"


def described_in_full(function: types.FunctionType) -> None:
    """Assert that a docstring has numpy's sections, with every parameter."""
    text = inspect.getdoc(function) or ""
    sections = re.findall(r"^(\w+)\n-+$", text, flags=re.MULTILINE)
    assert sections == sorted(sections, key=["Parameters", "Returns", "Raises", "Examples"].index)
    parameters = inspect.signature(function).parameters
    assert ("Parameters" in sections) == bool(parameters), function
    assert "Examples" in sections, function
    body = text.partition("Parameters\n----------\n")[2]
    heads = {head.strip().lstrip("*") for line in re.findall(r"^\S.*$", body, re.MULTILINE) for head in line.split(",")}
    assert set(parameters) <= heads, function


def test_the_contents_name_every_function() -> None:
    """``help("ac_notebook")`` is where somebody begins who has no page before them: each function is named there."""
    assert [name for name in FUNCTIONS if f"``{name}``" not in (ac.__doc__ or "")] == []


NOT_FOR_USERS: dict[str, set[str]] = {
    "Account": {"contact_lists", "contact_tags", "custom_fields", "find_field", "find_list"},
    "Connection": {"account", "client", "link", "of", "pacer", "secret"},
    "Export": {"given", "identity", "memory", "of", "saved", "tag_of_leavers"},
    "ConnectionsForm": {"act", "begin", "close", "panel", "refresh"},
    "ExportsForm": {"act", "begin", "choose", "close", "keep", "panel", "refresh"},
    "Faults": {"meet", "sleep", "stop", "table"},
    "Form": {"busy_changed", "changed", "failed", "is_busy", "new_worker", "put", "shown", "title"},
    "Options": {"of"},
    "Plan": {
        "account", "batches", "capacity", "codes", "columns", "compared", "departing", "found", "frozen", "history",
        "id", "index", "inside", "key_digest", "may", "maybe_new", "notices", "people", "prepared", "progress", "scope",
        "short_title", "standing", "unsettled",
    },
    "Quirks": {one.name for one in dataclasses.fields(ac.sandbox.Quirks)},  # each has a probe, in tests/sandbox/quirks
    "Report": {"codes", "departing", "facts", "index", "people", "plan", "refreshed"},
    "RunsForm": {"chosen_filters"},
    "Sandbox": {"attach", "table"},
    "Selection": {"first", "index", "runs"},
    "Suggestion": {"because", "notes", "showing"},
    "Validation": {"index", "prepared"},
}  # fmt: skip
"""Members without an underscore that only other modules of the package use."""


def test_every_public_name_is_in_an_example_that_runs() -> None:
    """Each name of each public module, and each member of each public class, is used by an example of the suite's."""
    used = of_pages().union(*(uses for _, uses in of_docstrings()))
    wanted = {(name, part) for name, module in MODULES.items() for part in module.__all__ if part not in CLASSES}
    for kind in CLASSES.values():
        asked = {(owner(kind, name), name) for name in members(kind)}
        named = {(name, kind.__name__) for name, module in MODULES.items() if kind.__name__ in module.__all__}
        assert (named if issubclass(kind, Exception) else named | asked) & used, f"no example has {kind.__name__}"
        wanted |= asked
    inner = {(kind, name) for kind, names in NOT_FOR_USERS.items() for name in names}
    assert sorted(wanted - used - inner) == []
    assert sorted(inner - wanted) == [], "no member has this name any more"


def test_an_example_counts_for_what_it_asks_only() -> None:
    """A member is of the value it is asked of, followed through calls; what is not known, or a comment, is nothing."""
    lines = (
        "import ac_notebook as ac",
        "check, other = ac.validate(df, {}), something()",
        "check.problems, other.counts  # report.verify()",
        "report = df.activecampaign.plan(list='VIP').replace(share=0.5).run()",
        "with ac.sandbox.start() as box: box.connection.withdraw()",
        "for line in report: line.title",
    )
    assert Reader().read("\n".join(lines)) == {
        ("ac", "validate"), ("Validation", "problems"), ("ActiveCampaignAccessor", "plan"), ("Plan", "replace"),
        ("Plan", "run"), ("ac", "sandbox"), ("ac.sandbox", "start"), ("Sandbox", "connection"),
        ("Connection", "withdraw"),
    }  # fmt: skip
    assert Reader(ac).read("plan = validate(df, {})") == {("ac", "validate")}


def test_the_tree_of_errors_is_the_designs() -> None:
    """Each error has the place of the design, also among Python's own, and a docstring; there is no other."""
    found = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and not name.startswith("_")}
    found = {name: kind for name, kind in found.items() if issubclass(kind, BaseException)}
    assert found.keys() == TREE.keys()
    for name, bases in TREE.items():
        wanted = {found[base] if isinstance(base, str) else base for base in bases}
        assert set(found[name].__bases__) == wanted, name
        assert found[name].__doc__
        assert name in (errors.__doc__ or "")


@pytest.mark.parametrize("name", TREE)
def test_every_error_has_words_for_a_notebook(name: str) -> None:
    """Each error keeps message, hint and report, and is one short block in a notebook."""
    kind = getattr(errors, name)
    error = kind(["it is wrong."], hint="Mend it.") if name == "MappingError" else kind("It is wrong.", hint="Mend it.")
    assert (error.hint, error.report) == ("Mend it.", None)
    assert str(error) == f"{error.message}\nMend it."
    assert error._render_traceback_() == [f"{name}: {error}"]


def test_an_error_is_shown_in_lines_that_a_notebook_shows_whole() -> None:
    """JupyterLab breaks lines of more than 100 characters within words: errors have none, and lose no word by it."""
    error = errors.GuardError("What could go wrong is said here. " * 9, hint="If that is what you mean, say so. " * 9)
    (shown,) = error._render_traceback_()
    assert max(map(len, shown.splitlines())) <= 100
    assert shown.split() == f"GuardError: {error}".split()


def test_importing_loads_nothing_that_is_not_needed() -> None:
    """``import ac_notebook`` in a fresh interpreter leaves widgets, keyring, the sandbox and its server out."""
    code = f"import sys, ac_notebook; print([name for name in {NOT_LOADED!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb in FUNCTIONS])
def test_verbs_take_the_arguments_of_the_functions(verb: str) -> None:
    """``df.activecampaign.verb(…)`` and ``ac.verb(df, …)`` take and give the same, but for the frame."""
    first, *function = inspect.signature(getattr(ac, verb)).parameters.values()
    itself, *method = inspect.signature(getattr(ActiveCampaignAccessor, verb)).parameters.values()
    assert (first.name, itself.name) == ("df", "self")
    assert method == function
    returned = inspect.signature(getattr(ac, verb)).return_annotation
    assert inspect.signature(getattr(ActiveCampaignAccessor, verb)).return_annotation == returned


def test_plan_and_export_take_identical_arguments() -> None:
    """What can be planned can be exported with the same words."""
    assert inspect.signature(ac.plan).parameters == inspect.signature(ac.export).parameters


def test_the_accessor_is_registered_and_keeps_nothing() -> None:
    """Every frame has it, also one that was derived from another; it holds the frame and nothing else."""
    frame = pd.DataFrame({"E-mail": ["a@example.org", "not one"]})
    accessor: Any = frame.activecampaign
    assert type(accessor) is ActiveCampaignAccessor
    mapping = {"email": "E-mail"}
    before = dict(vars(accessor))
    assert accessor.validate(mapping).counts.equals(ac.validate(frame, mapping).counts)
    assert accessor.suggest_mapping() == ac.suggest_mapping(frame)
    assert [(name, id(value)) for name, value in vars(accessor).items()] == [("_frame", id(before["_frame"]))]
    assert frame.attrs == {}
    derived = frame[frame["E-mail"].str.contains("@")]
    assert derived.activecampaign.validate(mapping).counts.sum() == 1
    frame.loc[len(frame)] = "b@example.org"
    assert frame.activecampaign.validate(mapping).counts.sum() == 3


def test_no_code_asks_for_the_version_of_pandas() -> None:
    """What works does so with every pandas that is supported, without a branch for one of them."""
    folder = Path(str(ac.__file__)).parent
    asking = re.compile(r"(?:pd|pandas)\.__version__|version\(.pandas.\)|pandas\.compat|pd\.compat")
    assert [path.name for path in sorted(folder.rglob("*.py")) if asking.search(path.read_text(encoding="utf-8"))] == []
