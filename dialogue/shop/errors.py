"""What can go wrong with a shop's database."""

from __future__ import annotations

from typing import Literal, TypeAlias

Trouble: TypeAlias = Literal["down", "locked", "slow"]
"""Why a database did not answer: not reachable, held by somebody else, or not in time."""


class ShopError(Exception):
    """A shop that cannot be used as it is: its address, its schema or its data. Says what was expected."""


class ShopUnavailableError(Exception):
    """The database did not answer within its time. Nothing was changed, unless `trouble` is `slow`.

    A write that timed out may still have taken effect; sent again with the same token or idempotency
    key it takes effect once.

    Attributes:
        trouble: `down`, `locked` or `slow`.
    """

    def __init__(self, trouble: Trouble, cause: str) -> None:
        self.trouble: Trouble = trouble
        super().__init__(f"the shop's database is {trouble}: {cause}")

    def sentence(self, language: str) -> str:
        """What an agent can say while he waits, in `en` or `zh`."""
        if language == "zh":
            return "系统响应有点慢，请您稍等一下，我再试一次。"
        return "Our system is taking a little longer than usual. One moment please, I am trying again."


class ShopConflictError(Exception):
    """Somebody else changed the same rows first; nothing was changed here."""
