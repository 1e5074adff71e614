"""What callers asked often and no known answer fitted: grouped by meaning, with drafts of the answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.asked import known_answers
from dialogue.flow import Flow
from dialogue.following import is_substantial
from dialogue.intent import Encoder
from dialogue.prompt import OFFER
from dialogue.texts import LANGUAGES, Language, script_of
from dialogue.understanding import Train
from dialogue.words import LIGHT, stem
from parley.pastcalls import Question
from parley.suggesting.clustering import clusters
from parley.suggesting.masking import MASK, masked, rare_names

ALIKE: Mapping[Language, float] = {"en": 0.42, "zh": 0.45}
"""Average likeness from which questions are one. Of the shipped flows' own examples, 87 % and 93 % are then
in groups of three and more, of which 85 % and 76 % belong to one answer."""

NEAR = 0.55
"""Likeness of a group to an answer's nearest examples from which it is proposed as further examples."""

MOST = 4000
"""So many wordings of a language are looked at, the most frequent ones: likeness is a square matrix."""

SHOWN = 8
"""Examples of a suggestion: more add little."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that was asked often.

    Attributes:
        language: `en` or `zh`.
        count: how often it was asked.
        calls: in how many calls.
        kinds: what answered it, and how often: `model`, `fallback`, `error`.
        examples: how it was put, the most frequent wording first; nobody's own data is in them.
        draft: what the language model said most often; None where it had no answer.
        nearest: the known answer that comes nearest, None in a flow without any.
        likeness: how near, -1 to 1; from `NEAR` on the examples belong there.
        name: for a new answer.
    """

    language: Language
    count: int
    calls: int
    kinds: Mapping[str, int]
    examples: tuple[str, ...]
    draft: str | None
    nearest: str | None
    likeness: float
    name: str

    @property
    def add_to(self) -> str | None:
        """The known answer whose examples these should become, None where a new one is due."""
        return self.nearest if self.likeness >= NEAR else None


@dataclass(frozen=True, slots=True)
class Asked:
    """One wording, as often as it came.

    Attributes:
        text: without what is a caller's own.
        questions: the turns in which it was said.
    """

    text: str
    questions: tuple[Question, ...]


def suggest(
    flow: Flow,
    questions: Sequence[Question],
    encoders: Mapping[Language, Encoder],
    train: Train,
    *,
    least: int = 3,
) -> list[Suggestion]:
    """Propose known answers, the most wanted first.

    What the flow would answer by itself today is left out.

    Args:
        flow: as it is now.
        questions: turns that it did not answer by itself.
        encoders: make the vectors of each language's sentences.
        train: trains its intents.
        least: how often a question must have been asked.
    """
    found: list[Suggestion] = []
    asked = _wordings(flow, _unanswered(flow, questions, train))
    names = {answer.name for answer in flow.answers}
    for language in LANGUAGES:
        own = [one for one in asked if script_of(one.text) == language]
        own = sorted(own, key=lambda one: -len(one.questions))[:MOST]
        if not own:
            continue
        vectors = encoders[language].encode_many([one.text for one in own])
        near = _Nearest(flow, language, encoders[language])
        for group in clusters(vectors, [len(one.questions) for one in own], ALIKE[language]):
            members = sorted((own[row] for row in group), key=lambda one: -len(one.questions))
            if sum(len(one.questions) for one in members) >= least:
                nearest, likeness = near.of(vectors[group])
                found.append(_suggestion(members, language, nearest, likeness, names))
    return sorted(found, key=lambda one: (-one.count, one.examples))


def _unanswered(flow: Flow, questions: Iterable[Question], train: Train) -> Iterator[Question]:
    """Those that the flow would still not answer, and that are more than a sound."""
    known = known_answers(flow)
    intents = train(known.examples)
    for question in questions:
        text = question.text
        if is_substantial(text) and known.find(text) is None and intents.recognise(text).intent is None:
            yield question


def _wordings(flow: Flow, questions: Iterable[Question]) -> list[Asked]:
    """Different wordings without private data; upper and lower case and stops are no difference."""
    every = list(questions)
    said: dict[str, list[str]] = {}
    for question in every:
        said.setdefault(question.call_id, []).append(question.text)
    texts = [text.best(language)[0] for _, text in flow.texts() for language in flow.languages]
    examples = [example for answer in flow.answers for example in answer.examples.all()]
    names = rare_names(said, [*texts, *examples])
    by_words: dict[str, list[tuple[str, Question]]] = {}
    for question in every:
        text = masked(question.text, script_of(question.text), names)
        key = " ".join(re.findall(r"\w+", text.casefold()))
        if key:
            by_words.setdefault(key, []).append((text, question))
    return [
        Asked(Counter(text for text, _ in same).most_common(1)[0][0], tuple(one for _, one in same))
        for same in by_words.values()
    ]


class _Nearest:
    """Finds the known answer that a group of questions comes nearest to."""

    def __init__(self, flow: Flow, language: Language, encoder: Encoder) -> None:
        examples = [
            (answer.name, text)
            for answer in flow.answers
            if not answer.courtesy
            for text in answer.examples.of(language)
        ]
        self._names = [name for name, _ in examples]
        self._vectors = encoder.encode_many([text for _, text in examples]) if examples else None

    def of(self, vectors: Floats) -> tuple[str | None, float]:
        """The answer whose nearest example is on average most like the questions, and how like."""
        if self._vectors is None:
            return None, 0.0
        likeness = vectors @ self._vectors.T
        best: dict[str, float] = {}
        for name in dict.fromkeys(self._names):
            columns = [place for place, one in enumerate(self._names) if one == name]
            best[name] = float(likeness[:, columns].max(axis=1).mean())
        nearest = max(best, key=lambda name: best[name])
        return nearest, best[nearest]


def _suggestion(
    members: Sequence[Asked], language: Language, nearest: str | None, likeness: float, taken: set[str]
) -> Suggestion:
    questions = [question for one in members for question in one.questions]
    examples = tuple(dict.fromkeys(one.text.strip(" .。?？!！") for one in members))[:SHOWN]
    name = _name(examples, taken)
    taken.add(name)
    return Suggestion(
        language,
        len(questions),
        len({question.call_id for question in questions}),
        dict(Counter(question.kind for question in questions).most_common()),
        examples,
        _draft(questions, language),
        nearest,
        likeness,
        name,
    )


def _draft(questions: Iterable[Question], language: Language) -> str | None:
    """The language model's most frequent answer, of those that are answers."""
    said = Counter(
        masked(question.reply, language)
        for question in questions
        if question.kind == "model" and question.reply and not OFFER.search(question.reply)
    )
    return said.most_common(1)[0][0] if said else None


def _name(examples: Sequence[str], taken: set[str]) -> str:
    """A name out of the words that most of the examples have; a numbered one for Chinese."""
    words = Counter(word for text in examples for word in dict.fromkeys(_content(text)))
    order = {word: place for place, word in enumerate(_content(examples[0]))}
    common = sorted((word for word in words if word in order), key=lambda word: (-words[word], order[word]))
    name = "-".join(sorted(common[:2], key=order.__getitem__)) or "question"
    number = 1
    while (numbered := name if number == 1 and common else f"{name}-{number}") in taken:
        number += 1
    return numbered[:60]


def _content(text: str) -> list[str]:
    """The English words that say what a sentence is about, as they were said."""
    words = re.findall(r"[a-z]+", text.replace(MASK, " ").casefold())
    return [word for word in words if len(word) > 2 and word not in LIGHT and stem(word) not in LIGHT]
