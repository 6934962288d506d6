"""Every code of a row's problem or of a doubt about a column, with what it means and what to do; one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["row", "column", "answer"]


@dataclass(frozen=True, kw_only=True)
class ProblemCode:
    """A kind of problem: a stable code, a reason in words, and a hint.

    Parameters
    ----------
    code
        Stable, in kebab case.
    reason
        What is wrong with the value or the row.
    hint
        What to do about it.
    rejects
        Whether the row is held back for it; otherwise the value is sent or left out, and the user is told.
    kind
        ``row``: what our checks find in a row. ``column``: what they warn of in a column. ``answer``: what
        ActiveCampaign's answers, or earlier runs, say of a row.
    """

    code: str
    reason: str
    hint: str
    rejects: bool = True
    kind: Kind = "row"


_TABLE = (
    ProblemCode(code="email-missing", reason="there is no address", hint="fill it in, or leave the row out"),
    ProblemCode(
        code="email-syntax",
        reason="ActiveCampaign does not take an address of this form",
        hint="correct the address: name@domain.tld, without blanks, quotes, brackets, commas or colons",
    ),
    ProblemCode(
        code="email-too-long",
        reason="the address is longer than an address can be: 254 bytes, of which 64 before the @",
        hint="correct it; something else was probably joined to it",
    ),
    ProblemCode(
        code="duplicate",
        reason="another row has the same address, and is sent for both",
        hint="keep one row for each person",
        rejects=False,
    ),
    ProblemCode(
        code="duplicate-differs",
        reason="another row has the same address and other values, and is sent for both",
        hint='keep the row that is right; duplicates="last" sends the last instead of the first, "reject" none',
        rejects=False,
    ),
    ProblemCode(
        code="address-repeated",
        reason='several rows have this address, and duplicates="reject" sends none of them',
        hint="keep one row for each person",
    ),
    ProblemCode(
        code="opt-in-false",
        reason="the opt-in column says no, or says nothing, for this address",
        hint="people who have not agreed are not exported",
    ),
    ProblemCode(
        code="opt-in-unclear",
        reason="the opt-in column holds something that is neither yes nor no",
        hint="write it as True and False, yes and no, 1 and 0; only a plain yes counts",
    ),
    ProblemCode(
        code="opt-in-withdrawn",
        reason="this export imported the address before, and the opt-in column says no for it now",
        hint='they stay on the list, unless withdrawn="unsubscribe" takes them off it, which cannot be undone',
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="phone-no-digits",
        reason="the phone number has no digit",
        hint="correct the number, or leave the cell blank",
    ),
    ProblemCode(
        code="phone-invalid",
        reason="this cannot be a phone number, neither of the region phone_region nor an international one",
        hint="write it with its area, or as +46701234567; without phone_region phones are sent as they are",
    ),
    ProblemCode(
        code="text-unsendable",
        reason="the text holds what no request can carry: half a character (a lone surrogate, invalid UTF-8) or NUL",
        hint='read the file again with the right encoding, for example pd.read_csv(…, encoding="cp1252")',
    ),
    ProblemCode(
        code="control-character",
        reason="the text holds a control character (tabs and line breaks may be in texts of several lines only)",
        hint='take it out: column.str.replace(r"[\\x00-\\x1f\\x7f-\\x9f]+", " ", regex=True)',
    ),
    ProblemCode(
        code="value-unsupported",
        reason="a value of this type has no form that the field takes",
        hint="turn the column into text, numbers, dates or lists of text first",
    ),
    ProblemCode(
        code="number-inexact",
        reason="a whole number above 2**53 in a float column may have lost digits",
        hint="read the column as text or Int64, so that no digit is lost",
    ),
    ProblemCode(code="number-infinite", reason="the value is infinite", hint="replace inf by a number or a blank"),
    ProblemCode(
        code="number-invalid",
        reason="the field takes numbers, and this is none",
        hint='write it with digits, a minus sign and a decimal point; decimal commas need read_csv(…, decimal=",")',
    ),
    ProblemCode(
        code="date-invalid",
        reason="the field takes dates, and this is no day of the calendar in the form that is taken: "
        "YYYY-MM-DD, or the one stated with formats=",
        hint='correct it; where all dates have another form, state it: ac.Mapping(…, formats={"Birthday": "%d.%m.%Y"})',
    ),
    ProblemCode(
        code="date-out-of-range",
        reason="the moment lies outside the years 1 to 9999",
        hint="correct the year, or leave the cell blank; years such as 9999 or 20000 often stand for 'never'",
    ),
    ProblemCode(
        code="option-unknown",
        reason="the field has no such option, and ActiveCampaign compares letter by letter",
        hint="use one of the field's options, or add the option in ActiveCampaign",
    ),
    ProblemCode(
        code="separator-in-value",
        reason="the value holds ||, which separates the values of this field and cannot be escaped",
        hint="replace || in the value; as a separator it counts only where separators= states no other",
    ),
    ProblemCode(
        code="row-too-large",
        reason="this row alone is larger than a whole request may be",
        hint="shorten its long texts, or map fewer columns",
    ),
    ProblemCode(
        code="refused",
        reason="ActiveCampaign took the request and did not import this address; it gives no reason",
        hint="it may have unsubscribed from this list, bounced, or be excluded: look it up in ActiveCampaign",
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="refused-unsubscribed",
        reason="this person has unsubscribed from the list, and an import subscribes nobody again",
        hint="leave the row out: only the person can subscribe again, for example with a form",
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="refused-excluded",
        reason="the address is on an exclusion list of the account",
        hint='leave the row out; if that is a mistake, change the exclusion in ActiveCampaign, then resend="all"',
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="refused-bounced",
        reason="mail to this address has bounced, so ActiveCampaign does not take it",
        hint="correct the address, or leave the row out",
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="refused-invalid",
        reason="ActiveCampaign has no contact with this address, which holds letters outside ASCII",
        hint="such addresses are probably not taken: correct it, or leave the row out",
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="refused-contact-limit",
        reason="the account has as many contacts as it may have, and this person would be one more",
        hint='make room in ActiveCampaign or raise the limit, then send again with resend="all"',
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="refused-unknown",
        reason="ActiveCampaign did not import this address and gives no reason, and what can be looked up shows none",
        hint='look it up in ActiveCampaign; resend="all" sends it again',
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="refused-by-request",
        reason="ActiveCampaign refused this row when it checked the request",
        hint="see the reason in ActiveCampaign's own words",
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="refused-before",
        reason="ActiveCampaign refused this row in an earlier run, and it has not changed since",
        hint='correct the row, or send it again with resend="all"',
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="uncertain-before",
        reason="an earlier run sent this row with automations on, and no answer came",
        hint='look it up in ActiveCampaign; resend="all" sends it again, and may start automations twice',
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="no-answer",
        reason="the request was sent and no answer came",
        hint="run the same export again: with automations off it repeats safely",
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="not-told-who",
        reason="ActiveCampaign took fewer contacts of this request than were sent, and did not say which it left out",
        hint="run the same export again: it sends this request's contacts once more",
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="not-confirmed",
        reason="ActiveCampaign queued the row and had not finished when we stopped waiting",
        hint="report.refresh() asks again",
        rejects=False,
        kind="answer",
    ),
    ProblemCode(
        code="name-holds-address",
        reason="a column mapped to a name holds addresses",
        hint="correct those rows, or map the column that holds the names",
        rejects=False,
        kind="column",
    ),
    ProblemCode(
        code="looks-like-other",
        reason="a column does not look like what it is mapped to",
        hint="map the right column; perhaps two were mixed up",
        rejects=False,
        kind="column",
    ),
    ProblemCode(
        code="phone-as-number",
        reason="phones are numbers in the frame, and have lost the + or the 0 that they began with",
        hint='read the column as text, read_csv(…, dtype={"Phone": str}), or state phone_region, which completes them',
        rejects=False,
        kind="column",
    ),
    ProblemCode(
        code="one-value",
        reason="most rows of a column hold one and the same value",
        hint="if it only fills a gap, make it a blank, which leaves alone what ActiveCampaign has",
        rejects=False,
        kind="column",
    ),
    ProblemCode(
        code="personal-number",
        reason="a column looks like personal identity numbers",
        hint="leave it out of the mapping, unless it may and has to be in ActiveCampaign",
        rejects=False,
        kind="column",
    ),
    ProblemCode(
        code="card-number",
        reason="a column looks like numbers of payment cards",
        hint="leave it out of the mapping: they have no place among contacts",
        rejects=False,
        kind="column",
    ),
    ProblemCode(
        code="account-number",
        reason="a column looks like numbers of bank accounts (IBAN)",
        hint="leave it out of the mapping, unless it may and has to be in ActiveCampaign",
        rejects=False,
        kind="column",
    ),
    ProblemCode(
        code="password",
        reason="a column looks like passwords, or like what is made of them to check them",
        hint="leave it out of the mapping: they have no place among contacts",
        rejects=False,
        kind="column",
    ),
)

CODES = {entry.code: entry for entry in _TABLE}
"""The table by code."""

DUPLICATES = ("duplicate", "duplicate-differs")
"""Codes of rows that another row stands for."""
