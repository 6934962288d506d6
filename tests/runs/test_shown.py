"""What a cell shows: complete without a kernel, escaped, and without people."""

from __future__ import annotations

import html.parser
import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.demo import MAPPING
from ac_notebook.sandbox import sample_customers

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox

HOSTILE = [
    "<img src=x onerror=alert(1)>", "</td></table><script>alert(1)</script>", "a\u202eb\x1b[31m", "' onmouseover='x",
    "{{7*7}}", "[x](javascript:alert(1))", "\u0000",
]  # fmt: skip

SAFE_TAGS = {"div", "p", "b", "table", "tbody", "tr", "td", "span", "details", "summary", "ul", "li"}


class Tags(html.parser.HTMLParser):
    """Collects elements and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(markup: str) -> Tags:
    """Assert that markup is well formed and made of harmless elements only."""
    tags = Tags()
    tags.feed(markup)
    assert tags.open == []
    assert tags.seen <= SAFE_TAGS
    assert tags.attributes <= {"style", "open"}
    assert "var(" not in markup
    return tags


def test_plan_and_report_are_static_and_complete(connection: Connection) -> None:
    """Both say SANDBOX, every outcome with its number, and need no style element, script, class or variable."""
    plan = ac.plan(sample_customers(n=500, seed=9), connection=connection, list="VIP", mapping=MAPPING, tags=["x"])
    report = plan.run()
    for shown, counts in ((plan, plan.counts), (report, report.counts)):
        markup = shown._repr_html_()
        checked(markup)
        for text in (markup, repr(shown)):
            assert "SANDBOX" in text
            for number in counts[counts > 0]:
                assert f"{number:,}" in text
    assert "nothing was sent" in repr(plan)


def test_nothing_that_is_shown_holds_a_person(connection: Connection) -> None:
    """Plan, report, problems, changes and the masked preview hold no address and no name."""
    customers = sample_customers(n=500, seed=9)
    plan = ac.plan(customers, connection=connection, list="VIP", mapping=MAPPING)
    report = plan.run()
    shown = [repr(plan), plan._repr_html_(), repr(report), report._repr_html_(), repr(ac.validate(customers, MAPPING))]
    tables = [plan.problems, plan.changes, report.problems, plan.preview(20)]
    shown += [table.to_string() for table in tables] + [table.to_html() for table in tables]
    text = "\n".join(shown)
    for column in ("E-mail", "Given name", "Family name", "Mobile"):
        for value in customers[column].dropna().astype(str).str.strip().unique():
            if len(value) > 3 and value.lower() not in ("null", "none", "n/a", "<na>"):
                assert not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text), column
    clear = plan.preview(3, clear=True)
    assert clear["email"].str.contains("@example|@mail", regex=True).any()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(box: Sandbox, connection: Connection, name: str) -> None:
    """Names of lists, fields, columns, tags and owners from anybody become neither elements nor control codes."""
    box.add_list(name)
    box.add_field(name + "!", "text")
    frame = pd.DataFrame({name: ["a@example.org", "no address"], "x" + name: ["1", "2"]}, index=["id1", name + "9"])
    mapping = ac.Mapping(email=name, fields={name + "!": "x" + name})
    connection = connection.replace(owner=name)
    plan = ac.plan(frame, connection=connection, list=name, mapping=mapping, tags=[name.replace("\x00", "") + "t"])
    report = plan.run()
    for shown in (plan, report):
        checked(shown._repr_html_())
        for text in (shown._repr_html_(), repr(shown)):
            assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e]", text)


def test_labels_that_look_like_people_are_not_shown(connection: Connection) -> None:
    """A frame indexed by addresses or names has its problems labelled by position; codes and numbers stay."""
    frame = pd.DataFrame({"E-mail": ["a@example.org", "bad", "worse"]})
    for labels, expected in (
        (["a@example.org", "b@example.org", "c@example.org"], [1, 2]),
        (["Ann", "Bo", "Cy"], [1, 2]),
        (["A-1", "A-2", "A-3"], ["A-2", "A-3"]),
        ([10, 20, 30], [20, 30]),
        ([0, 0, 0], [1, 2]),
        (["070-1234567", "070-1234568", "070-1234569"], [1, 2]),
        ([46701234567, 46701234568, 46701234569], [1, 2]),
        (list(pd.to_datetime(["1987-01-02", "1987-01-03", "1987-01-04"])), [1, 2]),
        (["19870102-1234", "19870103-1234", "19870104-1234"], [1, 2]),
    ):
        plan = ac.plan(frame.set_axis(labels), connection=connection, list="VIP", mapping={"email": "E-mail"})
        assert plan.problems.index.tolist() == expected
        assert plan.outcome.index.tolist() == labels


def test_a_report_can_be_an_error(connection: Connection) -> None:
    """``raise_for_rows`` raises for rows that did not arrive or too many rejected ones, with the report."""
    customers = sample_customers(n=500, seed=9)
    report = ac.export(customers, connection=connection, list="VIP", mapping=MAPPING)
    report.raise_for_rows(max_rejected=0.5)
    with pytest.raises(ac.errors.ActiveCampaignError, match="rejected") as caught:
        report.raise_for_rows(max_rejected=0.01)
    assert caught.value.report is report
    for wrong in (10, -0.1, float("nan"), "10%", True):
        with pytest.raises(ac.errors.ConfigurationError, match="from 0 to 1"):
            report.raise_for_rows(max_rejected=wrong)


def test_what_a_rehearsal_leaves_was_not_to_arrive(connection: Connection) -> None:
    """``raise_for_rows`` is content with the few that were asked for, of the run itself as of what is kept of it."""
    customers = sample_customers(n=50, seed=9)
    report = ac.plan(customers, connection=connection, list="VIP", mapping=MAPPING).run(first=3)
    for one in (report, ac.report(report.run)):
        one.raise_for_rows(max_rejected=1.0)


def test_a_suggestion_shows_how_sure_it_is(connection: Connection) -> None:
    """As code and as a static table; labels, titles and notes are escaped, and no person is shown."""
    customers = sample_customers(n=50, seed=9)
    for hostile in HOSTILE:
        customers[hostile] = 1
    customers["Name"], customers["email"] = customers["Given name"], "none"
    found = customers.activecampaign.suggest_mapping(connection)
    markup = found._repr_html_()
    checked(markup)
    assert "was passed over" in markup
    table = found.reasons
    assert table.columns.tolist() == ["target", "column", "confidence", "reason"]
    assert len(table) == len(found.because) > 5
    shown = markup + repr(found) + table.to_string()
    assert not any(str(value) in shown for value in customers["E-mail"].dropna() if len(str(value)) > 3)
    odd = pd.DataFrame({HOSTILE[0]: customers["E-mail"], HOSTILE[1]: customers["E-mail"], HOSTILE[2]: 1})
    odd.columns = pd.MultiIndex.from_tuples([("<b>", HOSTILE[0]), ("<b>", HOSTILE[1]), ("<b>", "Name")])
    found = ac.suggest_mapping(odd)
    checked(found._repr_html_())
    assert found.reasons["column"].tolist() == [("<b>", HOSTILE[0])]
    assert len(found.notes) == 2


@pytest.mark.parametrize("mapping_of", [lambda found: found, ac.Mapping.of], ids=["suggestion", "mapping"])
def test_a_suggestion_plans_what_its_mapping_does(connection: Connection, mapping_of: Callable[[Any], Any]) -> None:
    """The plan, and what counts as sent, are those of the plain mapping."""
    customers = sample_customers(n=50, seed=9)
    mapping = mapping_of(ac.suggest_mapping(customers, connection))
    plan = ac.plan(customers, connection=connection, list="VIP", mapping=mapping)
    assert type(plan.export.mapping) is ac.Mapping
    assert "sure:" not in repr(plan.export)
