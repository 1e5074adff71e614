"""The states of the USA and their abbreviations (USPS Publication 28, appendix B)."""

from __future__ import annotations

_NAMES = {
    "AL": "alabama", "AK": "alaska", "AZ": "arizona", "AR": "arkansas", "CA": "california",
    "CO": "colorado", "CT": "connecticut", "DE": "delaware", "DC": "washington dc", "FL": "florida",
    "GA": "georgia", "HI": "hawaii", "ID": "idaho", "IL": "illinois", "IN": "indiana", "IA": "iowa",
    "KS": "kansas", "KY": "kentucky", "LA": "louisiana", "ME": "maine", "MD": "maryland",
    "MA": "massachusetts", "MI": "michigan", "MN": "minnesota", "MS": "mississippi", "MO": "missouri",
    "MT": "montana", "NE": "nebraska", "NV": "nevada", "NH": "new hampshire", "NJ": "new jersey",
    "NM": "new mexico", "NY": "new york", "NC": "north carolina", "ND": "north dakota", "OH": "ohio",
    "OK": "oklahoma", "OR": "oregon", "PA": "pennsylvania", "RI": "rhode island", "SC": "south carolina",
    "SD": "south dakota", "TN": "tennessee", "TX": "texas", "UT": "utah", "VT": "vermont",
    "VA": "virginia", "WA": "washington", "WV": "west virginia", "WI": "wisconsin", "WY": "wyoming",
}  # fmt: skip
_WORDS_TOO = ("in", "me", "or", "hi", "oh", "ok", "de", "la", "al", "id", "ma", "pa")

STATES = {name: short for short, name in _NAMES.items()} | {
    short.lower(): short for short in _NAMES if short.lower() not in _WORDS_TOO
}
"""The abbreviation by name or abbreviation, lower case; abbreviations that are words are left out."""
STATES |= {"district of columbia": "DC", "d.c.": "DC"}
