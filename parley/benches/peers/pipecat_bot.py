"""Pipecat's own default pipeline, answering calls from Asterisk: run by the Python of `scripts/pipecat-env`.

    ENVIRONMENT/bin/python -I parley/benches/peers/pipecat_bot.py SETTINGS.json

The pipeline is the one that Pipecat's project generator writes for a telephone bot, with its defaults;
what differs says why. Services are made for each call, as there, while it rings. Needs nothing of Parley's.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, WebSocket
from loguru import logger
from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InterruptionFrame,
    LLMTextFrame,
    MetricsFrame,
    OutputAudioRawFrame,
    TTSSpeakFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.metrics.metrics import TurnMetricsData
from pipecat.observers.base_observer import BaseObserver, FramePushed
from pipecat.observers.user_bot_latency_observer import UserBotLatencyObserver
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.piper.tts import PiperTTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transcriptions.language import Language
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.workers.runner import WorkerRunner

RATE = 16000
"""Samples per second on Asterisk's WebSocket (`c(slin16)`): Pipecat's own rate for what comes in."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `SETTINGS.json` holds.

    Attributes:
        port: TCP port on loopback for Asterisk's WebSocket.
        whisper: folder of a Whisper model in CTranslate2's format.
        voice: a Piper voice, `NAME.onnx` with `NAME.onnx.json` beside it.
        model: base address of an OpenAI-compatible server.
        language: `en` or `zh`.
        greeting: said when the call is answered.
        persona: told to the language model.
        journal: file for what the bot knows of its calls, one JSON object a line.
    """

    port: int
    whisper: str
    voice: str
    model: str
    language: str
    greeting: str
    persona: str
    journal: str


class AsteriskSerializer(FrameSerializer):  # Pipecat has one for each telephony provider, none for Asterisk
    """Asterisk's chan_websocket, dialled with `c(slin16)nf(json)`: BINARY is audio, TEXT is JSON."""

    async def serialize(self, frame: Any) -> str | bytes | None:
        """What goes to Asterisk for a frame, `None` for nothing."""
        if isinstance(frame, OutputAudioRawFrame):
            return bytes(frame.audio)
        if isinstance(frame, InterruptionFrame):
            return command("FLUSH_MEDIA")
        if isinstance(frame, EndFrame | CancelFrame):
            return command("HANGUP")
        return None

    async def deserialize(self, data: str | bytes) -> Any:
        """The frame for what came from Asterisk, `None` where it needs none."""
        if isinstance(data, bytes):
            return InputAudioRawFrame(audio=data, sample_rate=RATE, num_channels=1)
        event = json.loads(data)
        if event.get("event") == "DTMF_END":
            return InputDTMFFrame(KeypadEntry(event["digit"]))
        return None


def command(name: str) -> str:
    """A command to Asterisk as JSON."""
    return json.dumps({"command": name}, separators=(",", ":"))


class Journal:
    """What the bot knows of its calls, one JSON object a line, with Unix times."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, call: str, event: str, **fields: Any) -> None:
        """Append a line. A line a turn: opening the file each time costs nothing that matters."""
        line = json.dumps({"call": call, "event": event, "at": time.time(), **fields}, ensure_ascii=False)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


class Notes(BaseObserver):
    """What no event of Pipecat's tells: where the caller's sound ended, Smart Turn, what the model wrote."""

    def __init__(self, journal: Journal, call: str) -> None:
        super().__init__(observe_every_push=False)
        self._journal = journal
        self._call = call
        self._reply = ""

    async def on_push_frame(self, data: FramePushed) -> None:
        """Look at a frame on its way, once."""
        frame = data.frame
        if isinstance(frame, VADUserStoppedSpeakingFrame):
            self._journal.write(self._call, "paused", speech_end=frame.timestamp - frame.stop_secs)
        elif isinstance(frame, MetricsFrame):
            for one in frame.data:
                if isinstance(one, TurnMetricsData):
                    judged = {"complete": one.is_complete, "probability": round(one.probability, 3)}
                    self._journal.write(self._call, "judged", **judged, ms=one.e2e_processing_time_ms)
        elif isinstance(frame, LLMTextFrame):
            self._reply += frame.text

    def take_reply(self) -> str:
        """All that the model wrote since the last time."""
        reply, self._reply = self._reply, ""
        return reply


async def answer(socket: WebSocket, settings: Settings, journal: Journal) -> None:
    """Answer one call and return when it is over."""
    began = time.time()
    call = f"{began:.6f}"
    transport = FastAPIWebsocketTransport(
        websocket=socket,
        params=FastAPIWebsocketParams(
            audio_in_enabled=True, audio_out_enabled=True, serializer=AsteriskSerializer()
        ),
    )
    # Off the event loop, which answers Asterisk meanwhile; the generated bot makes them on it.
    stt, tts = await asyncio.gather(
        asyncio.to_thread(recogniser, settings), asyncio.to_thread(voice, settings)
    )
    llm = OpenAILLMService(
        api_key="none",
        base_url=settings.model,
        settings=OpenAILLMService.Settings(model="shop", system_instruction=settings.persona),
    )
    context = LLMContext()
    user, assistant = LLMContextAggregatorPair(
        context, user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    )
    latency, notes = UserBotLatencyObserver(), Notes(journal, call)
    worker = PipelineWorker(
        Pipeline([transport.input(), stt, user, llm, tts, transport.output(), assistant]),
        # Out at the line's rate: Pipecat's default, 24 kHz, would be resampled twice.
        params=PipelineParams(enable_metrics=True, enable_usage_metrics=True, audio_out_sample_rate=RATE),
        observers=[latency, notes],
    )
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    keep_journal(journal, call, user, assistant, latency, notes)

    @transport.event_handler("on_client_connected")
    async def connected(_: Any, client: WebSocket) -> None:
        await client.send_text(command("ANSWER"))
        journal.write(call, "answered", loading=time.time() - began)
        # The generated bot asks its language model for a greeting; a shop's greeting is fixed.
        await worker.queue_frames([TTSSpeakFrame(settings.greeting)])

    @transport.event_handler("on_client_disconnected")
    async def disconnected(_: Any, __: WebSocket) -> None:
        await runner.cancel()

    await runner.run()
    journal.write(call, "ended")


def recogniser(settings: Settings) -> Any:
    """The same Whisper as Parley's, in the same precision."""
    return WhisperSTTService(
        compute_type="int8",
        settings=WhisperSTTService.Settings(model=settings.whisper, language=Language(settings.language)),
    )


def voice(settings: Settings) -> Any:
    """The same Piper voice as Parley's."""
    file = Path(settings.voice)
    return PiperTTSService(
        download_dir=file.parent, settings=PiperTTSService.Settings(voice=file.name.removesuffix(".onnx"))
    )


def keep_journal(journal: Journal, call: str, user: Any, assistant: Any, latency: Any, notes: Notes) -> None:
    """Write down what Pipecat tells of each turn: its transcript, its context, its own latency."""

    @user.event_handler("on_user_turn_stopped")
    async def asked(_: Any, __: Any, message: Any) -> None:
        journal.write(call, "asked", text=message.content or "")

    @assistant.event_handler("on_assistant_turn_stopped")
    async def said(_: Any, message: Any) -> None:
        reply = notes.take_reply()
        journal.write(call, "said", text=message.content, reply=reply, interrupted=message.interrupted)

    @latency.event_handler("on_latency_breakdown")
    async def measured(_: Any, breakdown: Any) -> None:
        stages: dict[str, float] = {}
        for part in breakdown.contributions:
            stages[part.key] = round(stages.get(part.key, 0.0) + 1000 * part.duration_secs, 1)
        journal.write(call, "spoke", stages=stages)


def application(settings: Settings) -> FastAPI:
    """The HTTP server that Asterisk's websocket_client connects to, one connection a call."""
    app = FastAPI()
    journal = Journal(Path(settings.journal))

    async def media(socket: WebSocket) -> None:
        await socket.accept(subprotocol="media")
        await answer(socket, settings, journal)

    app.add_api_websocket_route("/media", media)
    return app


async def serve(settings: Settings) -> None:
    """Answer calls until SIGTERM or SIGINT."""
    app = application(settings)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=settings.port, log_level="warning", access_log=False)
    )
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():  # noqa: ASYNC110 - it has no event for it
        await asyncio.sleep(0.05)
    if server.started:
        print("Ready.", flush=True)
    await serving


def main() -> None:
    """Read the settings, then serve."""
    settings = Settings(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    logger.remove()
    for sink in (sys.stderr, f"{settings.journal}.log"):
        logger.add(sink, level="INFO")
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
