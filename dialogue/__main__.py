"""Try a flow by typing: `python -m dialogue FLOW.yaml`. No telephone, no voices, no language model.

Each line is what a caller says; a single key of a telephone after `#` is a pressed key (`#1`, `##`).
Before each answer stands where it came from, its name, and how well the words fitted (0 to 1).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable

from dialogue.asked import known_answers
from dialogue.flow import Flow
from dialogue.flowfile import FlowError
from dialogue.flowmind import FlowMind, FlowMinds
from dialogue.mind import Act, Arrived, End, Input, Keyed, Record, Said, Say, Transfer
from dialogue.texts import script_of

CLOSE = 3
"""How many other answers are shown that came near."""


async def talk(path: str, lines: Iterable[str]) -> int:
    """Hold the dialogue; returns the exit code: 2 for a flow that is wrong."""
    try:
        minds = FlowMinds({"flow": path}, default="flow")
    except FlowError as error:
        print(error, file=sys.stderr)
        return 2
    mind = minds.mind(flow=None, dialled="", caller="")
    await _turn(mind, Arrived())
    for line in lines:
        words = line.strip()
        if not words:
            continue
        is_key = len(words) == 2 and words[0] == "#"
        if not is_key:
            _show_ranking(mind.flow, words)
        heard = Keyed(words[1].upper()) if is_key else Said(words, script_of(words))
        if await _turn(mind, heard):
            break
    return 0


async def _turn(mind: FlowMind, heard: Input) -> bool:
    """Answer once; whether the call is over."""
    thought = mind.think(heard)
    thought.release()
    acts = [act async for act in thought.acts()]
    mind.commit(thought, " ".join(say.text for say in thought.said))
    name = thought.decision.change.answered
    match = f" {thought.decision.match:.2f}" if thought.decision.match else ""
    print(f"[{thought.kind}{' ' + name if name else ''}{match}] {' '.join(map(_shown, acts))}")
    return any(isinstance(act, End | Transfer) for act in acts)


def _show_ranking(flow: Flow, words: str) -> None:
    ranking = known_answers(flow).rank(words)[:CLOSE]
    print("  " + ", ".join(f"{match.name} {match.score:.2f}" for match in ranking))


def _shown(act: Act) -> str:
    match act:
        case Say():
            return act.text
        case Transfer():
            return f"(transfer to {act.target})"
        case Record():
            return "(recording on)" if act.on else "(recording off)"
        case End():
            return "(hangs up)"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.executable} -m dialogue FLOW.yaml")
    sys.exit(asyncio.run(talk(sys.argv[1], sys.stdin)))
