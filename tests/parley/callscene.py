"""A call in virtual time, and everything that can be asked about it afterwards."""

import asyncio
from collections.abc import Sequence

from parley.answering import Conclusion
from parley.call import Call
from parley.drafts import Speculation
from parley.feelings import Feelings
from parley.turn_settings import TurnSettings
from telephony.line import HungUp
from tests.fakes import FakeEar, FakeJournal, FakeLine, FakeMind, FakeRecorder, FakeVoice, Utters
from tests.virtual import run_virtual

SETTINGS = TurnSettings(silence=8)
GREETING_SECONDS = 1.0  # "welcome to the shop"


class Scene:
    """One call and everything that can be asked about it afterwards."""

    line: FakeLine
    ending: HungUp
    conclusion: Conclusion

    def __init__(
        self,
        *sounds: Utters,
        mind: FakeMind | None = None,
        voice: FakeVoice | None = None,
        ear: FakeEar | None = None,
        hangs_up: float = 30.0,
        keys: Sequence[tuple[float, str]] = (),
        refuses_transfer: bool = False,
        loses_marks: bool = False,
        silent_spans: Sequence[tuple[float, float]] = (),
        drains_at: float | None = None,
        speculation: int = 1,
        feelings: Feelings | None = None,
    ) -> None:
        self.ear = ear or FakeEar(sounds)
        self.mind = mind or FakeMind()
        self.voice = voice or FakeVoice()
        self.recorder = FakeRecorder()
        self.journal = FakeJournal()
        self.shown: list[dict[str, object]] = []
        self._line_arguments = {
            "hangs_up": hangs_up,
            "keys": keys,
            "refuses_transfer": refuses_transfer,
            "loses_marks": loses_marks,
            "silent_spans": silent_spans,
        }
        self._drains_at = drains_at
        self._feelings = feelings
        self.speculation = Speculation(speculation)
        run_virtual(self._run())

    async def _run(self) -> None:
        self.line = FakeLine(**self._line_arguments)  # type: ignore[arg-type]  # a table of keywords
        call = Call(
            self.line,
            self.ear,
            self.mind,
            {"en": self.voice},
            recorder=self.recorder,
            journal=self.journal,
            settings=SETTINGS,
            speculation=self.speculation,
            feelings=self._feelings,
            show=self.shown.append,
        )
        running = asyncio.create_task(call.run())
        if self._drains_at is not None:
            await asyncio.sleep(self._drains_at)
            await call.drain()
        self.ending = await running
        self.conclusion = call.conclusion
        assert len(asyncio.all_tasks()) == 1, "a finished call leaves no task behind"

    def replies(self) -> list[str]:
        return [turn.reply_heard for turn in self.journal.turns]
