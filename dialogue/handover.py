"""What a colleague is told of a caller whom he is handed: who, what, tried, mood. Pure logic.

A screen beside a telephone has room for two lines, and a channel variable for 200 characters, so what
matters most goes first.
"""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.flow import Flow
from dialogue.following import is_substantial
from dialogue.mind import Handover, Input, Said
from dialogue.state import DialogueState, Exchange

WORDS = 2
"""How many of the caller's sentences are told; the last ones say best what he wants."""

_NO_WISH = frozenset(
    {"person", "repeat", "language", "goodbye", "callback", "resumed", "afresh", "refused", "task"}
)
"""Kinds of turns in which a caller says how to go on, or answers a question; a task itself is told."""

_PER_FAILURE = 2
"""Priority for each transfer of this call that nobody took."""
_HIGHEST = 10

_LANGUAGES = {"en": {"en": "English", "zh": "Chinese"}, "zh": {"en": "英语", "zh": "中文"}}
_MOODS_ZH = {
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


def handover_of(state: DialogueState, flow: Flow, heard: Input | None = None, kind: str = "") -> Handover:
    """What a colleague should know.

    Args:
        state: the dialogue before this turn, with the tasks and feelings of this one.
        flow: the summary is in its main language. The caller's words stay as they are.
        heard: what the caller did in this turn.
        kind: where this turn's answer comes from, see `Thought.kind`.
    """
    main = flow.main_language
    between = _BETWEEN[main]
    who = ", ".join(filter(None, (state.tasks.customer, state.caller))) or _UNKNOWN[main]
    told = {
        "who": who,
        "wants": between.join((*_matters(state, flow), *_wishes(state.exchanges, heard, kind))),
        "tried": between.join(_tried(state, main)),
        "mood": state.feelings.told,
    }
    language = heard.language if isinstance(heard, Said) else state.language
    priority = min(_HIGHEST, state.feelings.priority + _PER_FAILURE * state.unreached)
    return Handover(**told, language=language, priority=priority, summary=_summary(told, language, main))


def _matters(state: DialogueState, flow: Flow) -> list[str]:
    """The tasks under way, that which is worked on first, with the order in question."""
    matters = {task.name: task.matter.best(flow.main_language)[0] for task in flow.tasks}
    names = [*(one.task for one in reversed(state.tasks.stack)), *(one.task for one in state.tasks.waiting)]
    told = [matters[name] for name in dict.fromkeys(names) if name in matters]
    if told and state.tasks.order:
        told[0] += f" {state.tasks.order}"
    return told


def _wishes(exchanges: Sequence[Exchange], heard: Input | None, kind: str) -> list[str]:
    """The last different sentences that tell of the caller's matter, oldest first."""
    told = [(one.caller, one.kind) for one in exchanges if not one.off_record]
    if isinstance(heard, Said):
        told.append((heard.text, kind))
    wishes = [text.strip(_ENDS) for text, kind in told if kind not in _NO_WISH and is_substantial(text)]
    return list(dict.fromkeys(reversed(wishes)))[:WORDS][::-1]


def _tried(state: DialogueState, language: str) -> list[str]:
    """What was done, what was answered, and what came to nothing."""
    words = _TRIED[language]
    parts = [done.strip(_ENDS) for done in state.tasks.done]
    if state.answers:
        names = ", ".join(dict.fromkeys(name.replace("-", " ") for name in state.answers))
        parts.append(words["answered"].format(names=names))
    counts = {kind: sum(one.kind == kind for one in state.exchanges) for kind in ("model", "fallback")}
    counts["unreached"] = state.unreached
    return parts + [words[what].format(count=count) for what, count in counts.items() if count]


def _summary(told: dict[str, str], language: str, main: str) -> str:
    """All of it as sentences; what is not known, or not worth a word, is left out."""
    mood = "" if told["mood"] == "neutral" else told["mood"]
    mood = _MOODS_ZH.get(mood, mood) if main == "zh" else mood
    who, *others = _SUMMARY[main]
    sentences = [who.format(who=told["who"], language=_LANGUAGES[main].get(language, language))]
    for sentence, name, value in zip(
        others, ("wants", "tried", "mood"), (told["wants"], told["tried"], mood), strict=True
    ):
        if value:
            sentences.append(sentence.format(**{name: value}))
    return ("" if main == "zh" else " ").join(sentences)
