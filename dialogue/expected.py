"""What an answer asks the caller for: decides how long he may pause while he says it."""

from __future__ import annotations

from typing import Literal, TypeAlias

Expected: TypeAlias = Literal["yes-no", "digits", "email", "address"]
