"""How many spoken forms arrive: said by the voice, over a telephone line, recognised, and read."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from asr.whisper import Recogniser
from dialogue.entities import Entity, best_of
from dialogue.entities.forms import Form, Forms, load_forms
from dialogue.entities.hotwords import hotwords
from parley.benches.tts import on_the_phone
from parley.models import ModelStore
from parley.settings import Config
from parley.voices import open_voices
from tts.bench import LINE_RATE
from tts.cache import CachedVoice

Outcome: TypeAlias = Literal["right", "unsure", "missed", "wrong"]
"""`unsure`: the value is among those that the caller would be asked about. `missed`: nothing was found.
`wrong`: another value was taken for certain."""


ALTERNATIVES = 5
"""Further readings that the recogniser is asked for."""


@dataclass(frozen=True, slots=True)
class Told:
    """A form and what became of it."""

    form: Form
    heard: str
    entity: Entity | None

    @property
    def outcome(self) -> Outcome:
        """Whether the value arrived."""
        one = self.entity
        if one is None:
            return "missed"
        if one.source == "unsure":
            return "unsure" if self.form.value in one.alternatives else "wrong"
        return "right" if one.value == self.form.value else "wrong"


def bench_entities(
    config: Config, console: Console, *, languages: Sequence[str] = ("en", "zh"), limit: int | None = None
) -> dict[str, Any]:
    """Say every form of `dialogue/entities/forms.yaml` and count what arrives.

    Each is spoken by the configured voice at 8 kHz, passed through G.711 µ-law and recognised by the
    configured model, which is told the language and, as its prompt, what the shop expects (`hotwords`). Its
    readings (`ALTERNATIVES` besides the first) are read with the kind that was asked for and the values that
    the table's shop knows.

    Args:
        config: names the voices, the recogniser and their threads.
        console: shows a progress bar.
        languages: those measured.
        limit: only so many forms of each language, spread over the table.

    Returns:
        `recogniser`, `voices`; `all` and for each language `forms`, `right`, `unsure`, `missed`, `wrong`
        (counts) and `accuracy` (right by forms); `kinds`, the same by language and kind; `failures`, each
        form that is not right with what was heard and found.

    Raises:
        ModelError: a model is missing.
        VoiceError: a voice cannot be loaded or fails.
    """
    table = load_forms()
    chosen = [form for language in languages for form in spread(table.said, language, limit)]
    results = asyncio.run(_told(config, console, table, chosen))
    return {
        "recogniser": config.asr.model,
        "voices": {language: name for language, name in config.tts.voices.items() if language in languages},
        **figures(results),
    }


def spread(forms: Sequence[Form], language: str, limit: int | None) -> list[Form]:
    """At most `limit` of a language's forms, evenly over the table so that every kind has its share."""
    own = [form for form in forms if form.language == language]
    if limit is None or limit >= len(own):
        return own
    return [own[k * len(own) // limit] for k in range(limit)]


async def _told(config: Config, console: Console, table: Forms, forms: Sequence[Form]) -> list[Told]:
    store = ModelStore(config.models.folder, config.models.local)
    recogniser = Recogniser(store.path(config.asr.model), threads=config.asr.threads)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    results = []
    try:
        async with open_voices(config, store) as voices:
            await recogniser.warm()
            with Progress(*columns, console=console, transient=True) as progress:
                task = progress.add_task("speaking and listening", total=len(forms))
                for form in forms:
                    results.append(await _one(form, voices[form.language], recogniser, table))
                    progress.advance(task)
    finally:
        recogniser.close()
    return results


async def _one(form: Form, voice: CachedVoice, recogniser: Recogniser, table: Forms) -> Told:
    pcm = b"".join([speech.pcm async for speech in voice.speak(form.said, LINE_RATE)])
    prompt = hotwords((form.kind,), table.valid, form.language)
    heard = await recogniser.recognise(
        on_the_phone(pcm), languages=[form.language], prompt=prompt, alternatives=ALTERNATIVES
    )
    texts = (heard.text, *heard.alternatives)
    return Told(form, heard.text, best_of(texts, form.language, form.kind, valid=table.valid, now=table.now))


def figures(results: Sequence[Told]) -> dict[str, Any]:
    """Counts over all forms, by language, and by language and kind, and the forms that did not arrive."""
    kinds: dict[str, dict[str, Any]] = {}
    for one in results:
        kinds.setdefault(one.form.language, {}).setdefault(one.form.kind, []).append(one)
    return {
        "all": _counts(results),
        **{
            language: _counts([one for one in results if one.form.language == language]) for language in kinds
        },
        "kinds": {
            language: {kind: _counts(own) for kind, own in by_kind.items()}
            for language, by_kind in kinds.items()
        },
        "failures": [_failure(one) for one in results if one.outcome != "right"],
    }


def _counts(results: Sequence[Told]) -> dict[str, Any]:
    counts = Counter(one.outcome for one in results)
    right = counts["right"]
    return {
        "forms": len(results),
        **{outcome: counts[outcome] for outcome in ("right", "unsure", "missed", "wrong")},
        "accuracy": round(right / len(results), 4) if results else None,
    }


def _failure(one: Told) -> dict[str, Any]:
    return {
        "kind": one.form.kind,
        "language": one.form.language,
        "said": one.form.said,
        "heard": one.heard,
        "value": one.form.value,
        "found": one.entity.value if one.entity else None,
        "outcome": one.outcome,
    }
