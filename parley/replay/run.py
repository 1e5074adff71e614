"""Replays one call: the same desk, call, ear, mind and voices as a live one, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, cast

from asr.ear import EarMaker
from dialogue.mind import Earlier, MindMaker
from parley.desk import Desk, DeskSettings
from parley.feelings import FeelingsMaker
from parley.journal import TurnRecord
from parley.recording import CallRecorder
from parley.replay.answers import Asked, RememberingModel
from parley.replay.call import RecordedCall, ReplayError
from parley.replay.clock import VirtualLoop, run_virtual
from parley.replay.costs import Charge, Costs, recorded_costs
from parley.replay.outcome import Outcome, outcome_of
from parley.replay.outside import Border, Outside, OutsideEars, OutsideVoice
from parley.replay.recorder import ReplayRecorder
from parley.settings import Config
from parley.store import CallStore
from telephony.line import HungUp, Line
from telephony.recorded import RecordedLine
from tts.voice import Voice

Show = Callable[[dict[str, Any]], None]
Progress = Callable[[float], None]


class Engines(Protocol):
    """What a replay asks; `Studio`, or a test's fakes."""

    @property
    def ears(self) -> EarMaker:
        """Makes each call's ear."""

    @property
    def minds(self) -> MindMaker:
        """Makes each call's mind."""

    @property
    def voices(self) -> Mapping[str, Voice]:
        """By language."""

    @property
    def feelings(self) -> FeelingsMaker | None:
        """How callers feel; None where that is not looked at."""

    @property
    def model(self) -> RememberingModel | None:
        """The language model, if there is one."""

    @property
    def ready(self) -> frozenset[str]:
        """Texts that a running server has rendered before a call."""

    def set_clock(self, now: Callable[[], datetime]) -> None:
        """Let the flows take their time from `now`."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replay.

    Attributes:
        outcome: what came of it.
        events: all that happened, in order.
        folder: where it was written; `None` if it was not.
        asked: what the language model was needed for.
    """

    outcome: Outcome
    events: tuple[dict[str, Any], ...]
    folder: Path | None
    asked: Asked


class Replayer:
    """Replays calls, one at a time.

    Args:
        config: today's.
        engines: the opened engines.
        outside: where they live.
        charge: what their work costs in virtual time.
        paced: in real time, else as fast as possible; the decisions are the same.
    """

    def __init__(
        self,
        config: Config,
        engines: Engines,
        outside: Outside,
        *,
        charge: Charge = Charge.RECORDED,
        paced: bool = False,
    ) -> None:
        self._settings = DeskSettings.of(config)
        self._folder = config.server.data / "replays"
        self._recordings = config.recordings_folder
        self._engines = engines
        self._outside = outside
        self._charge = charge
        self._paced = paced

    def replay(
        self, call: RecordedCall, *, show: Show | None = None, progress: Progress | None = None
    ) -> Replayed:
        """Replay one call, and write down what happened.

        Args:
            call: the recorded one.
            show: is given each event as it happens.
            progress: is told the time on the call's clock, once a packet.

        Returns:
            What came of it.

        Raises:
            ReplayError: the call broke, or the disk did not take the replay.
        """
        # Whatever is chosen by lot in a call is chosen alike in the next replay.
        random.seed(0)
        recorder = ReplayRecorder(call.caller.rate, show, progress)
        recorder.event("recording_started", 0.0, **_about(call))
        model = self._engines.model
        before = replace(model.asked) if model is not None else Asked()
        try:
            run_virtual(self._run(call, recorder), paced=self._paced)
        except Exception as error:
            raise ReplayError(f"{call.folder}: the replay broke: {type(error).__name__}: {error}") from error
        folder = self._folder_of(call)
        try:
            recorder.save(folder)
        except OSError as error:
            raise ReplayError(f"{folder}: the replay could not be written: {error}") from error
        return Replayed(
            outcome_of(recorder.events),
            tuple(recorder.events),
            folder,
            _since(before, model.asked) if model is not None else Asked(),
        )

    async def _run(self, call: RecordedCall, recorder: ReplayRecorder) -> None:
        loop = cast(VirtualLoop, asyncio.get_running_loop())  # `run_virtual` has made it
        line = RecordedLine(call.caller)
        costs = Costs(self._charge, recorded_costs(call.events, call.outcome))
        border = Border(loop, costs, line.now)
        engines = self._engines
        engines.set_clock(lambda: call.started + timedelta(seconds=line.now()))
        if engines.model is not None:
            engines.model.border = border
        ready = engines.ready
        voices = {
            language: OutsideVoice(voice, self._outside, border, ready)
            for language, voice in engines.voices.items()
        }
        ears = OutsideEars(engines.ears, self._outside, border)
        desk = _ReplayDesk(
            self._settings, ears, engines.minds, voices, recorder, engines.feelings, _earlier(call)
        )
        await desk.replay(line)

    def _folder_of(self, call: RecordedCall) -> Path:
        """Where the recording lies among recordings, the replay lies among replays."""
        folder, recordings = call.folder.resolve(), self._recordings.resolve()
        inside = folder.is_relative_to(recordings)
        return self._folder / (folder.relative_to(recordings) if inside else folder.name)


class _ReplayDesk(Desk):
    """A desk that keeps a call in memory instead of among the recordings and in the database."""

    def __init__(
        self,
        settings: DeskSettings,
        ears: EarMaker,
        minds: MindMaker,
        voices: Mapping[str, Voice],
        recorder: ReplayRecorder,
        feelings: FeelingsMaker | None,
        earlier: Earlier | None,
    ) -> None:
        super().__init__(settings, ears, minds, voices, cast(CallStore, _NoStore()), feelings=feelings)
        self._kept = recorder
        self._before = earlier

    async def replay(self, line: RecordedLine) -> None:
        """See one call to its end; unlike `take`, let its errors through."""
        try:
            await self.hold(line)
        finally:
            await line.hang_up()

    async def earlier(self, line: Line) -> Earlier | None:
        """What the recorded call went on with."""
        return self._before

    def recorder(self, line: Line, started: datetime) -> CallRecorder:
        """The one that was given."""
        return cast(CallRecorder, self._kept)  # has the same methods


class _NoStore:
    """Takes the place of the database and of a call's journal: `turn` events say the same."""

    def call_started(self, *_: object, **__: object) -> _NoStore:
        """Nothing is kept."""
        return self

    def turn(self, turn: TurnRecord) -> None:
        """Nothing is kept."""

    def ended(self, hung_up: HungUp, *, language: str | None = None) -> None:
        """Nothing is kept."""

    def settled(self, *, forget: bool) -> None:
        """Nothing is kept."""


def _earlier(call: RecordedCall) -> Earlier | None:
    """The call before that the recorded one went on with, as its events tell."""
    told = next((one for one in call.events if one["event"] == "earlier"), None)
    if told is None:
        return None
    state = told.get("state")
    return Earlier(state if isinstance(state, dict) else None, str(told.get("returned") or ""))


def _about(call: RecordedCall) -> dict[str, object]:
    """The first event of a recording: a replay can be replayed as well."""
    caller = call.caller
    return {
        "started": call.started.isoformat(),
        "call_id": caller.call_id,
        "rate": caller.rate,
        "transport": "recorded",
        "caller": caller.caller,
        "dialled": caller.dialled,
        "flow": caller.flow,
        "replay_of": call.call_id,
    }


def _since(before: Asked, now: Asked) -> Asked:
    return Asked(now.kept - before.kept, now.new - before.new, now.failed - before.failed)
