"""What a new account contains (section 13): three lists, and a custom field of each common type."""

from .account import Account

INTERESTS = ("Gardening", "Cooking", "Travel", "Music", "Sport", "Reading")
TIERS = ("Bronze", "Silver", "Gold")

# Section 5.1: the options of field 1 have values that differ from their labels: a locale code, a language's name.
LANGUAGES = (
    ("af", "Afrikaans"),
    ("sq", "Albanian"),
    ("ar", "Arabic"),
    ("hy", "Armenian"),
    ("eu", "Basque"),
    ("be", "Belarusian"),
    ("bn", "Bengali"),
    ("bs", "Bosnian"),
    ("bg", "Bulgarian"),
    ("ca", "Catalan"),
    ("zh_CN", "Chinese (Simplified)"),
    ("zh_TW", "Chinese (Traditional)"),
    ("hr", "Croatian"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("nl", "Dutch"),
    ("en_US", "English (US)"),
    ("en_GB", "English (UK)"),
    ("et", "Estonian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("fr_CA", "French (Canada)"),
    ("gl", "Galician"),
    ("ka", "Georgian"),
    ("de", "German"),
    ("el", "Greek"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hu", "Hungarian"),
    ("is", "Icelandic"),
    ("id", "Indonesian"),
    ("ga", "Irish"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("lv", "Latvian"),
    ("lt", "Lithuanian"),
    ("mk", "Macedonian"),
    ("ms", "Malay"),
    ("mt", "Maltese"),
    ("no", "Norwegian"),
    ("fa", "Persian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("pt_BR", "Portuguese (Brazil)"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sr", "Serbian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("es", "Spanish"),
    ("es_MX", "Spanish (Mexico)"),
    ("sw", "Swahili"),
    ("sv", "Swedish"),
    ("sv_SE", "Swedish (Sweden)"),
    ("ta", "Tamil"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("cy", "Welsh"),
)  # fmt: skip - a table of pairs


def new_account(created: float) -> Account:
    """Return an account as it is on its first day, created at `created` seconds since the epoch."""
    account = Account(created)
    account.add_list("Master Contact List", created)
    account.add_list("Newsletter", created, automation=True)
    account.add_list("VIP", created)
    account.add_field("Preferred Language", "dropdown", options=LANGUAGES)
    account.add_field("City", "text")
    account.add_field("Birthday", "date")
    account.add_field("Last visit", "datetime")
    account.add_field("Points", "number")
    account.add_field("Interests", "checkbox", options=INTERESTS)
    account.add_field("Tier", "dropdown", options=TIERS)
    return account
