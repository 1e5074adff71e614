"""New known answers out of the questions that callers have asked: `suggest` is `parley flow suggest`."""

from parley.suggesting.suggest import Suggestion, suggest

__all__ = ["Suggestion", "suggest"]
