"""Parley as the measured party: `parley serve` with the bench's own flow."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import yaml

from dialogue.phrases import sentences
from parley.benches.latency.party import CallEntry, Host, Party, Place, Rendering, Shop, TurnEntry
from parley.config import load_config
from parley.demo.asterisk import EXTENSIONS, asterisk_towards
from parley.demo.servers import DemoError, Ports, environment, parley_server
from parley.models import ModelStore
from parley.settings import Config
from parley.store import CallRow, CallStore, TurnRow
from parley.voices import open_voices
from tts.voice import Speech

VIAS = ("asterisk-websocket", "asterisk-audiosocket", "sip")

_RATES = {"asterisk-websocket": 16000}
"""Samples per second of a way's lines, where it is not 8000 (`PARLEY_CODEC` of the dialplan is slin16)."""

_NO_STAGES = frozenset({"ms_budget"})
"""Columns that are milliseconds and no stage."""

MODEL_TOKENS = 40
"""Longest answer of the language model: what is measured is its beginning."""


def parley_host(config: Path | None, env: dict[str, str]) -> Host:
    """A host that runs this Parley.

    Args:
        config: configuration to start from, `None` for the built-in one.
        env: environment, whose `PARLEY__…` variables override it.
    """

    @contextlib.asynccontextmanager
    async def host(shop: Shop, place: Place) -> AsyncGenerator[Party]:
        if place.via not in VIAS:
            raise DemoError(f"--via {place.via}: expected one of {', '.join(VIAS)}")
        ports = Ports.free()
        overrides = _overrides(shop, place, ports)
        settings = load_config(config, {**env, **overrides})
        async with parley_server(config, overrides) as pid, _address(place.via, ports) as uri:
            yield Party(
                "parley",
                uri,
                pid,
                ledger=lambda: _ledger(settings.database_url),
                rendering=lambda text: _rendering(settings, shop.language, _RATES.get(place.via, 8000), text),
                about=_about(settings),
            )

    return host


def flow_of(shop: Shop) -> str:
    """The shop as a flow's YAML."""
    english = shop.language == "en"
    flow: dict[str, Any] = {
        "name": "bench",
        "languages": [shop.language],
        "persona": shop.persona,
        "greeting": shop.greeting,
        "menu": {
            "prompt": "What would you like to know?" if english else "您想了解什么？",
            "keys": {"0": {"menu": True}},
            "unknown": "That key does nothing here." if english else "这个按键没有用。",
        },
        "goodbye": {"text": "Goodbye!" if english else "再见！"},
        "repeat": {"nothing": "I have not said anything yet." if english else "我还什么都没说。"},
        "more": "Is there anything else?" if english else "还有别的问题吗？",
        "silence": {
            "after": f"{shop.patience:g}s",
            "prompts": ["Are you still there?" if english else "您还在吗？"],
            "then": {"menu": True},
        },
        "misunderstanding": {
            "prompts": ["Sorry, what was that?" if english else "对不起，我没听清。"],
            "then": {"menu": True},
        },
        "failure": {
            "apology": "I can't look that up." if english else "现在查不到。",
            "regret": "Please call again." if english else "请再打来。",
        },
        "answers": [
            {"name": one.name, "examples": list(one.examples), "text": one.text} for one in shop.answers
        ],
    }
    return str(yaml.safe_dump(flow, allow_unicode=True, sort_keys=False))


def _overrides(shop: Shop, place: Place, ports: Ports) -> dict[str, str]:
    file = place.folder / "bench.yaml"
    file.write_text(flow_of(shop), encoding="utf-8")
    return {
        **environment(ports, place.folder, "bench", place.via),
        "PARLEY__DIALOGUE__FLOWS": json.dumps({"bench": str(file)}),
        "PARLEY__ASR__LANGUAGES": json.dumps([shop.language]),
        "PARLEY__SERVER__MAX_CALLS": str(place.calls + 2),
        "PARLEY__DIALOGUE__MODEL__MAX_TOKENS": str(MODEL_TOKENS),
    }


@contextlib.asynccontextmanager
async def _address(via: str, ports: Ports) -> AsyncGenerator[str]:
    if via in EXTENSIONS:
        async with asterisk_towards(via, ports) as uri:
            yield uri
    else:
        yield f"sip:shop@127.0.0.1:{ports.sip}"


def _about(config: Config) -> dict[str, Any]:
    """Settings that the figures depend on."""
    return {
        "turns": config.turns.model_dump(mode="json"),
        "asr": config.asr.model_dump(mode="json"),
        "voices": dict(config.tts.voices),
        "model": config.dialogue.model.name,
    }


async def _ledger(url: str) -> Sequence[CallEntry]:
    store = CallStore(url)
    await store.open()
    try:
        rows = await store.calls(limit=10_000)
        return [_entry(row, await store.turns(row.id)) for row in sorted(rows, key=lambda one: one.started)]
    finally:
        await store.close()


def _entry(call: CallRow, turns: Sequence[TurnRow]) -> CallEntry:
    events: list[dict[str, Any]] = []
    if call.recording is not None:
        file = Path(call.recording) / "events.jsonl"
        with contextlib.suppress(FileNotFoundError):  # a call that was refused has none
            events = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return CallEntry(call.started.timestamp(), tuple(map(_turn, turns)), tuple(events))


def _turn(row: TurnRow) -> TurnEntry:
    """Whatever stages the database has a column for, in its order."""
    names = [column.name for column in TurnRow.__table__.columns if column.name.startswith("ms_")]
    stages = {name.removeprefix("ms_"): getattr(row, name) for name in names if name not in _NO_STAGES}
    return TurnEntry(
        row.kind,
        row.caller_text if row.input == "said" else None,
        row.reply_text or "",
        row.reply_heard_text or "",
        row.speech_end,
        row.first_sent,
        {name: float(value) for name, value in stages.items() if value is not None},
    )


async def _rendering(config: Config, language: str, rate: int, text: str) -> Rendering:
    """The reply from the server's own cache of rendered phrases."""
    names = {key: name for key, name in config.tts.voices.items() if key == language}
    tts = config.tts.model_copy(update={"voices": names})
    one = config.model_copy(update={"tts": tts})
    async with open_voices(one, ModelStore(config.models.folder, config.models.local)) as voices:
        voice = voices[language]
        speeches = [speech for one in sentences(text) async for speech in voice.speak(one, rate)]
    return joined(speeches, rate)


def joined(speeches: Sequence[Speech], rate: int) -> Rendering:
    """Runs of speech as one, with the times of their words."""
    words: list[tuple[str, float, float]] = []
    begin = 0.0
    for speech in speeches:
        words += [(one.word, begin + one.start, begin + one.end) for one in speech.words]
        begin += speech.seconds
    return Rendering(b"".join(one.pcm for one in speeches), rate, tuple(words))
