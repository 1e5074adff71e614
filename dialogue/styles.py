"""A flow in other words: every text that has a wording for a style is replaced by that wording."""

from __future__ import annotations

from typing import Any

from dialogue.flow import Flow
from dialogue.texts import Style, TextByLanguage
from dialogue.yamlfile import Strict


def in_style(flow: Flow, style: Style) -> Flow:
    """The flow as it speaks in a style; the same object where nothing of it is worded otherwise."""
    worded: Flow = _worded(flow, style)
    return worded


def _worded(value: Any, style: Style) -> Any:
    """`value` with other wordings in it; itself if there are none."""
    if isinstance(value, TextByLanguage):
        return value.in_style(style)
    if isinstance(value, Strict):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        changed = _changed(fields, style)
        return value.model_copy(update=changed) if changed else value
    if isinstance(value, tuple):
        items = tuple(_worded(item, style) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, dict):
        changed = _changed(value, style)
        return {**value, **changed} if changed else value
    return value


def _changed(values: dict[Any, Any], style: Style) -> dict[Any, Any]:
    worded = {key: _worded(value, style) for key, value in values.items()}
    return {key: new for key, new in worded.items() if new is not values[key]}
