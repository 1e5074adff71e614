"""What a flow says in so many words, whatever was asked: transfers, farewells, failures, waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dialogue.ahead import is_fixed, texts_ahead
from dialogue.completeness import is_question
from dialogue.flow import Flow, Then
from dialogue.following import follow_language
from dialogue.mind import Act, End, Said, Say, Transfer
from dialogue.phrases import as_written, sentences
from dialogue.prompt import OFF_TOPIC, UNKNOWN
from dialogue.saying import says
from dialogue.state import DialogueState


class FlowWords:
    """One flow's own words.

    Args:
        flow: what the admin wrote.
        clock: tells the time, for the opening hours.
        has_model: whether a language model can be asked.
        has_shop: whether the shop's orders can be reached.
    """

    def __init__(self, flow: Flow, clock: Callable[[], datetime], *, has_model: bool, has_shop: bool) -> None:
        self.flow = flow
        self._clock = clock
        self._has_model = has_model
        self._has_shop = has_shop

    def failure(self, language: str) -> tuple[Act, ...]:
        """The language model failed: an apology, then a person, or regret, or at last goodbye.

        While the one who should take over has gone home the call goes on, for the known answers
        still work. Where the flow names nobody at all, the call ends.
        """
        failure = self.flow.failure
        apology = says(failure.apology, language)
        if failure.transfer is None:
            return (*apology, *says(failure.regret, language), *self.farewell(language))
        if self.can_transfer(failure.transfer):
            return (*apology, *self.transfer(failure.transfer, language))
        return (*apology, *says(failure.regret, language))

    def hand_over(self, language: str) -> tuple[Act, ...]:
        """The language model gives the caller to a person."""
        target = self.flow.person.transfer if self.flow.person else self.flow.failure.transfer
        return self.transfer(target, language) if target else says(self.flow.failure.regret, language)

    def can_transfer(self, name: str) -> bool:
        """Whether somebody is there to take a call."""
        return self.flow.transfers[name].always or self.is_open()

    def acknowledgements(self, said: Said, state: DialogueState, *, again: bool) -> tuple[Say, ...]:
        """What may be said while an answer is written: to a question, to a statement, or in a long wait."""
        if self.flow.acknowledge is None:
            return ()
        language, _ = follow_language(said, state, self.flow.languages)
        own = self.flow.acknowledge
        first = own.question if is_question(said.text) else own.statement
        texts = own.waiting if again else first
        return tuple(phrase for text in texts if text.has(language) for phrase in says(text, language))

    def waiting(self, language: str) -> tuple[Say, ...]:
        """What may be said while something is being done that takes long."""
        texts = self.flow.acknowledge.waiting[:1] if self.flow.acknowledge is not None else ()
        return tuple(phrase for text in texts for phrase in says(text, language))

    def opening_phrases(self) -> tuple[Say, ...]:
        """What a call may begin with, and what bridges the wait for the language model's first words."""
        texts = [*(notice.text for notice in self.flow.notices), self.flow.greeting]
        if self.flow.recording.text is not None:
            texts.append(self.flow.recording.text)
        if self.flow.closed is not None:
            texts.append(self.flow.closed.text)
        phrases = [phrase for text in texts for phrase in says(text, self.flow.main_language)]
        if self.flow.acknowledge is not None and self._has_model:
            for text in (*self.flow.acknowledge.question, *self.flow.acknowledge.statement):
                for language in self.flow.languages:
                    phrases += says(text, language) if text.has(language) else ()
        return tuple(phrases)

    def fixed_phrases(self) -> tuple[Say, ...]:
        """Every phrase of the flow that is said as it stands, what is needed first going first."""
        phrases: dict[Say, None] = {}
        for text in texts_ahead(self.flow, has_shop=self._has_shop):
            for language in self.flow.languages:
                if is_fixed(text, language):
                    phrases.update(dict.fromkeys(says(text, language)))
        if self._has_model:
            for language in self.flow.languages:
                for told in (UNKNOWN[language], OFF_TOPIC[language]):
                    # As the model writes it, and as it is said in the model's place.
                    cut = (*as_written(told), *sentences(told))
                    phrases.update(dict.fromkeys(Say(one, language, fixed=True) for one in cut))
        return tuple(phrases)

    def is_open(self) -> bool:
        """Whether the shop is open now."""
        return self.flow.hours is None or self.flow.hours.is_open(self._clock())

    def farewell(self, language: str) -> tuple[Act, ...]:
        """Goodbye, and the end of the call."""
        return (*says(self.flow.goodbye.text, language), End())

    def then(self, then: Then, language: str) -> tuple[Act, ...]:
        """What the flow says shall follow in the end."""
        if then.transfer is not None:
            return self.transfer(then.transfer, language)
        if then.end is not None:
            return (*says(then.end, language), End())
        return self.menu_prompt(language)

    def menu_prompt(self, language: str) -> tuple[Act, ...]:
        """What the keys do."""
        return says(self.flow.menu.prompt, language) if self.flow.menu else ()

    def transfer(self, name: str, language: str) -> tuple[Act, ...]:
        """The transfer with its sentence, or words of refusal when nobody is there."""
        transfer = self.flow.transfers[name]
        if self.can_transfer(name):
            return (
                *says(transfer.say, language, interruptible=False),
                Transfer(transfer.leads_to, transfer.queue),
            )
        return says(self.flow.closed.no_transfer, language) if self.flow.closed else ()
