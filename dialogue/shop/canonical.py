"""One text for one value: canonical JSON and its digest.

Keys sorted by code point, no white space, non-ASCII characters as they are (UTF-8, as RFC 8785 has
it; for texts in ASCII there is no difference to escaping), numbers as Python's `repr` writes them,
so that `5` and `5.0` differ. Lists keep their order.
"""

from __future__ import annotations

import hashlib
import json


def canonical_json(value: object) -> str:
    """The canonical text of a JSON value. Raises ValueError for NaN and infinities."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
