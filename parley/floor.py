"""The states of turn-taking: see `parley.turns` for what leads from one to the other."""

from __future__ import annotations

import enum


class Floor(enum.Enum):
    """Who has the floor."""

    OPEN = "open"
    """Nobody speaks and nothing is owed."""
    CALLER = "caller"
    """The caller is speaking."""
    PAUSING = "pausing"
    """The caller has stopped, perhaps only for a breath."""
    THINKING = "thinking"
    """The caller's turn is over and the reply is on its way."""
    AGENT = "agent"
    """Parley is speaking."""
    CONTESTED = "contested"
    """Parley was speaking and is held, because there is a sound like speech."""
    OVER = "over"
    """The call has ended, or Parley has said its last word."""
