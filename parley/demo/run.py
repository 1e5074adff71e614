"""Runs the demonstration and puts together what both sides know of it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from asr.audio import resample, to_float
from asr.whisper import Recogniser
from parley.config import Config, load_config
from parley.demo.asterisk import asterisk_towards
from parley.demo.servers import DemoError, Ports, environment, parley_server
from parley.demo.speech import Question, rendered_questions
from parley.models import ModelStore
from parley.store import CallRow, CallStore, TurnRow
from telephony.caller import Caller, Heard

VIAS = ("sip", "asterisk-websocket", "asterisk-audiosocket", "agi", "browser")

GREETING_SECONDS = 15.0
REPLY_SECONDS = 40.0
QUIET_SECONDS = 2.0
"""Silence after which a reply is over: the language model may take that long behind "Let me see."."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What to demonstrate.

    Attributes:
        via: the way the call takes, one of `VIAS`.
        language: `en` or `zh`.
        say: audio files to say instead of the built-in questions.
        config: configuration to start from, `None` for the built-in one.
    """

    via: str = "sip"
    language: str = "en"
    say: Sequence[Path] = ()
    config: Path | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the caller's side saw it.

    Attributes:
        question: what was said.
        at_caller: milliseconds from the end of its speech to the first reply sample, `None` without a reply.
        heard: the reply's samples.
    """

    question: Question
    at_caller: float | None
    heard: Heard


@dataclass(frozen=True, slots=True)
class Conversation:
    """A whole call as the caller's side saw it."""

    greeting: Heard
    greeting_ms: float | None
    asked: list[Asked]
    ended_by: str


Tell = Callable[[str], None]


async def run_demo(options: DemoOptions, env: dict[str, str], tell: Tell) -> dict[str, Any]:
    """Start Parley, call it, and report.

    Returns:
        The object that `parley demo --json` prints; `answered` says whether every turn was.

    Raises:
        DemoError, LineError, ModelError, VoiceError: the call could not take place.
    """
    if options.via not in VIAS:
        raise DemoError(f"--via {options.via}: expected one of {', '.join(VIAS)}")
    config = load_config(options.config, env)
    data = config.server.data / "demo"
    store = ModelStore(config.models.folder, config.models.local)
    tell("preparing what the caller says")
    questions = [Question(file) for file in options.say] or await rendered_questions(
        options.language, store, data / "caller"
    )
    ports = Ports.free()
    overrides = environment(ports, data, options.language, options.via)
    calls = CallStore(load_config(options.config, {**env, **overrides}).database_url)
    tell("starting Parley")
    async with parley_server(options.config, overrides), _address(options.via, ports) as uri:
        tell(f"calling {uri}")
        conversation = await _converse(uri, questions, tell)
    await calls.open()
    try:
        call = (await calls.calls(1))[0]
        turns = await calls.turns(call.id)
    finally:
        await calls.close()
    tell("reading back what the caller heard")
    return await _report(options, config, store, conversation, call, turns)


@contextlib.asynccontextmanager
async def _address(via: str, ports: Ports) -> AsyncGenerator[str]:
    """Where the caller has to call, once whatever lies between is running."""
    if via == "sip":
        yield f"sip:shop@127.0.0.1:{ports.sip}"
    elif via == "browser":
        yield f"http://127.0.0.1:{ports.browser}"
    else:
        async with asterisk_towards(via, ports) as uri:
            yield uri


async def _converse(uri: str, questions: Sequence[Question], tell: Tell) -> Conversation:
    async with Caller() as caller:
        await caller.dial(uri)
        answered = caller.answered_at or 0.0
        greeting = await caller.listen(until_quiet=QUIET_SECONDS, timeout=GREETING_SECONDS, since=answered)
        first = caller.first_sample_after(answered)
        asked: list[Asked] = []
        for question in questions:
            if caller.ended:
                break
            tell(f"saying {question.text or question.file.name}")
            said = await caller.say(question.file)
            heard = await caller.listen(
                until_quiet=QUIET_SECONDS, timeout=REPLY_SECONDS, since=said.speech_end
            )
            sample = caller.first_sample_after(said.speech_end) if heard.spans else None
            ms = None if sample is None else round((sample - said.speech_end) * 1000, 1)
            asked.append(Asked(question, ms, heard))
        ended_by = "parley" if await caller.wait_ended(3.0) else "caller"
        await caller.hang_up()
        return Conversation(
            greeting, None if first is None else round((first - answered) * 1000, 1), asked, ended_by
        )


async def _report(
    options: DemoOptions,
    config: Config,
    store: ModelStore,
    conversation: Conversation,
    call: CallRow,
    turns: Sequence[TurnRow],
) -> dict[str, Any]:
    recogniser = Recogniser(store.path(config.asr.model), threads=config.asr.threads)
    try:
        read = _reader(recogniser, options.language)
        said = [turn for turn in turns if turn.input == "said"]
        rows = [
            await _turn(asked, said[k] if k < len(said) else None, read)
            for k, asked in enumerate(conversation.asked)
        ]
        greeting = {"ms": conversation.greeting_ms, "heard": await read(conversation.greeting)}
    finally:
        recogniser.close()
    answered = bool(rows) and all(row["reply_text"] and row["ms"]["at_caller"] is not None for row in rows)
    return {
        "transport": options.via,
        "language": options.language,
        "greeting": greeting,
        "turns": rows,
        "recording": str(Path(call.recording) / "audio.flac") if call.recording else None,
        "hangup_by": conversation.ended_by,
        "answered": answered and len(said) == len(rows),
    }


Read = Callable[[Heard], Awaitable[str]]


def _reader(recogniser: Recogniser, language: str) -> Read:
    async def read(heard: Heard) -> str:
        if not heard.pcm:
            return ""
        samples = to_float(np.frombuffer(heard.pcm, dtype="<i2"))
        result = await recogniser.recognise(
            resample(samples, heard.rate, 16000), languages=[language], thorough=True
        )
        return result.text

    return read


async def _turn(asked: Asked, row: TurnRow | None, read: Read) -> dict[str, Any]:
    stages = {
        "endpoint": row.ms_endpoint,
        "asr": row.ms_asr,
        "first_phrase": row.ms_first_phrase,
        "first_pcm": row.ms_first_pcm,
    } if row else {}  # fmt: skip
    return {
        "said": asked.question.text,
        "caller_text": row.caller_text if row else None,
        "emotion": None,
        "kind": row.kind if row else None,
        "reply_text": row.reply_text if row else None,
        "reply_heard": await read(asked.heard),
        "ms": {**stages, "at_caller": asked.at_caller},
    }
