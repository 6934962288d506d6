"""Doubts of the contract that no rehearsal settles, and why."""

from __future__ import annotations

_ONE_BY_ONE = "exports never send such a request"
_OTHER_KEY = "it takes the key of another user"
_LIMIT = "a limit would have to be passed, which is never done on purpose"
OUT_OF_REACH = {
    _LIMIT: (
        "rate_limit_status", "rate_limit_body", "import_limit_status", "import_window", "single_imports",
        "refused_imports",
    ),
    _OTHER_KEY: ("refused_key", "unseen_list", "import_permission"),
    _ONE_BY_ONE: (
        "list_created_status", "incomplete_list", "list_update_answer", "currency_field", "duplicate_perstag",
        "field_value_created_status", "duplicate_email_title", "invalid_email_keys", "sync_field_values",
        "contact_list_answer", "contact_list_statuses", "duplicate_tag", "duplicate_tag_status", "tagless_contact_tag",
    ),
    "nobody who opted out is ever put back": ("resubscribe_refused",),
    "exports ask for no callbacks": ("callback_encoding", "callback_repeats"),
    "it takes very many imports, and the wrong order may still never show": ("batch_order",),
    "it takes weeks": ("info_kept",),
    "it takes deleting somebody who opted out": ("deleted_contact",),
}  # fmt: skip
"""Doubts by the reason why no rehearsal settles them."""

QUESTIONS = {
    "refused_key": "what a key gets that is not accepted", "rate_limit_status": "which status too many requests get",
    "rate_limit_body": "what stands in the answer to too many requests",
    "import_limit_status": "which status too many imports get", "import_window": "whether the minute of imports slides",
    "single_imports": "whether imports of one contact count among all",
    "refused_imports": "whether refused imports count",
    "list_created_status": "the status of a list that was made", "incomplete_list": "the answer to an incomplete list",
    "list_update_answer": "the answer to a changed list", "currency_field": "whether contacts have fields of money",
    "duplicate_perstag": "whether two fields may share a personalisation tag",
    "field_value_created_status": "the status of a field value that was made",
    "duplicate_email_title": "the words for an address that exists",
    "invalid_email_keys": "the words for a wrong address",
    "sync_field_values": "which field values a synchronised contact is answered with",
    "contact_list_answer": "the answer to putting somebody on a list",
    "contact_list_statuses": "which statuses may be given one by one",
    "resubscribe_refused": "what bringing back somebody who opted out gets without the right to",
    "duplicate_tag": "whether making a tag that exists is refused", "duplicate_tag_status": "with which status",
    "tagless_contact_tag": "the answer to a tag without an id", "unseen_list": "what importing to an unseen list gets",
    "import_permission": "what a key must be allowed for importing",
    "batch_order": "whether imports are applied in the order of their arrival",
    "info_kept": "how long a finished import can be asked about", "callback_encoding": "the form of callbacks",
    "callback_repeats": "whether callbacks are repeated", "deleted_contact": "what importing a deleted contact does",
}  # fmt: skip
"""What is open about each, as a clause."""
