"""Names that lead nowhere, told with the one that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def existing(what: str, name: str, options: Iterable[str]) -> str:
    """`a transfer that exists, perhaps 'desk'`, or with all there are where none comes near."""
    known: Sequence[str] = sorted(options)
    close = difflib.get_close_matches(name, known, 1)
    if close:
        return f"{what} that exists, perhaps {close[0]!r}"
    return f"{what} that exists ({', '.join(known) or 'there is none'})"
