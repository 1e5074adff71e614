"""Plays scripted conversations, each on the shop as it came, and says what came otherwise than expected."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialogue.mind import Arrived, End, Input, Silence, TimeIsUp, Transfer, TransferFailed
from dialogue.rehearsal import Rehearsal, TurnResult, keyed, merged, said
from parley.rehearsal.expecting import Mismatch, in_state, mismatches, unlike
from parley.rehearsal.hearing import Listener
from parley.rehearsal.script import Conversation, Expectation, Turn
from parley.rehearsal.scriptfile import ScriptFile
from parley.rehearsal.shopcopy import ShopCopy
from parley.rehearsal.stage import Stage, asking_for, here_of, noon_of
from parley.rehearsal.standin import StandIn


@dataclass(frozen=True, slots=True)
class Played:
    """One turn of a script.

    Attributes:
        line: where it stands in the file.
        result: what came of it, None where it could not be played.
        wrong: what came otherwise.
        is_scripted: whether it is one of the script's turns, and not how the call began.
    """

    line: int
    result: TurnResult | None
    wrong: Sequence[Mismatch] = ()
    is_scripted: bool = True


@dataclass(slots=True)
class Outcome:
    """One conversation.

    Attributes:
        file, line, name: which one.
        turns: what was played, the greeting first.
        wrong: what did not hold at its end.
    """

    file: Path
    line: int
    name: str
    turns: list[Played] = field(default_factory=list)
    wrong: list[Mismatch] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.wrong and not any(turn.wrong for turn in self.turns)

    @property
    def scripted(self) -> list[Played]:
        """The turns that the script has."""
        return [turn for turn in self.turns if turn.is_scripted]

    @property
    def ms(self) -> float:
        """Milliseconds that its turns took."""
        return sum(turn.result.ms for turn in self.turns if turn.result is not None)


class Performer:
    """Plays the conversations of one file.

    Args:
        script: the file.
        stage: where its flow and its shop are.
        model: stands in for the language model on that stage, None where there is none.
        listener: hears its recordings.
    """

    def __init__(self, script: ScriptFile, stage: Stage, model: StandIn | None, listener: Listener) -> None:
        self._script = script
        self._stage = stage
        self._model = model
        self._listener = listener

    async def play(self, index: int) -> Outcome:
        """Play a conversation, given by its place in the file, to its last turn.

        A turn that comes otherwise does not end it; the end of the call does.

        Raises AudioError, ModelError, ShopUnavailableError.
        """
        one, loc = self._script.script.conversations[index], ("conversations", index)
        outcome = Outcome(self._script.path, self._script.line(*loc), one.name)
        rehearsal = self._begun(one)
        await self._arrive(rehearsal, one, outcome)
        last = outcome.turns[-1].result
        for number, turn in enumerate(one.turns):
            line = self._script.line(*loc, "turns", number)
            if (over := _over(last, turn)) is not None:
                outcome.turns.append(Played(line, None, [over]))
                break
            if self._model is not None:
                self._model.text = turn.model
            last = merged(
                [
                    await rehearsal.turn(heard)
                    for heard in await self._inputs(turn, last, rehearsal.mind.language)
                ]
            )
            outcome.turns.append(Played(line, last, mismatches(last, turn)))
        outcome.wrong += await self._at_the_end(one, last)
        return outcome

    def _begun(self, conversation: Conversation) -> Rehearsal:
        setting, flow = self._script.script.setting(conversation), self._script.flow
        self._stage.clock.now = here_of(flow, setting.time) if setting.time else noon_of(flow)
        return self._stage.begin(number=setting.number or "", dialled=setting.dialled or "")

    async def _arrive(self, rehearsal: Rehearsal, conversation: Conversation, outcome: Outcome) -> None:
        """The greeting, and the turn in which the caller asks for another language."""
        greeting = await rehearsal.turn(Arrived())
        outcome.turns.append(
            Played(outcome.line, greeting, mismatches(greeting, conversation.greeting), False)
        )
        language = self._script.script.setting(conversation).language
        if language is not None and language != rehearsal.mind.language:
            result = await rehearsal.turn(asking_for(language))
            wanted = Expectation(state={"language": language})
            outcome.turns.append(Played(outcome.line, result, mismatches(result, wanted), False))

    async def _inputs(self, turn: Turn, last: TurnResult | None, language: str) -> Sequence[Input]:
        """What the caller does, as inputs: several for several keys."""
        if turn.audio is not None:
            path, languages = self._script.path.parent / turn.audio, self._script.flow.languages
            return [await self._listener.heard(path, languages, likely=language)]
        if turn.key is not None:
            return keyed(turn.key)
        if turn.silence is not None:
            return [Silence(turn.silence)]
        if turn.unreached:
            targets = [act.target for act in last.acts if isinstance(act, Transfer)] if last else []
            return [TransferFailed(targets[-1])]
        if turn.limit:
            return [TimeIsUp()]
        return [said(turn.caller or "", turn.language, turn.confidence)]

    async def _at_the_end(self, conversation: Conversation, last: TurnResult | None) -> list[Mismatch]:
        wanted = conversation.expect
        wrong = list(in_state(last.state_after if last else None, wanted.state))
        if self._stage.shop is not None and wanted.shop is not None:
            wrong += await asyncio.to_thread(_in_shop, self._stage.shop, wanted.shop)
        return wrong


def _in_shop(shop: ShopCopy, wanted: str | dict[str, Any]) -> list[Mismatch]:
    if isinstance(wanted, dict):
        return list(unlike(shop.exported(), wanted, "shop"))
    if shop.is_unchanged:
        return []
    return [Mismatch("shop", "the products, users and orders that it came with", "others")]


def _over(last: TurnResult | None, turn: Turn) -> Mismatch | None:
    """Why a turn cannot be played: the call is over, or nobody was transferred."""
    ended = last is not None and any(isinstance(act, End) for act in last.acts)
    transferred = last is not None and any(isinstance(act, Transfer) for act in last.acts)
    if turn.unreached and not transferred:
        return Mismatch("unreached", "a transfer in the turn before", "none")
    if ended or (transferred and not turn.unreached):
        return Mismatch(
            "turn", "a call that goes on", "the call ended" if ended else "the caller was transferred"
        )
    return None
