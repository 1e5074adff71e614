"""What a flow answers by itself: its known answers, and what is said to any shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dialogue import courtesies
from dialogue.flow import Flow
from dialogue.known import Asked, KnownAnswers
from dialogue.texts import plain


def known_answers(flow: Flow, *, has_shop: bool = False) -> KnownAnswers:
    """What a flow answers by itself; names with `@` are what is said to any shop (`@goodbye`)."""
    return KnownAnswers(dict(asked_of(flow, has_shop=has_shop)))


def asked_of(flow: Flow, *, has_shop: bool = False) -> Iterator[tuple[str, Asked]]:
    """The examples of each, by name: names with `@` are what is said to any shop (`@goodbye`).

    Where the shop's orders cannot be reached, what asks for a task is answered by its `otherwise`.
    """
    own = dict(_of_the_flow(flow, has_shop=has_shop))
    yield from own.items()
    taken = {plain(example) for asked in own.values() for example in asked.examples}
    for name, asked in _of_any_shop(flow):
        # "I want to make a complaint" asks for a person, unless the flow knows better.
        examples = tuple(example for example in asked.examples if plain(example) not in taken)
        yield name, replace(asked, examples=examples)


def _of_the_flow(flow: Flow, *, has_shop: bool) -> Iterator[tuple[str, Asked]]:
    instead = {} if has_shop else {task.name: task.otherwise for task in flow.tasks if task.otherwise}
    for answer in flow.answers:
        more = [task for task in flow.tasks if instead.get(task.name) == answer.name]
        yield (
            answer.name,
            Asked(
                (*answer.examples.all(), *(text for task in more for text in task.examples.all())),
                (*answer.keywords.all(), *(text for task in more for text in task.keywords.all())),
                answer.courtesy,
            ),
        )
    for task in flow.tasks:
        if task.name not in instead and (task.examples.all() or task.keywords.all()):
            yield task.name, Asked(task.examples.all(), task.keywords.all())


def _of_any_shop(flow: Flow) -> Iterator[tuple[str, Asked]]:
    keywords = courtesies.KEYWORDS
    yield "@goodbye", Asked((*courtesies.GOODBYE, *flow.goodbye.phrases.all()), keywords["goodbye"], True)
    yield "@repeat", Asked((*courtesies.REPEAT, *flow.repeat.phrases.all()), keywords["repeat"], True)
    if flow.person is not None:
        yield "@person", Asked((*courtesies.PERSON, *flow.person.phrases.all()), keywords["person"])
    if flow.language is not None:
        for language, phrases in (("en", courtesies.TO_ENGLISH), ("zh", courtesies.TO_CHINESE)):
            own = flow.language.phrases.get("zh" if language == "zh" else "en")
            yield f"@{language}", Asked((*phrases, *(own.all() if own else ())))
