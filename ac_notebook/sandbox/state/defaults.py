"""What a new account contains (section 13): three lists, and a custom field of each common type."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .account import Account
from .catalogue import ALL_LISTS
from .places import ADMIN_GROUP

if TYPE_CHECKING:
    from ac_notebook.sandbox.ledger import Ledger
    from ac_notebook.sandbox.quirks import Quirks

ZONE = "America/Chicago"  # section 5.3: a datetime is converted to the account's zone, and reads back differently

INTERESTS = ("Gardening", "Cooking", "Travel", "Music", "Sport", "Reading")
TIERS = ("Bronze", "Silver", "Gold")

# Section 5.1: the 75 options of field 1 have values that differ from their labels: a locale code, a language's name.
LANGUAGES = (
    ("af", "Afrikaans"),
    ("sq", "Albanian"),
    ("am", "Amharic"),
    ("ar", "Arabic"),
    ("hy", "Armenian"),
    ("az", "Azerbaijani"),
    ("eu", "Basque"),
    ("be", "Belarusian"),
    ("bn", "Bengali"),
    ("bs", "Bosnian"),
    ("bg", "Bulgarian"),
    ("ca", "Catalan"),
    ("zh-CN", "Chinese (Simplified)"),
    ("zh-TW", "Chinese (Traditional)"),
    ("hr", "Croatian"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("fa-AF", "Dari"),
    ("nl", "Dutch"),
    ("en-US", "English (US)"),
    ("en-GB", "English (UK)"),
    ("et", "Estonian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("fr-CA", "French (Canada)"),
    ("gl", "Galician"),
    ("ka", "Georgian"),
    ("de", "German"),
    ("el", "Greek"),
    ("gu", "Gujarati"),
    ("ht", "Haitian Creole"),
    ("ha", "Hausa"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hu", "Hungarian"),
    ("is", "Icelandic"),
    ("id", "Indonesian"),
    ("ga", "Irish"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("kn", "Kannada"),
    ("kk", "Kazakh"),
    ("ko", "Korean"),
    ("lv", "Latvian"),
    ("lt", "Lithuanian"),
    ("mk", "Macedonian"),
    ("ms", "Malay"),
    ("ml", "Malayalam"),
    ("mt", "Maltese"),
    ("mr", "Marathi"),
    ("mn", "Mongolian"),
    ("no", "Norwegian"),
    ("fa", "Persian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("pt-BR", "Portuguese (Brazil)"),
    ("pa", "Punjabi"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sr", "Serbian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("es", "Spanish"),
    ("es-MX", "Spanish (Mexico)"),
    ("sw", "Swahili"),
    ("sv", "Swedish"),
    ("sv-SE", "Swedish (Sweden)"),
    ("ta", "Tamil"),
    ("te", "Telugu"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("cy", "Welsh"),
)  # fmt: skip - a table of pairs


def new_account(created: int, quirks: Quirks, ledger: Ledger) -> Account:
    """Return an account as it is on its first day, created at `created` seconds since the epoch."""
    account = Account(created, quirks, ledger, ZoneInfo(ZONE))
    account.add_list("Master Contact List", created)
    account.add_list("Newsletter", created, automation=True)
    account.add_list("VIP", created)
    account.add_field("Preferred Language", "dropdown", created, options=LANGUAGES, settings={"service": "AI"})
    account.add_field("City", "text", created)
    account.add_field("Birthday", "date", created)
    account.add_field("Last visit", "datetime", created)
    account.add_field("Points", "number", created)
    account.add_field("Interests", "checkbox", created, options=INTERESTS)
    account.add_field("Tier", "dropdown", created, options=TIERS)
    for field in list(account.fields):
        account.relate(field, ALL_LISTS, created)  # as fields are that an administrator made
    account.add_user("admin", ADMIN_GROUP)
    ledger.close_page(created, "new account")
    return account
