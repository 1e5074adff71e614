"""What a caller's words ask of a flow: by what they resemble, by what they mean, or by what is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from dialogue.anyproduct import of_any_product
from dialogue.asked import asked_of, known_answers
from dialogue.completeness import EXPECTED_MATCH, Examples
from dialogue.facts import Evidence, Facts
from dialogue.flow import Flow
from dialogue.following import is_substantial
from dialogue.intent.recogniser import Recognised, Recogniser
from dialogue.known import Match
from dialogue.respelling import Respelling
from dialogue.tasks.directory import Directory
from dialogue.tasks.requests import divisions
from dialogue.tasks.state import Wanted
from dialogue.texts import script_of

Train: TypeAlias = Callable[[Mapping[str, Sequence[str]]], Recogniser]
"""Trains a recogniser on example sentences by intent."""

MEANT = EXPECTED_MATCH - 0.05
"""The best match by meaning alone: below what makes a question count as asked in full."""

AS_WRITTEN = 0.9
"""Likeness from which words are an example of the flow, whatever they may mean."""

LIKELY = 0.6
"""Likeness from which words are seldom alike by chance."""

AHEAD = 0.25
"""How much more alike than anything else words must be to be taken at their likeness."""

FOREIGN = 0.9
"""Probability of asking for nothing that the flow knows, from which likeness is by chance."""

PASSAGES = 2
"""Passages of the shop's documents that the language model gets at most."""


class Understanding:
    """One flow's understanding, shared by all calls and all ways of wording the flow.

    Args:
        flow: what the admin wrote.
        train: trains a recogniser, None to compare words only.
        facts: what the shop's catalogue and documents say, None to do without.
        directory: what is known of the shop's products; None where its orders cannot be reached, so that no
            task begins.

    Attributes:
        known: finds known answers, tasks and courtesies by their examples.
        examples: all sentences that the flow knows.
    """

    def __init__(
        self,
        flow: Flow,
        *,
        train: Train | None,
        facts: Facts | None,
        directory: Callable[[], Directory] | None,
    ) -> None:
        self._flow = flow
        self._facts = facts
        self._directory = directory
        self._has_shop = directory is not None
        self._tasks = frozenset(task.name for task in flow.tasks)
        self.known = known_answers(flow, has_shop=self._has_shop)
        self._intents = train(self.known.examples) if train is not None else None
        self.examples = Examples(text for _, asked in asked_of(flow) for text in asked.examples)
        self._names: tuple[str, ...] = ()
        self._seen: Directory | None = None
        self._respelling = Respelling(self.known.sentences)

    def mended(self, text: str) -> str:
        """The text with misheard Mandarin words put right, of the same length."""
        if script_of(text) != "zh":
            return text
        directory = self._directory() if self._directory is not None else None
        if directory is not self._seen:
            # Customers move now and then; only other products make another spelling.
            self._seen = directory
            names = directory.catalogue.said if directory is not None else ()
            if names != self._names:
                self._names, self._respelling = names, Respelling(self.known.sentences, names)
        return self._respelling.mend(text)

    def told(self, text: str, language: str) -> Evidence | None:
        """What the shop's catalogue and documents say to all that is asked."""
        return self._facts.told(self.mended(text), language) if self._facts is not None else None

    def two(self, text: str) -> tuple[tuple[Wanted, ...], tuple[str, ...]] | None:
        """A sentence that asks for two things, of which one at least is a task.

        Returns:
            The tasks in their order, and the names of known answers that are asked for besides.
        """
        if not self._has_shop or not self._tasks:
            return None
        for parts in divisions(text):
            asked = [self.asks_for(part) for part in parts]
            names = [one.name for one in asked if one is not None and self.is_question(one.name)]
            if len(names) < 2 or names[0] == names[1]:
                continue
            tasks = [self.task_of(name) for name in names]
            wanted = tuple(Wanted(task, part) for task, part in zip(tasks, parts, strict=True) if task)
            if wanted and tasks[0] != tasks[1]:
                return wanted, tuple(name for name, task in zip(names, tasks, strict=True) if not task)
        return None

    def evidence(self, text: str, language: str) -> list[str]:
        """Passages of the shop's documents that may answer, for the language model; mostly none."""
        found = self._facts.passages(self.mended(text), language, PASSAGES) if self._facts is not None else ()
        return [one.text for one in found]

    def task_of(self, name: str) -> str:
        """The task that a known answer or a task's own examples lead to; empty where none can be begun."""
        if not self._has_shop:
            return ""
        if name in self._tasks:
            return name
        return next((one.task or "" for one in self._flow.answers if one.name == name), "")

    def is_question(self, name: str) -> bool:
        """Whether a name stands for something asked, and not for a courtesy or what is said to any shop."""
        return not name.startswith("@") and name not in self.known.courtesies

    def asks_for(self, text: str) -> Match | None:
        """What the words ask for, by what they resemble or what they mean."""
        return self.alike(text) or self.meant(text)

    def find(self, text: str) -> Match | None:
        """What the words resemble, by themselves."""
        return self.known.find(self.mended(text))

    def alike(self, text: str) -> Match | None:
        """What the words resemble, whatever product they name."""
        text = self.mended(text)
        return self._resembled(text) or self._of_any_product(text, self._resembled)

    def is_certain(self, text: str) -> bool:
        """Whether the words resemble an example so much that nothing else can be meant."""
        text = self.mended(text)
        match = self.known.find(text) or self._of_any_product(text, self.known.find)
        return match is not None and match.score >= EXPECTED_MATCH

    def meant(self, text: str) -> Match | None:
        """The known answer that the words mean, though they resemble none of its examples."""
        text = self.mended(text)
        return self._understood(text) or self._of_any_product(text, self._understood)

    def _of_any_product(self, text: str, look: Callable[[str], Match | None]) -> Match | None:
        """What is asked of a product, without its name; a courtesy is said of none."""
        if self._directory is None or (plain := of_any_product(text, self._directory().catalogue)) is None:
            return None
        match = look(plain)
        return match if match is not None and self.is_question(match.name) else None

    def _resembled(self, text: str) -> Match | None:
        """What the words resemble, unless they mean something else.

        Several examples may share most of their words: "how do I return it" and "I want to return it". Where
        they come near one another, or near to none, the meaning decides.
        """
        ranking = self.known.rank(text)
        match = self.known.find(text, ranking=ranking)
        if match is None or self._intents is None or self._is_clear(match, ranking):
            return match
        if not self.is_question(match.name) or not is_substantial(text):
            return match
        found = self._intents.recognise(text)
        if found.out_of_scope >= FOREIGN:
            return None
        meant = self._named(found)
        return match if meant is None or meant.name == match.name else meant

    def _is_clear(self, match: Match, ranking: Sequence[Match]) -> bool:
        """Whether nothing else comes near; what leads to the same task does not count."""
        if match.score >= AS_WRITTEN:
            return True
        task = self.task_of(match.name)
        rivals = (
            one.score
            for one in ranking
            if one.name != match.name
            and self.is_question(one.name)
            and not (task and self.task_of(one.name) == task)
        )
        return match.score >= LIKELY and match.score > next(rivals, 0.0) + AHEAD

    def _understood(self, text: str) -> Match | None:
        """The known answer that the recogniser of intents finds in the words."""
        if self._intents is None or not is_substantial(text):
            return None
        return self._named(self._intents.recognise(text))

    def _named(self, found: Recognised) -> Match | None:
        if found.intent is None or found.intent in self.known.courtesies:
            return None
        # However sure, it knows the meaning of the words so far, not that they are all.
        return Match(found.intent, min(found.probability, MEANT))
