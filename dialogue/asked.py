"""What a flow answers by itself: its known answers, and what is said to any shop."""

from __future__ import annotations

from collections.abc import Iterator

from dialogue import courtesies
from dialogue.flow import Flow
from dialogue.known import Asked, KnownAnswers


def known_answers(flow: Flow) -> KnownAnswers:
    """What a flow answers by itself; names with `@` are what is said to any shop (`@goodbye`)."""
    return KnownAnswers(dict(asked_of(flow)))


def asked_of(flow: Flow) -> Iterator[tuple[str, Asked]]:
    """The examples of each, by name: names with `@` are what is said to any shop (`@goodbye`)."""
    for answer in flow.answers:
        yield answer.name, Asked(answer.examples.all(), answer.keywords.all(), answer.courtesy)
    keywords = courtesies.KEYWORDS
    for task in flow.tasks:
        if task.examples.all() or task.keywords.all():
            yield task.name, Asked(task.examples.all(), task.keywords.all())
    yield "@goodbye", Asked((*courtesies.GOODBYE, *flow.goodbye.phrases.all()), keywords["goodbye"], True)
    yield "@repeat", Asked((*courtesies.REPEAT, *flow.repeat.phrases.all()), keywords["repeat"], True)
    if flow.person is not None:
        yield "@person", Asked((*courtesies.PERSON, *flow.person.phrases.all()), keywords["person"])
    if flow.language is not None:
        for language, phrases in (("en", courtesies.TO_ENGLISH), ("zh", courtesies.TO_CHINESE)):
            more = flow.language.phrases.get("zh" if language == "zh" else "en")
            yield f"@{language}", Asked((*phrases, *(more.all() if more else ())))
