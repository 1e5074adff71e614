"""Reads scripted conversations, and checks what a schema cannot: names and files that lead nowhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dialogue.flow import Flow
from dialogue.flowfile import load_flow
from dialogue.yamlfile import Loc, YamlDocument, YamlError, YamlProblem, read_yaml
from parley.rehearsal.flows import NoSuchFlowError, find_flow
from parley.rehearsal.script import Conversation, Script
from parley.rehearsal.shopcopy import ShopSource


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """A file of conversations.

    Attributes:
        path: the file.
        script: what it says.
        flow_name, flow_file: the flow.
        flow: the flow as it is now.
        lines: the line of each key and list item in it.
    """

    path: Path
    script: Script
    flow_name: str
    flow_file: Path
    flow: Flow
    lines: Mapping[Loc, int]

    @property
    def shop(self) -> ShopSource | None:
        """The shop that its conversations have copies of."""
        used = self.script.shop
        if used is None:
            return None
        folder = self.path.parent
        return ShopSource(
            sample=used.sample,
            file=folder / used.file if used.file else None,
            currency=used.currency,
            documents=folder / used.documents if used.documents else None,
        )

    def line(self, *loc: str | int) -> int:
        """The line of a place, from 1; 0 for one that does not exist."""
        return self.lines.get(loc, 0)


def load_script(path: Path, flows: Mapping[str, Path]) -> ScriptFile:
    """Read a file of conversations.

    Args:
        path: the file.
        flows: the configured ones.

    Raises:
        YamlError: with every problem found in it, or in the flow: file, line, expected and found.
    """
    document = read_yaml(path)
    script = document.validate(Script)
    try:
        name, file = find_flow(script.flow, flows, path.parent)
    except NoSuchFlowError as error:
        raise YamlError([document.problem(("flow",), error.expected, repr(script.flow))]) from None
    flow = load_flow(file)
    if problems := list(_problems(document, script, flow, path.parent)):
        raise YamlError(sorted(problems, key=lambda problem: problem.line))
    return ScriptFile(path, script, name, file, flow, document.lines)


def _problems(document: YamlDocument, script: Script, flow: Flow, folder: Path) -> Iterator[YamlProblem]:
    used = script.shop
    for key in ("file", "documents"):
        if used is not None and (path := getattr(used, key)) and not (folder / path).exists():
            yield document.problem(("shop", key), "a file that exists", f"nothing at {folder / path}")
    names: set[str] = set()
    for index, one in enumerate(script.conversations):
        loc: Loc = ("conversations", index)
        if one.name in names:
            yield document.problem((*loc, "name"), "each conversation's name once", f"{one.name!r} again")
        names.add(one.name)
        if one.expect.shop is not None and used is None:
            yield document.problem((*loc, "expect", "shop"), "a group 'shop' in the file", "none")
        if (language := script.setting(one).language) is not None and language not in flow.languages:
            wanted = f"one of the flow's languages {', '.join(flow.languages)}"
            yield document.problem((*loc, "language"), wanted, repr(language))
        yield from _in_turns(document, loc, one, flow, folder)


def _in_turns(
    document: YamlDocument, loc: Loc, conversation: Conversation, flow: Flow, folder: Path
) -> Iterator[YamlProblem]:
    answers = [answer.name for answer in flow.answers]
    for number, turn in enumerate(conversation.turns):
        here = (*loc, "turns", number)
        if turn.audio is not None and not (folder / turn.audio).is_file():
            yield document.problem((*here, "audio"), "a recording", f"no file {folder / turn.audio}")
        if turn.answer is not None and turn.answer not in answers:
            close = difflib.get_close_matches(turn.answer, answers, 1)
            wanted = f"a known answer of the flow{f', perhaps {close[0]!r}' if close else ''}"
            yield document.problem((*here, "answer"), wanted, repr(turn.answer))
