"""A typed conversation: what a line means, and where the call stands."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from dialogue.mind import Arrived, Input, Said, Silence, TimeIsUp, Transfer, TransferFailed
from dialogue.rehearsal import DIGITS, Rehearsal, TurnResult, keyed, said
from parley.rehearsal.stage import Stage, asking_for, here_of

KEY = "/key"


class Command(StrEnum):
    """What can be typed beside what a caller says; a key is `#1` or `/key 1`."""

    SILENCE = "/silence"
    UNREACHED = "/unreached"
    LIMIT = "/limit"
    STATE = "/state"
    AGAIN = "/again"
    HELP = "/help"
    QUIT = "/quit"


HELP = {
    "#1": "press a key; #12 or /key 12 presses two",
    Command.SILENCE: "say nothing for as long as the flow waits",
    Command.UNREACHED: "nobody answers where the call was transferred to",
    Command.LIMIT: "the call has lasted as long as the flow allows",
    Command.STATE: "the whole state as JSON",
    Command.AGAIN: "call again: the changed flow, the shop as it was",
    Command.QUIT: "end; so do Ctrl-D and Ctrl-C",
}
"""What each of them does."""


def read_line(line: str) -> Command | list[Input]:
    """What a line means: a command, or what the caller does.

    Raises:
        ValueError: it begins like a command and is none; says which there are.
    """
    words = line.strip()
    if len(words) > 1 and words[0] == "#" and set(words[1:].upper()) <= DIGITS:
        return [*keyed(words[1:])]
    if not words.startswith("/"):
        return [said(words)]
    name, _, rest = words.partition(" ")
    if name == KEY:
        if not rest.strip():
            raise ValueError("expected a key: /key 1")
        return [*keyed(rest.replace(" ", ""))]
    try:
        return Command(name)
    except ValueError:
        raise ValueError(f"{name}: expected one of {', '.join([KEY, *Command])}") from None


class Talk:
    """One call after the other, typed.

    Args:
        stage: what all of them share.
        language: what the caller speaks; None for the language that the flow answers in.
        number: the caller's.
        time: what counts as the present; without a zone, that of the shop. None for the real time.
    """

    def __init__(
        self, stage: Stage, *, language: str | None = None, number: str = "", time: datetime | None = None
    ) -> None:
        self.stage = stage
        self.flow = stage.minds.flow()
        self.is_over = False
        self._language = language
        self._number = number
        self._time = time
        self._silences = 0
        self._target: str | None = None
        self._rehearsal: Rehearsal = self._called()

    @property
    def state(self) -> object:
        """What the mind remembers."""
        return getattr(self._rehearsal.mind, "state", None)

    async def begin(self) -> list[TurnResult]:
        """Call: the greeting, and the turn in which the caller asks for another language."""
        await self.stage.minds.refresh()
        self._rehearsal = self._called()
        results = [await self.turn(Arrived())]
        if self._language not in (None, self.flow.main_language):
            results.append(await self.turn(asking_for(str(self._language))))
        return results

    async def turn(self, heard: Input) -> TurnResult:
        """Let the mind answer."""
        result = await self._rehearsal.turn(heard)
        if isinstance(heard, Said):
            self._silences = 0
        targets = [act.target for act in result.acts if isinstance(act, Transfer)]
        self._target, self.is_over = (targets[-1] if targets else None), result.ends
        return result

    def event(self, command: Command) -> Input:
        """The input that a command stands for: silence, a transfer that failed, or the end of the time.

        Raises:
            ValueError: nobody was transferred.
        """
        if command is Command.SILENCE:
            self._silences += 1
            return Silence(self._silences)
        if command is Command.LIMIT:
            return TimeIsUp()
        if self._target is None:
            raise ValueError("expected a transfer before it: nobody was to be reached")
        return TransferFailed(self._target)

    def _called(self) -> Rehearsal:
        self.flow = self.stage.minds.flow()
        self.stage.clock.now = here_of(self.flow, self._time) if self._time else None
        self._silences, self._target, self.is_over = 0, None, False
        return self.stage.begin(number=self._number)
