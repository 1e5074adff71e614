"""Who says what: which recordings are questions with a known answer, and what the answers are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dialogue.known import Asked, KnownAnswers
from parley.benches.asr import read_manifest
from parley.benches.latency.clips import Clip, read_clip
from parley.benches.latency.party import LONG, Answer, Shop

SHORTEST, LONGEST = 1.0, 9.0
"""Seconds of speech of an utterance."""

NATURAL_PAUSE = 0.3
"""From here on a pause inside of a recording is one that could be taken for its end, in seconds."""

_LONG_QUESTION = 1.6
"""Seconds of the question that the long answer belongs to, about."""

_ALIKE = 0.4
"""Sentences whose score is this or more are not told apart with certainty by a recogniser's errors."""

_LEAVE = re.compile(
    r"\b(good ?bye|bye|repeat|again|agent|representative|operator|person|sorry|not understand)\b|再见", re.I
)
"""What a shop takes for leave, or for the wish to hear it again or to talk to a person."""

Hear = Callable[[Clip], str]
"""Writes down the words of a clip that has no transcript."""


class DataError(Exception):
    """The recordings can't be used; the message says which, and what was expected."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The recordings in their parts.

    Attributes:
        shop: what is answered.
        long: asks for the long answer.
        known: each asks for a known answer; `answers[clip.name]` is its text.
        open: nothing the shop has an answer to.
        paused: sentences with a pause of their own, with the answer of none.
        answers: by the clip's name, what is answered to it.
        backchannels: "mm-hm" and the like, of somebody who listens.
        noises: no speech at all.
        babble: people talking, for the background.
    """

    shop: Shop
    long: Clip
    known: tuple[Clip, ...]
    open: tuple[Clip, ...]
    paused: tuple[Clip, ...]
    answers: dict[str, str]
    backchannels: tuple[Clip, ...]
    noises: tuple[Clip, ...]
    babble: Clip | None


def cast(data: Path, language: str, hear: Hear) -> Cast:
    """Choose the recordings of a language from a data folder; the same ones each time.

    Args:
        data: a folder with `speech/manifest.json`, `turns` and `noise`.
        language: `en` or `zh`.
        hear: for recordings without a transcript.

    Raises:
        DataError: there is no such folder, or too little in it.
    """
    manifest = data / "speech" / "manifest.json"
    if not manifest.is_file():
        raise DataError(f"{manifest}: expected recorded speech there; name its folder with --data FOLDER")
    spoken = [clip for entry in read_manifest(manifest) if entry.lang == language
              and (clip := read_clip(entry.path, entry.text)) is not None]  # fmt: skip
    if language == "zh":
        spoken += [replace(clip, text=hear(clip)) for clip in _named(data / "turns", "complete")]
    sentences = [clip for clip in spoken if clip.is_whole and SHORTEST <= clip.spoken <= 15
                 and _is_sentence(clip.text, language)]  # fmt: skip
    fluent = [clip for clip in sentences if clip.longest_pause < NATURAL_PAUSE and clip.spoken <= LONGEST]
    asked = _told_apart(fluent)
    if len(asked) < 3:
        raise DataError(
            f"{manifest}: expected 3 different sentences in {language} of {SHORTEST:g} to {LONGEST:g} s "
            f"and without long pauses, found {len(asked)}"
        )
    long = min(asked, key=lambda clip: abs(clip.spoken - _LONG_QUESTION))
    rest = [clip for clip in asked if clip is not long]
    count = min(len(_REPLIES[language]), max(1, len(rest) * 2 // 3))
    known, open_ = rest[:count], rest[count:]
    answers = {clip.name: text for clip, text in zip(known, _REPLIES[language], strict=False)}
    answers[long.name] = _LONG[language]
    shop = Shop(
        language,
        greeting=_GREETING[language],
        persona=_PERSONA[language],
        answers=(
            Answer(LONG, (long.text,), _LONG[language]),
            *(Answer(f"answer-{k + 1}", (c.text,), answers[c.name]) for k, c in enumerate(known)),
        ),
    )
    return Cast(
        shop,
        long,
        tuple(known),
        tuple(open_),
        tuple(clip for clip in sentences if clip.longest_pause >= NATURAL_PAUSE),
        answers,
        tuple(_named(data / "turns", "backchannel")),
        tuple(clip for clip in _named(data / "noise", "") if clip.name != _BABBLE),
        next(iter(_named(data / "noise", _BABBLE)), None),
    )


_BABBLE = "people_talking"


def _named(folder: Path, prefix: str) -> Iterable[Clip]:
    """The recordings of a folder whose names begin with `prefix`, in order."""
    paths = sorted(path for path in folder.glob(f"{prefix}*") if path.suffix in (".wav", ".flac"))
    return [clip for path in paths if (clip := read_clip(path)) is not None]


def _is_sentence(text: str, language: str) -> bool:
    """Whether a transcript is a whole sentence: prompts that a number follows end without a full stop."""
    if _LEAVE.search(text):
        return False
    if language == "zh":
        return len(re.findall(r"[一-鿿]", text)) >= 6
    return bool(re.match(r"[A-Z]", text) and re.search(r"[.!?]$", text) and len(text.split()) >= 3
                and "..." not in text)  # fmt: skip


def _told_apart(clips: Sequence[Clip]) -> list[Clip]:
    """Sentences of which each resembles none of those before it, and none of those resembles it."""
    apart: list[Clip] = []
    for clip in clips:
        if not any(_resembles(clip, one) or _resembles(one, clip) for one in apart):
            apart.append(clip)
    return apart


def _resembles(clip: Clip, other: Clip) -> bool:
    return any(match.score >= _ALIKE for match in KnownAnswers({"it": Asked([other.text])}).rank(clip.text))


_GREETING = {
    "en": "Hello, this is the test shop. What would you like to know?",
    "zh": "您好，这里是测试商店，请问有什么可以帮您？",
}

_PERSONA = {
    "en": "You answer the phone of a friendly shop for lamps. Answer with one short sentence.",
    "zh": "你在一家灯具店接电话，态度友好。每次只回答一句简短的话。",
}

_LONG = {
    "en": (
        "This shop was founded many years ago by two sisters from the north who began with a single wooden "
        "table on the market square and sold baskets and ropes and candles and honey to the farmers of the "
        "valley."
    ),
    "zh": (
        "这家小店是很多年以前由两位来自北方的姐妹创办的她们最早只在集市上摆了一张木头桌子向山谷里的农民卖篮子绳子"
        "蜡烛和蜂蜜。"
    ),
}

_REPLIES = {
    "en": (
        "Lamps leave our house on Monday morning and reach you by Tuesday.",
        "Carpets are rolled up and delivered by two strong men.",
        "Kettles come with a guarantee of three years.",
        "Mirrors are packed in wood so that nothing can break.",
        "Blankets can be washed at forty degrees.",
        "Teapots are made by hand in a village near the sea.",
        "Baskets are sold in three sizes and in two colours.",
        "Candles burn for about nine hours in a room without wind.",
        "Pillows are filled with wool and are soft for many years.",
        "Ladders have seven steps and carry two people.",
        "Buckets cost less if you buy more than four of them.",
        "Hammers lie on the shelf behind the front door.",
        "Jackets are back in stock from the middle of next week.",
        "Bottles may be returned in any of our branches.",
    ),
    "zh": (
        "台灯星期一上午发货，星期二就能送到您家。",
        "地毯卷好以后，由两位师傅一起送货上门。",
        "水壶保修三年，坏了可以免费换新的。",
        "镜子用木箱包装，路上不会碰坏。",
        "毛毯可以水洗，水温不要超过四十度。",
        "茶壶是在海边的小村子里手工做的。",
        "篮子有三种大小，还有两种颜色可以选。",
        "蜡烛在没有风的房间里能点九个小时。",
    ),
}
