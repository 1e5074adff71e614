"""What people are found by: names and addresses as they sound, not as they are written."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Without case, accents and surrounding or doubled spaces: a caller cannot say an accent."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(unicodedata.normalize("NFKC", bare).split())


def email_key(email: str) -> str:
    """What an e-mail address is found by."""
    return folded(email).replace(" ", "")


def name_key(first: str, last: str) -> str:
    """What a name is found by; a Chinese name in the order in which it is said, family name first."""
    first, last = folded(first), folded(last)
    if _chinese(first + last):
        return (last + first).replace(" ", "")
    return f"{first} {last}".strip()


def name_keys(first: str, last: str) -> list[str]:
    """The keys that a name as it was given may have: Chinese parts may come in either order."""
    keys = [name_key(first, last)]
    if _chinese(first + last):
        keys.append(name_key(last, first))
    return keys


def _chinese(text: str) -> bool:
    return any("一" <= char <= "鿿" for char in text)
