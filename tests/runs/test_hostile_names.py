"""Names that anybody may have chosen: whatever they hold, it is text wherever a name is shown."""

from __future__ import annotations

import contextlib
import html.parser
import io
import logging
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import cli, errors
from ac_notebook.model.secret import Secret
from ac_notebook.runs import show
from ac_notebook.runs.bar_text import bar_text
from ac_notebook.runs.display import Bar
from ac_notebook.runs.keys import variable_of
from ac_notebook.runs.progress import PHASES, LogLines, Progress
from ac_notebook.runs.watch import changed_fields, list_gone, other_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox

KEY = "sandbox-HOSTILEkey0123456789abcdef"
MARK = "INJECTED"

NAMES = {
    "script": "<script>alert(1)</script>",
    "event": "<img src=x onerror=alert(1)>",
    "attribute": "' onmouseover='x\" autofocus=\"",
    "end of a table": "</td></tr></table></details></div><h1>x",
    "style": "<style>*{display:none}</style>",
    "entity": "&lt;b&gt;&amp;&#0;",
    "Markdown": "[x](javascript:alert(1)) ![x](//evil.example/x.png)",
    "colours": "\x1b[31mred\x1b[0m",
    "screen": "\x1b[2J\x1b[H\x1bc\x08\x08",
    "link (OSC 8)": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clipboard (OSC 52)": "\x1b]52;c;ZXZpbA==\x07",
    "eight bits": "\x9b31m\x9d52;c;x\x9c\x90q",
    "directions": "a\u202egnp.exe\u2066x\u2069\u200f\u061c",
    "not seen": "VIP\u200b\u200d\u2060\ufeff\u00ad\U000e0041\ufff9",
    "lines": f"a\n{MARK} b\r\n{MARK}\u2028{MARK}\x85{MARK}\x0b{MARK}\x0c{MARK}\r{MARK}",
    "formats": "{} {0} {self.link.secret} {title.__class__} %s %(x)s %n %100000d ${x} {{7*7}}",
    "path": "../../../etc/passwd",
    "absolute path": "/etc/passwd",
    "path of Windows": "..\\..\\C:\\x:y|z?*",
    "home": "~root/x",
    "long": "N" * 50_000,
    "NUL": "a\x00b",
    "surrogates": "a\ud800b\udcff",
    "formula": '=HYPERLINK("//evil.example","x")',
    "private": "\ue000\U000f0000",
    "combining": "Z" + "\u0351\u036b\u0343" * 30,
}  # fmt: skip
"""By what they try."""

TOGETHER = {
    "markup": ["script", "event", "attribute", "style", "entity", "Markdown", "end of a table"],
    "terminal": ["colours", "screen", "link (OSC 8)", "clipboard (OSC 52)", "eight bits"],
    "unseen": ["directions", "not seen", "private", "combining"],
    "lines": ["lines"],
    "words": ["formula", "formats", "path", "absolute path", "path of Windows", "home"],
    "long": ["long"],
    "NUL": ["NUL"],
    "surrogates": ["surrogates"],
}
"""Which of them can try it in one name."""

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
TAGS = {"div", "p", "b", "table", "thead", "tbody", "tr", "td", "th", "span", "details", "summary", "ul", "li"}
ATTRIBUTES = {"style", "open", "border", "class", "scope", "halign", "valign"}
PANDAS_STYLE = re.compile(r"<style scoped>.*?</style>", re.DOTALL)
"""What pandas puts before each table."""

LONGEST = 60_000


class Parsed(html.parser.HTMLParser):
    """Collects elements, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError

    def handle_decl(self, decl: str) -> None:
        raise AssertionError

    def handle_pi(self, data: str) -> None:
        raise AssertionError


def harmless(text: str, where: str) -> None:
    """Assert that nothing in a text is obeyed by a terminal, is unseen, or begins a line that is not ours."""
    bad = {letter for letter in text if unicodedata.category(letter) in UNSEEN} - {"\n"}
    assert not bad, (where, sorted(map(ascii, bad)))
    assert not any(line.lstrip().startswith(MARK) for line in text.splitlines()), where
    # What builds a mapping can be pasted: it has the labels in full. Errors say what was typed.
    assert len(text) < LONGEST or where.startswith(("mapping", "suggestion", "error: ")), (where, len(text))
    assert KEY not in text


def harmless_html(markup: str, where: str) -> Parsed:
    """Assert that markup is made of harmless elements only, is closed, and is a harmless text."""
    parsed = Parsed()
    parsed.feed(PANDAS_STYLE.sub("", markup))
    parsed.close()
    assert parsed.open == [], where
    assert parsed.tags <= TAGS, (where, parsed.tags - TAGS)
    assert parsed.attributes <= ATTRIBUTES, (where, parsed.attributes - ATTRIBUTES)
    harmless("".join(parsed.text), where)
    return parsed


class Seen:
    """Everything that was shown, by where."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.pages: dict[str, str] = {}

    def saw(self, **things: Any) -> None:
        for name, thing in things.items():
            self.texts[name] = thing if isinstance(thing, str) else f"{thing!r}\n{thing}"
            markup = getattr(thing, "_repr_html_", lambda: None)()
            if markup is not None:
                self.pages[name] = markup

    def failed(self, name: str, call: Callable[[], object]) -> None:
        with pytest.raises(errors.ActiveCampaignError) as caught:
            call()
        error = caught.value
        self.texts[f"error: {name}"] = "\n".join([str(error), error.hint, *error._render_traceback_()])

    def check(self) -> None:
        for name, text in self.texts.items():
            harmless(text, name)
        for name, markup in self.pages.items():
            harmless_html(markup, name)


def in_account(box: Sandbox, name: str) -> str:
    """Add a list, a field with options and a tag of this name to an account, and return it as the account has it."""
    taken = name.encode("utf-8", "replace").decode()
    box.add_list(taken)
    box.add_field(f"{taken}!", "dropdown", options=[f"{taken}?", "other"])
    box.add_field("Plain", "text")
    return taken


@pytest.mark.parametrize("kind", TOGETHER)
def test_a_hostile_name_is_text_everywhere(
    kind: str, box: Sandbox, connection: Connection, home: Path, caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Lists, fields, options, tags, columns, labels, connections and users may be called anything at all.

    In no repr, page, table, error, warning, log line, progress bar or line of the command is any of it obeyed.
    """
    caplog.set_level(logging.DEBUG)
    name, seen = " ".join(NAMES[one] for one in TOGETHER[kind]), Seen()
    taken = in_account(box, name)
    link, called = connection.link, taken
    if kind == "surrogates":  # which can be stored nowhere
        seen.failed("half a letter", lambda: connection.replace(owner=name))
    if kind != "words":  # a display name has to be one that can be shown, of 200 characters at the most
        called = "Shop"
        seen.failed("no display name", lambda: connection.replace(name=name))
        seen.failed("no other name", lambda: connection.replace(name="Mine").save().edit(name=name))
    connection = connection.replace(name=called, owner=taken).agree(by=taken)
    frame = pd.DataFrame([["a@example.org", f"{taken}?"], ["no address", "9"]])
    # As objects: a string dtype has no room for surrogates.
    frame.columns, frame.index = pd.Index([name, f"x{name}"], dtype=object), pd.Index(["id1", name], dtype=object)
    mapping = ac.Mapping(email=name, fields={f"{taken}!": f"x{name}"}, blank={f"{taken}!": "clear"})
    account, suggestion = ac.describe(connection), ac.suggest_mapping(frame, connection)
    seen.saw(
        account=account, lists=account.lists, fields=account.fields, tags=account.tags, names=account.lists["name"],
        connection=connection, mapping=mapping, suggestion=suggestion, reasons=suggestion.reasons,
    )  # fmt: skip
    check = ac.validate(frame, mapping, connection=connection)
    seen.saw(check=check, problems=check.problems, problem=check.problems["column"], changes=check.changes)
    # The account takes no tag with a NUL, and no longer one; they are the account's names, not ours.
    tags = [f"{taken[:40]}t".replace("\x00", "").replace("||", "")]
    with contextlib.suppress(errors.ConfigurationError):
        ac.plan(frame, connection=connection, list=taken, mapping=mapping, tags=tags)
    plan = ac.plan(frame, connection=connection, list=taken, mapping=mapping, segment=lambda df: df[name].notna())
    seen.saw(plan=plan, title=plan.title, short=plan.short_title, warnings="\n".join(plan.warnings))
    seen.saw(preview=plan.preview(2), plan_problems=plan.problems)
    report = plan.run()
    seen.saw(report=report, report_problems=report.problems, again=plan.run(), last=ac.last_report())
    _past(seen, report, name)
    log = LogLines(plan.short_title)
    for number, phase in enumerate(PHASES):
        progress = Progress(phase=phase, to_send=5, accepted=2, elapsed=20.0 * number)
        log.show(progress)
        seen.saw(**{f"bar, {phase}": " ".join(bar_text(progress, plan.short_title, 70))})
    saved = connection.save()
    seen.saw(saved=saved, connections=ac.connections(), access=saved.verify().access, agreement=str(saved.consent))
    seen.saw(history=ac.history(), its_history=saved.history, exports=saved.exports, learned=saved.learned)
    assert cli.main(["connections"]) == 0
    asked: dict[str, Any] = {"list": taken, "addresses": ["me@example.net"], "fields": [f"{taken}!"]}
    seen.failed("not confirmed", lambda: saved.rehearse(**asked))
    rehearsal = saved.rehearse(**asked, confirm=True)
    seen.saw(rehearsal=rehearsal, found=rehearsal.learned, undone=rehearsal.undo(), later=ac.history())
    _errors(seen, taken, name, frame, connection, account)
    seen.saw(out=capsys.readouterr().out, log="\n".join(record.getMessage() for record in caplog.records))
    monkeypatch.setenv(variable_of(name), KEY)
    assert re.fullmatch("AC_NOTEBOOK_KEY__[A-Z0-9_]+", variable_of(name))
    seen.check()
    assert show.name(taken) in "".join(harmless_html(plan._repr_html_(), "plan").text).replace("\\\\", "\\")
    assert connection.link.secret is not None
    assert link.secret == connection.link.secret
    for path in home.rglob("*"):
        assert re.fullmatch(r"[\w.-]{1,80}", path.name), "a name of ours, below our own folder"
    saved.remove()


def _past(seen: Seen, report: ac.Report, name: str) -> None:
    """Show what is kept of a run, and every error that holds a name of none."""
    past = ac.report(report.run)
    seen.saw(past=past, past_problems=past.problems, past_mapping=past.mapping, runs=ac.runs())
    seen.failed("no runs of that export", lambda: ac.runs(f"{name}~"))
    seen.failed("no runs of that connection", lambda: ac.runs(connection=f"{name}~"))
    seen.failed("no such run", lambda: ac.report(f"{name}~"))


def _errors(
    seen: Seen, taken: str, name: str, frame: pd.DataFrame, connection: Connection, account: ac.Account
) -> None:
    """Show every error that holds a name."""
    listed, field = account.find_list(taken), next(one for one in account.custom_fields if one.options)
    no_list = f"{taken[:60]}~"
    seen.failed("no such list", lambda: ac.plan(frame, connection=connection, list=no_list, mapping={"email": name}))
    seen.failed("no such connection", lambda: ac.connect(f"{name}~"))
    seen.failed("no such column", lambda: ac.validate(frame, {"email": f"{name}~"}))
    seen.failed("no such field", lambda: ac.validate(frame, {"email": name, f"{taken}~": name}, connection=connection))
    seen.failed("wrong way round", lambda: ac.validate(frame, {name: "email"}))
    seen.failed("no segment", lambda: ac.validate(frame, {"email": name}, segment=f"{name} >"))
    seen.failed("no consent", connection.replace(consent=None).require_consent)
    seen.failed("taken", connection.replace(account="other", is_sandbox=False, host="acme.api-us1.com").save)
    seen.failed("no host", lambda: ac.connect("x", host=name))
    seen.failed("no key", lambda: ac.connect(connection.name, host="acme.api-us1.com"))
    seen.failed("no key of that name", lambda: ac.connect(name, host="acme.api-us1.com"))
    seen.failed("no key file", lambda: ac.connect("x", host="acme.api-us1.com", key_file=f"/nowhere/{name}"))
    seen.failed("no variable", lambda: ac.connect("x", host="acme.api-us1.com", key_variable=name))
    seen.failed("no entry", lambda: ac.connect("x", host="acme.api-us1.com", keyring=f"{name}/{name}"))
    seen.failed("no authorities", lambda: connection.edit(proxy=name))
    seen.failed("no proxy", lambda: ac.connect("x", host="acme.api-us1.com", proxy=name))
    seen.failed("no authorities", lambda: ac.connect("x", host="acme.api-us1.com", ca_file=name))
    seen.failed("no notebook", lambda: ac.audit(f"/nowhere/{name}"))
    seen.saw(gone=str(list_gone(listed)), changed=str(changed_fields([field], [])))
    seen.saw(other=str(other_name(listed, account.contact_lists[0])))


def test_a_progress_bar_is_not_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar in a terminal shows names of any kind as text, and formats none of them."""
    for kind, name in NAMES.items():
        screen = io.StringIO()
        monkeypatch.setattr("sys.stderr", screen)
        bar = Bar(show.name(name))
        bar.show(Progress(phase="sending", to_send=10, accepted=5))
        bar.close()
        said = re.sub(r"\r|\x1b\[A", "", screen.getvalue())  # what tqdm itself moves
        harmless(said, kind)
        assert "50%" in said


def test_values_of_tables_are_as_they_are(box: Sandbox, connection: Connection) -> None:
    """What a table shows is harmless; what is in it is the name itself, so that it can be looked up."""
    name = NAMES["directions"]
    box.add_list(name)
    lists = ac.describe(connection).lists
    assert name in set(lists["name"])
    assert ac.plan(
        pd.DataFrame({"E-mail": ["a@example.org"]}), connection=connection, mapping={"email": "E-mail"},
        list=lists["name"].iloc[-1],
    ).contact_list.name == name  # fmt: skip
    assert "\\u202e" in repr(lists[lists["id"] > 0].head())
    assert "\\u202e" in lists.sort_values("id").to_html()
    written = io.StringIO()
    lists.to_string(written)
    assert "\\u202e" in written.getvalue()


def test_what_is_looked_for_would_be_found() -> None:
    """The checks of this file themselves refuse what pandas, an f-string or a page without escapes would show."""
    assert {one for kinds in TOGETHER.values() for one in kinds} == set(NAMES)
    frame = pd.DataFrame({"name": [NAMES["clipboard (OSC 52)"]]})
    for text in (repr(frame), NAMES["directions"], NAMES["lines"], NAMES["long"] * 2, NAMES["surrogates"], KEY):
        with pytest.raises(AssertionError):
            harmless(text, "here")
    for kind in ("script", "event", "end of a table", "style"):
        with pytest.raises(AssertionError):
            harmless_html(f"<p>{NAMES[kind]}</p>", "here")
    with pytest.raises(AssertionError):
        harmless_html(f"<p title='{NAMES['attribute']}'>x</p>", "here")
    assert Secret(KEY).reveal() == KEY
