"""What the service's contract leaves open: each doubt with its question, and what each reading of it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.model.out_of_reach import OUT_OF_REACH, QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

Position = str | int | bool
"""One reading of a doubt."""


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Something that the contract contradicts itself about, or is silent on.

    Parameters
    ----------
    name
        What it is called.
    question
        What is open, as a clause.
    answers
        What each reading means, in a sentence; empty where a rehearsal cannot tell.
    needs
        What a rehearsal would need to tell; or why it never can.
    """

    name: str
    question: str
    answers: Mapping[Position, str] = field(default_factory=dict)
    needs: str = ""

    @property
    def can_be_settled(self) -> bool:
        """Whether a rehearsal may find out."""
        return bool(self.answers)


_NEW = "an address that is no contact yet"
_FIELDS = "name a custom field of that type that may be written: fields=[…]"

_OPEN = (
    Doubt(
        name="blank_in_import", question="what an empty name in an import does",
        answers={"clears": "An empty name clears what is stored.", "ignored": "An empty name is ignored."},
        needs=_NEW,
    ),
    Doubt(
        name="blank_in_field", question="what an empty custom field in an import does",
        answers={
            "clears": "An empty custom field clears what is stored.", "ignored": "An empty custom field is ignored.",
        },
        needs=f"{_NEW}, and a custom field that holds text or may hold a value: fields=[…]",
    ),
    Doubt(
        name="failure_index", question="whether a refusal counts contacts from 1 or 0",
        answers={1: "A refusal counts contacts from 1.", 0: "A refusal counts contacts from 0."}, needs=_NEW,
    ),
    Doubt(
        name="import_success", question="which contacts a finished import lists as successes",
        answers={
            "created": "A finished import lists as successes the contacts that it created, not those it updated.",
            "all": "A finished import lists as successes all contacts that it created or updated.",
        },
        needs="two addresses that are no contacts yet",
    ),
    Doubt(
        name="failures_listed", question="whether people who may not be mailed are listed as failures",
        answers={
            True: "Somebody who opted out is listed among the failures of an import.",
            False: "Somebody who opted out is NOT listed among the failures: nobody is told who did not arrive.",
        },
        needs="three addresses that are no contacts yet",
    ),
    Doubt(
        name="opt_out", question="whether an import leaves those alone who opted out",
        answers={
            "kept": "An import does not put somebody back who opted out of the list.",
            "lost": "An import PUTS PEOPLE BACK who opted out of the list, against the documentation.",
        },
        needs="three addresses that are no contacts yet",
    ),
    Doubt(
        name="opted_out_rest", question="whether names, fields and tags of somebody who opted out are applied",
        answers={
            "dropped": "Nothing is changed of somebody who opted out of the list.",
            "applied": "Names, fields and tags of somebody who opted out of the list are changed nevertheless.",
        },
        needs="three addresses that are no contacts yet",
    ),
    Doubt(
        name="duplicates_in_import", question="what becomes of an address that stands twice in one import",
        answers={
            "last wins": "Of an address twice in one import the last one wins.",
            "first wins": "Of an address twice in one import the first one wins.",
            "fail": "Of an address twice in one import the second one fails.",
        },
        needs=_NEW,
    ),
    Doubt(
        name="exclude_automations", question="where `exclude_automations` has to stand",
        answers={
            "both": "`exclude_automations` has to stand at the top and in each contact, as exports send it.",
            "top": "`exclude_automations` counts at the top of an import.",
            "contact": "`exclude_automations` counts in each contact.",
        },
        needs="automations=True, a list whose automations start for people who join it, and six addresses that are no "
        "contacts yet; without that, finding out could start automations that nobody asked for",
    ),
    Doubt(
        name="repeat_automations", question="whether importing somebody again starts automations again",
        answers={
            "again": "Importing somebody who is on the list already starts its automation again.",
            "once": "Importing somebody who is on the list already starts no automation again.",
        },
        needs="automations=True, a list whose automations start for people who join it, and four addresses that are no "
        "contacts yet",
    ),
    Doubt(
        name="body_of_400_000", question="whether an import may have exactly 400,000 bytes",
        answers={"refused": "An import of 400,000 bytes is refused.", "accepted": "An import may have 400,000 bytes."},
        needs=_NEW,
    ),
    Doubt(
        name="oversize_status", question="with which status an import of too many bytes is refused",
        answers={400: "Too many bytes are refused with 400.", 413: "Too many bytes are refused with 413."}, needs=_NEW,
    ),
    Doubt(
        name="bulk_content_type", question="how the answer to an import is labelled",
        answers={
            "text/html; charset=UTF-8": "The answer to an import is labelled as HTML, though it is JSON.",
            "application/json": "The answer to an import is labelled as JSON.",
        },
        needs=_NEW,
    ),
    Doubt(
        name="bulk_success_key", question="how `success` is spelled in the answer to an import",
        answers={"success": "The answer spells it `success`.", "Success": "The answer spells it `Success`."},
        needs=_NEW,
    ),
    Doubt(
        name="bulk_success_value", question="what `success` is in the answer to an import",
        answers={"1": "`success` is 1.", "contacts": "`success` is the number of contacts."},
        needs="two addresses that are no contacts yet",
    ),
    Doubt(
        name="address_layer", question="which malformed addresses refuse a whole import",
        answers={
            "split": "A text without @ refuses the whole import, an address without a proper domain fails alone.",
            "first": "Any malformed address refuses the whole import.",
            "second": "Malformed addresses fail alone.",
        },
        needs=_NEW,
    ),
    Doubt(
        name="special_addresses", question="whether addresses with letters beyond ASCII are taken",
        answers={
            "fail": "Addresses with letters beyond ASCII fail.",
            "pass": "Addresses with letters beyond ASCII are taken.",
        },
        needs="an address of your own with such letters",
    ),
    Doubt(
        name="address_case", question="whether the case of letters makes another address",
        answers={
            "ignored": "Upper and lower case of an address are one contact.",
            "matters": "Upper and lower case of an address are two contacts.",
        },
        needs=_NEW,
    ),
    Doubt(
        name="unknown_list", question="what becomes of a contact for a list that does not exist",
        answers={
            "contact fails": "A contact for a list that does not exist fails.",
            "ignored": "A list that does not exist is ignored.",
        },
        needs="two addresses that are no contacts yet",
    ),
    Doubt(
        name="both_ways", question="what putting somebody on and off a list at once does",
        answers={
            "unsubscribes": "On and off a list at once is off.", "subscribes": "On and off a list at once is on.",
        },
        needs="three addresses that are no contacts yet",
    ),
    Doubt(
        name="double_opt_in", question="what an import makes of people on a list with double opt-in",
        answers={
            "active": "An import makes people active on a list with double opt-in.",
            "unconfirmed": "People whom an import puts on this list are unconfirmed until they confirm.",
        },
        needs="a list with double opt-in that leaves people unconfirmed: that a list has it is not told otherwise",
    ),
    Doubt(
        name="unconfirmed_status", question="which number means unconfirmed",
        answers={0: "Status 0 means unconfirmed.", 3: "Status 3 means unconfirmed."},
        needs="a list with double opt-in that leaves people unconfirmed",
    ),
    Doubt(
        name="unfit_value", question="what becomes of a value that its field cannot hold",
        answers={
            "dropped": "A value that its field cannot hold is dropped, and nobody is told.",
            "kept": "A value that its field cannot hold is kept as it is.",
            "refused": "A contact with a value that its field cannot hold is refused.",
        },
        needs=f"a date, datetime or number: {_FIELDS}",
    ),
    Doubt(
        name="unknown_option", question="what becomes of a value that is no option of its field",
        answers={
            "dropped": "A value that is no option of its field is dropped, and nobody is told.",
            "kept": "A value that is no option of its field is kept as it is.",
            "refused": "A contact with a value that is no option of its field is refused.",
        },
        needs=f"a dropdown or radio: {_FIELDS}",
    ),
    Doubt(
        name="dropdown_value", question="whether a dropdown takes an option between double pipes",
        answers={
            "plain": "A dropdown takes its options as plain text only.",
            "plain or piped": "A dropdown also takes an option between double pipes.",
        },
        needs=f"a dropdown or radio: {_FIELDS}",
    ),
    Doubt(
        name="longest_text", question="whether long texts are cut",
        answers={
            "any": "A text of 1,200 characters is kept whole.",
            "1,000 characters": "Texts are cut to 1,000 characters.",
        },
        needs=f"a text: {_FIELDS}",
    ),
    Doubt(
        name="unknown_batch", question="what is said of a batch that is not known",
        answers={
            "404": "A batch that is not known is answered with 404.",
            "400": "A batch that is not known is answered with 400.",
            "false for ever": "A batch that is not known is answered as one that has just been taken, for ever.",
        },
        needs="nothing but reading",
    ),
    Doubt(
        name="settings_account", question="whether the account's contact limit can be read",
        answers={
            "admin": "The contact limit can be read with the key of an administrator.",
            "missing": "The account does not tell its contact limit.",
        },
        needs="nothing but reading",
    ),
    Doubt(
        name="rate_limit_headers", question="whether answers tell how many requests are left",
        answers={True: "Answers tell how many requests are left.", False: "Answers do not tell how many are left."},
        needs="nothing but reading",
    ),
    Doubt(
        name="totals", question="whether totals come as text or number",
        answers={"text": "Totals come as text.", "number": "Totals come as numbers."}, needs="nothing but reading",
    ),
    Doubt(
        name="large_page", question="what a page of more than 100 rows gets",
        answers={"clamped": "Pages are cut to 100 rows.", "refused": "Pages of more than 100 rows are refused."},
        needs="an account with more than 100 contacts, or one that refuses it",
    ),
    Doubt(
        name="fields_page", question="how many custom fields come without a limit",
        answers={20: "Without a limit 20 custom fields come.", 100: "Without a limit up to 100 custom fields come."},
        needs="an account with more than 20 custom fields",
    ),
    Doubt(
        name="list_name_filter", question="whether lists are found by a part of their name",
        answers={
            "contains": "Lists are found by a part of their name.",
            "equals": "Lists are found by their whole name only.",
        },
        needs="nothing but reading",
    ),
    Doubt(
        name="limit_counts", question="who counts against the contact limit",
        answers={"all": "Every contact counts against the limit.", "active": "Only active contacts count."},
        needs="an administrator's key, and contacts that are not active on any list",
    ),
    Doubt(
        name="contact_limit_reached", question="what becomes of new people in a full account",
        answers={"fails": "New people in a full account fail.", "adds": "New people in a full account are added."},
        needs='a full account, and allow={"contact-limit"}',
    ),
)  # fmt: skip

DOUBTS: Mapping[str, Doubt] = {
    doubt.name: doubt
    for doubt in (
        *_OPEN,
        *(
            Doubt(name=name, question=QUESTIONS[name], needs=why)
            for why, names in OUT_OF_REACH.items()
            for name in names
        ),
    )
}
"""Every doubt by name: first those that a rehearsal may settle, then those that it cannot."""
