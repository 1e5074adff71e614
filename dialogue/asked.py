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
    tasks = {task.name: task for task in flow.tasks if task.examples.all() or task.keywords.all()}
    for answer in flow.answers:
        # An answer and a task of one name are one thing to ask for.
        task = tasks.pop(answer.name, None)
        examples = (*answer.examples.all(), *(task.examples.all() if task is not None else ()))
        named = (*answer.keywords.all(), *(task.keywords.all() if task is not None else ()))
        yield answer.name, Asked(examples, named, answer.courtesy and task is None)
    keywords = courtesies.KEYWORDS
    for task in tasks.values():
        yield task.name, Asked(task.examples.all(), task.keywords.all())
    yield "@goodbye", Asked((*courtesies.GOODBYE, *flow.goodbye.phrases.all()), keywords["goodbye"], True)
    yield "@repeat", Asked((*courtesies.REPEAT, *flow.repeat.phrases.all()), keywords["repeat"], True)
    if flow.person is not None:
        yield "@person", Asked((*courtesies.PERSON, *flow.person.phrases.all()), keywords["person"])
    if flow.language is not None:
        for language, phrases in (("en", courtesies.TO_ENGLISH), ("zh", courtesies.TO_CHINESE)):
            more = flow.language.phrases.get("zh" if language == "zh" else "en")
            yield f"@{language}", Asked((*phrases, *(more.all() if more else ())))
