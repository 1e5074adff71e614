"""What a colleague is told of a caller whom he is handed: who, what, tried, mood. Pure logic.

A screen beside a telephone has room for two lines, and a channel variable for 200 characters, so what
matters most goes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogue.following import is_substantial
from dialogue.mind import Handover, Input, Said
from dialogue.state import DialogueState, Exchange

WORDS = 2
"""How many of the caller's sentences are told; the last ones say best what he wants."""

_NO_WISH = frozenset({"person", "repeat", "language", "goodbye", "callback", "resumed", "afresh"})
"""Kinds of turns in which a caller says how to go on, and nothing of his matter."""

_PRIORITY = {"angry": 5, "disgusted": 4, "anxious": 2, "sad": 2}
_PER_FAILURE = 2
"""Priority for each transfer of this call that nobody took."""
_HIGHEST = 10

_LANGUAGES = {"en": {"en": "English", "zh": "Chinese"}, "zh": {"en": "英语", "zh": "中文"}}
_MOODS_ZH = {
    "neutral": "平静",
    "happy": "愉快",
    "angry": "生气",
    "anxious": "焦急",
    "sad": "难过",
    "surprised": "惊讶",
    "disgusted": "反感",
}
_SUMMARY = {
    "en": ("{who}, speaks {language}.", "Wants: {wants}.", "Tried: {tried}.", "Mood: {mood}."),
    "zh": ("{who}，说{language}。", "诉求：{wants}。", "已做：{tried}。", "情绪：{mood}。"),
}
_TRIED = {
    "en": {
        "answered": "told about {names}",
        "model": "answered freely {count}x",
        "fallback": "not understood {count}x",
        "unreached": "nobody reached {count}x",
    },
    "zh": {
        "answered": "已告知{names}",
        "model": "自由回答{count}次",
        "fallback": "未听懂{count}次",
        "unreached": "未接通{count}次",
    },
}
_UNKNOWN = {"en": "caller without a number", "zh": "未显示号码的来电者"}
_BETWEEN = {"en": "; ", "zh": "；"}
_ENDS = " .,;!?。，；！？"


def handover_of(
    state: DialogueState, main_language: str, heard: Input | None = None, kind: str = "", *, mood: str = ""
) -> Handover:
    """What a colleague should know.

    Args:
        state: the dialogue before this turn.
        main_language: the shop's, in which the summary is written. The caller's words stay as they are.
        heard: what the caller did in this turn.
        kind: where this turn's answer comes from, see `Thought.kind`.
        mood: how he feels, one of `dialogue.emotions.values.LABELS`; empty where nobody looked.
    """
    # Whoever was identified and what a task has come to belong here as soon as a state knows of them:
    # `who` gets the name, `wants` the task, `tried` what was done for it.
    handover = Handover(
        who=state.caller or _UNKNOWN[main_language],
        wants=_BETWEEN[main_language].join(_wishes(state.exchanges, heard, kind)),
        tried=_tried(state, main_language),
        language=heard.language if isinstance(heard, Said) else state.language,
        priority=min(_HIGHEST, _PER_FAILURE * state.unreached),
        main_language=main_language,
    )
    return with_mood(handover, mood)


def with_mood(handover: Handover, mood: str) -> Handover:
    """The same with how the caller feels; an angry caller waits less."""
    told = replace(handover, mood=mood, priority=min(_HIGHEST, handover.priority + _PRIORITY.get(mood, 0)))
    return replace(told, summary=_summary(told))


def _wishes(exchanges: Sequence[Exchange], heard: Input | None, kind: str) -> list[str]:
    """The last different sentences that tell of the caller's matter, oldest first."""
    told = [(one.caller, one.kind) for one in exchanges if not one.off_record]
    if isinstance(heard, Said):
        told.append((heard.text, kind))
    wishes = [text.strip(_ENDS) for text, kind in told if kind not in _NO_WISH and is_substantial(text)]
    return list(dict.fromkeys(reversed(wishes)))[:WORDS][::-1]


def _tried(state: DialogueState, language: str) -> str:
    words = _TRIED[language]
    parts = []
    if state.answers:
        names = ", ".join(dict.fromkeys(name.replace("-", " ") for name in state.answers))
        parts.append(words["answered"].format(names=names))
    counts = {kind: sum(one.kind == kind for one in state.exchanges) for kind in ("model", "fallback")}
    counts["unreached"] = state.unreached
    parts += [words[what].format(count=count) for what, count in counts.items() if count]
    return _BETWEEN[language].join(parts)


def _summary(told: Handover) -> str:
    main = told.main_language
    mood = _MOODS_ZH.get(told.mood, told.mood) if main == "zh" else told.mood
    values = {
        "who": told.who,
        "language": _LANGUAGES[main].get(told.language, told.language),
        "wants": told.wants,
        "tried": told.tried,
        "mood": mood,
    }
    who, *others = _SUMMARY[main]
    # A name in braces stands in exactly one of the parts: what is not known is not told.
    parts = [
        part.format(**values)
        for part, name in zip(others, ("wants", "tried", "mood"), strict=True)
        if values[name]
    ]
    return ("" if main == "zh" else " ").join([who.format(**values), *parts])
