"""What may happen to a value on its way, in words; nothing is altered silently."""

from __future__ import annotations

WORDS = {
    "trimmed": "blanks around it taken away",
    "blank-like": "text such as nan or NULL taken as blank",
    "float-to-integer": "a whole number written without its .0",
    "date-parsed": "a date read in the stated form and written as ISO 8601",
    "zone-assumed": "a time without a zone, taken to be in the zone of the export",
    "time-dropped": "a time of day left out, because the field takes dates",
    "fraction-dropped": "fractions of a second left out",
    "label-to-value": "an option's label replaced by the value that ActiveCampaign stores",
    "phone-normalised": "a phone number written in international form (E.164)",
    "not-ascii": "sent as it is: an address with letters outside ASCII, which ActiveCampaign may refuse",
    "list-joined": "several values joined with commas, because the field takes one",
    "cleared": "a blank that overwrites what ActiveCampaign has",
}
"""Normalisations by their stable code."""
