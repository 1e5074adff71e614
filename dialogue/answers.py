"""What a flow's answers are as decisions: by name, by key, and what is said to courtesies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dialogue.decision import Decision, unchanged
from dialogue.flow import Flow, MenuKey
from dialogue.flowwords import FlowWords
from dialogue.mind import Act
from dialogue.saying import says
from dialogue.state import Change, DialogueState
from dialogue.tasks.book import Book
from dialogue.tasks.moves import Begin
from dialogue.tasks.state import Wanted


class Answers:
    """One flow's answers, whatever led to them.

    Args:
        flow: what the admin wrote.
        book: its tasks.
        words: its own words.
        task_of: the task that an answer leads to, empty for none.
        has_shop: whether the shop's orders can be reached, so that tasks can begin.
    """

    def __init__(
        self,
        flow: Flow,
        book: Book,
        words: FlowWords,
        task_of: Callable[[str], str],
        *,
        has_shop: bool,
    ) -> None:
        self.flow = flow
        self.book = book
        self.words = words
        self._task_of = task_of
        self._has_shop = has_shop

    def named(self, name: str, language: str) -> Decision:
        """The task or the known answer of a name; without the shop what a task says instead."""
        if not self._has_shop and name in self.book:
            name = self.book.task(name).otherwise or name
        has_answer = any(one.name == name for one in self.flow.answers)
        if (task := self._task_of(name)) or not has_answer:
            return self.begin((Wanted(task or name, ""),), language)
        return self.answer(name, language)

    def answer(self, name: str, language: str) -> Decision:
        """A known answer, whatever task it leads to."""
        answer = self.flow.answer(name)
        acts: tuple[Act, ...] = says(answer.text, language)
        if answer.transfer is not None:
            acts = (*acts, *self.words.transfer(answer.transfer, language))
        expects = answer.expects or ("yes-no" if answer.offer or answer.anything_else else None)
        change = Change(
            offer=answer.offer or "",
            anything_else=answer.anything_else,
            answered=answer.name,
            expects=expects,
        )
        return Decision("known", acts, change)

    def begin(self, wanted: tuple[Wanted, ...], language: str) -> Decision:
        """Begin tasks; without the shop what the first of them says instead."""
        if self._has_shop:
            return Decision("task", (), Change(), move=Begin(wanted))
        otherwise = self.book.task(wanted[0].task).otherwise
        if otherwise is not None:
            return self.answer(otherwise, language)
        return Decision("known", self.words.failure(language), Change())

    def menu_key(self, action: MenuKey, state: DialogueState) -> Decision:
        """What a key of the menu does."""
        language = state.language
        decision = Decision("menu", self.words.menu_prompt(language), Change())
        if action.answer is not None:
            decision = self.named(action.answer, language)
        elif action.task is not None:
            decision = self.named(action.task, language)
        elif action.transfer is not None:
            decision = Decision("menu", self.words.transfer(action.transfer, language), Change())
        elif action.language is not None:
            decision = self.switch(action.language, state)
        elif action.repeat:
            decision = self.repeat(state)
        elif action.goodbye:
            decision = self.goodbye(language)
        return replace(decision, kind="menu")

    def courtesy(self, name: str, language: str, state: DialogueState) -> Decision:
        """What is done about words that any flow knows: `@goodbye`, `@repeat`, `@person`, `@zh`, ..."""
        if name == "@goodbye":
            return self.goodbye(language)
        if name == "@repeat":
            return self.repeat(replace(state, language=language))
        if name == "@person" and self.flow.person is not None:
            return Decision("person", self.words.transfer(self.flow.person.transfer, language), Change())
        return self.switch(name.removeprefix("@"), state)

    def switch(self, language: str, state: DialogueState) -> Decision:
        """Go on in another language, if the flow speaks it."""
        if language not in self.flow.languages or self.flow.language is None:
            return self.misunderstood(state.language, state)
        return Decision("language", says(self.flow.language.text, language), Change(language=language))

    def repeat(self, state: DialogueState) -> Decision:
        """Say the last answer once more."""
        acts = state.said or says(self.flow.repeat.nothing, state.language)
        return Decision("repeat", tuple(acts), unchanged(state))

    def goodbye(self, language: str) -> Decision:
        """Take leave and hang up."""
        return Decision("goodbye", self.words.farewell(language), Change())

    def misunderstood(self, language: str, state: DialogueState) -> Decision:
        """Ask to say it again; after so many times what the flow does then."""
        told = self.flow.misunderstanding
        if state.misunderstood < len(told.prompts):
            acts: tuple[Act, ...] = says(told.prompts[state.misunderstood], language)
            return Decision("fallback", acts, Change(misunderstood=state.misunderstood + 1))
        return Decision("fallback", self.words.then(told.then, language), Change())
