"""Checks what a flow does about feelings, as far as a schema cannot."""

from __future__ import annotations

from collections.abc import Iterator

from dialogue.emotions.reactions import PERSON
from dialogue.feeling import transfer_named
from dialogue.flow import Flow
from dialogue.flowsource import FlowSource
from dialogue.yamlfile import YamlProblem


def feeling_problems(source: FlowSource, flow: Flow) -> Iterator[YamlProblem]:
    """Offers that lead nowhere, and wordings that are never said."""
    for style, _ in flow.persona.wordings():
        yield source.problem(
            ("persona", style),
            "one text for all styles: the language model is told the style by itself",
            style,
        )
    if "emotions" not in flow.model_fields_set:
        return
    for index, line in enumerate(flow.emotions):
        if line.offer is not None and transfer_named(flow, line.offer) is None:
            names = ", ".join(sorted(flow.transfers)) or "there is none"
            wanted = f"a transfer that exists ({names}), or {PERSON!r} in a flow with a group 'person'"
            yield source.problem(("emotions", index, "offer"), wanted, repr(line.offer))
