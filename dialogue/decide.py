"""Decides what a flow answers. Pure: from flow, state and what was heard to a decision.

The order: keys and menu, then words that try to give other orders, then taking leave, asking for a person,
a repetition or another language, then known answers, then the language model, and last the prompts for
misunderstanding.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import datetime

from dialogue.answers import Answers
from dialogue.callback import YES_NO_KEYS
from dialogue.completeness import EXPECTED_MATCH, completeness, is_question
from dialogue.courtesies import Reply, is_plain_yes, reply_of
from dialogue.decision import Decision, unchanged
from dialogue.facts import Facts
from dialogue.flow import Flow
from dialogue.flowwords import FlowWords
from dialogue.following import follow_language, is_spelled, is_substantial
from dialogue.injection import is_injection
from dialogue.interrupted import Interruptions, called_back
from dialogue.mind import (
    Arrived,
    Completeness,
    Input,
    Keyed,
    Said,
    Silence,
    TimeIsUp,
    TransferFailed,
    Weighed,
)
from dialogue.occasions import Occasions
from dialogue.saying import says
from dialogue.state import Change, DialogueState
from dialogue.styles import in_style
from dialogue.tasks.book import Book
from dialogue.tasks.directory import Directory
from dialogue.tasks.expecting import is_whole_answer
from dialogue.tasks.moves import Answer, AskAgain, Begin, Press
from dialogue.tasks.outcome import Meaning
from dialogue.tasks.replies import abandons, leading_reply, takes_leave
from dialogue.tasks.saying import cut
from dialogue.tasks.state import YES_NO, Underway, Wanted
from dialogue.texts import STYLES, Style
from dialogue.understanding import MEANT, Train, Understanding

COURTESY = 0.65
"""The match from which words in the middle of a task ask for another language or a repetition."""

PERSON = 0.55
"""The match from which they ask for a person: whoever is angry says more than that."""


class Decider:
    """One flow's decisions, for any number of calls.

    Args:
        flow: what the admin wrote.
        clock: tells the time, for the opening hours.
        has_model: whether a language model can be asked.
        directory: what is known of the shop's customers; None where its orders cannot be reached, so that no
            task begins.
        train: trains a recogniser on examples by intent, for words that resemble no example but mean the
            same; None to do without.
        facts: what the shop's catalogue and documents say, None to do without.
        callbacks: whether a caller whom nobody can take may be offered a call back.
    """

    def __init__(
        self,
        flow: Flow,
        *,
        clock: Callable[[], datetime],
        has_model: bool,
        directory: Callable[[], Directory] | None = None,
        train: Train | None = None,
        facts: Facts | None = None,
        callbacks: bool = False,
    ) -> None:
        self.flow = flow
        self._clock = clock
        self._has_model = has_model
        self._directory = directory
        self._callbacks = callbacks
        self._understanding = Understanding(
            flow, train=train, facts=facts if flow.knowledge else None, directory=directory
        )
        self._word(flow)
        self._styles: dict[Style, Decider] = {}
        for style in STYLES:
            if (worded := in_style(flow, style)) is not flow:
                self._styles[style] = copy(self)
                self._styles[style]._word(worded)

    def _word(self, flow: Flow) -> None:
        """Speak in the words of `flow`, which asks and knows the same."""
        has_shop = self._directory is not None
        self.flow, self.book = flow, Book(flow)
        self.words = FlowWords(flow, self._clock, has_model=self._has_model, has_shop=has_shop)
        self.answers = Answers(flow, self.book, self.words, self._understanding.task_of, has_shop=has_shop)
        self.interruptions = Interruptions(flow, callbacks=self._callbacks)
        self.occasions = Occasions(flow, self.words, self.interruptions)

    def in_style(self, style: Style | None) -> Decider:
        """The same decisions, worded as the flow has it for a style."""
        return self._styles.get(style, self) if style is not None else self

    def evidence(self, text: str, language: str) -> list[str]:
        """Passages of the shop's documents that may answer, for the language model; mostly none."""
        return self._understanding.evidence(text, language)

    def mended(self, text: str) -> str:
        """The text with misheard Mandarin words put right, of the same length."""
        return self._understanding.mended(text)

    def decide(self, heard: Input, state: DialogueState) -> Decision:
        """What to answer to `heard` in `state`."""
        if state.begins == "resuming" and not isinstance(heard, Arrived):
            return self._resuming(heard, state)
        match heard:
            case Arrived():
                decision = self.occasions.greet(state)
            case Keyed(digit):
                decision = self._key(digit, state)
            case Silence(count):
                decision = self.occasions.silence(count, state)
            case TransferFailed(target):
                decision = self.occasions.unreached(target, state)
            case TimeIsUp():
                decision = self.occasions.time_is_up(state)
            case Said():
                decision = self._said(heard, state)
        if state.tasks.current is None or self.interruptions.is_open(state):
            return decision
        return self._for_task(heard, decision, state)

    def _for_task(self, heard: Input, decision: Decision, state: DialogueState) -> Decision:
        """What a key or a silence means to the task that is under way."""
        same = unchanged(state)
        if isinstance(heard, Keyed):
            return Decision(
                "task",
                (),
                same,
                move=Press(heard.digit),
                otherwise=self._elsewhere(heard.digit, decision),
            )
        if isinstance(heard, Silence) and heard.count == 1:
            return replace(decision, change=same, move=AskAgain())
        return decision

    def _elsewhere(self, digit: str, decision: Decision) -> Decision | None:
        """What a key does in the middle of a task that has no use for it.

        A person, another language, the last answer once more, goodbye; but no menu, whose 1 and 2 would be
        taken for a yes and a no.
        """
        action = self.flow.menu.keys.get(digit) if self.flow.menu is not None else None
        if action is None or not (action.transfer or action.language or action.repeat or action.goodbye):
            return None
        return replace(decision, move=AskAgain()) if action.language else decision

    def weigh(self, said: Said, state: DialogueState) -> Weighed:
        """See `Mind.weigh`, for words that nobody else spoke over."""
        decision = self.decide(said, state)
        judged = completeness(
            self.mended(said.text),
            match=decision.match,
            expected=state.expects,
            examples=self._understanding.examples,
        )
        if self._directory is not None and is_whole_answer(
            said.text, state.language, state.tasks, self.book, self._directory()
        ):
            judged = Completeness.EXPECTED
        return Weighed(judged, costly=decision.asks_model)

    def _key(self, digit: str, state: DialogueState) -> Decision:
        if (answer := self.interruptions.keyed(digit, state)) is not None:
            return called_back(answer, state)
        menu = self.flow.menu
        if menu is None:
            return Decision("ignored", (), unchanged(state))
        action = menu.keys.get(digit)
        if action is None:
            text = (*says(menu.unknown, state.language), *says(menu.prompt, state.language))
            return Decision("menu", text, Change())
        return self.answers.menu_key(action, state)

    def _said(self, said: Said, state: DialogueState) -> Decision:
        language, leaning = follow_language(said, state, self.flow.languages)
        reply = reply_of(said.text) if state.offer or state.anything_else else None
        if self.interruptions.is_open(state):
            decision = self._on_callback(said, language, state)
        elif state.tasks.current is not None:
            if is_spelled(said.text):
                # Names, letters and digits are said in either language.
                language, leaning = state.language, ""
            decision = self._in_task(said, language, state)
        elif reply is not None:
            decision = self._replied(reply, language, state)
        else:
            decision = self._asked(said, language, state)
        change = decision.change
        if change.language is None:
            change = replace(change, language=language, leaning=leaning)
        return replace(decision, change=change)

    def _resuming(self, heard: Input, state: DialogueState) -> Decision:
        """After the offer to go on where an earlier call was cut off, until that is settled.

        Only a "yes" takes up what was left open: somebody else may have the telephone now.
        """
        reply = reply_of(heard.text) if isinstance(heard, Said) else None
        if isinstance(heard, Keyed):
            reply = YES_NO_KEYS.get(heard.digit)
        if reply is not None:
            language, leaning = state.language, ""
            if isinstance(heard, Said):
                language, leaning = follow_language(heard, state, self.flow.languages)
            decision = self._resumed(reply, language, replace(state, language=language))
            return replace(
                decision,
                change=replace(
                    decision.change, language=decision.change.language or language, leaning=leaning
                ),
            )
        decision = self.decide(heard, replace(state.anew, said=state.said, misunderstood=state.misunderstood))
        if decision.kind not in ("silence", "fallback", "ignored", "repeat"):
            return replace(decision, change=replace(decision.change, afresh=True))
        kept = replace(unchanged(state), misunderstood=decision.change.misunderstood, expects="yes-no")
        return replace(decision, change=kept)

    def _resumed(self, reply: Reply, language: str, state: DialogueState) -> Decision:
        """A yes or no to going on where the earlier call was cut off."""
        if reply is Reply.NO and self.flow.resume is not None:
            return Decision("afresh", says(self.flow.resume.afresh, language), Change(afresh=True))
        if (answer := self.interruptions.taken_up(language, state)) is not None:
            return Decision("resumed", answer.says, answer.change)
        if state.tasks.current is not None:
            return Decision("resumed", (), Change(), move=AskAgain())
        return replace(self._replied(reply, language, state), kind="resumed")

    def _on_callback(self, said: Said, language: str, state: DialogueState) -> Decision:
        """The caller's words after an offer to call back; another question is answered instead."""
        if (answer := self.interruptions.said(said.text, language, state)) is not None:
            return called_back(answer, state)
        decision = self._asked(said, language, state)
        if decision.kind in ("fallback", "model"):
            answer = self.interruptions.not_understood(language, state)
        return decision if answer is None else called_back(answer, state)

    def _replied(self, reply: Reply, language: str, state: DialogueState) -> Decision:
        """A yes or no to what was offered last."""
        if reply is Reply.YES and state.offer:
            return Decision("person", self.words.transfer(state.offer, language), Change())
        if reply is Reply.NO and state.anything_else:
            return self.answers.goodbye(language)
        return Decision("known", says(self.flow.more, language), Change(anything_else=reply is Reply.NO))

    def _in_task(self, said: Said, language: str, state: DialogueState) -> Decision:
        """Leave-taking and the like as ever; all else is for the task to make something of.

        "That's all", 不需要了 may be an answer, or leave the task: only goodbye ends the call.
        """
        asked = state.tasks.current.asked if state.tasks.current is not None else None
        same = unchanged(state)
        if is_injection(said.text):
            return Decision("refused", says(self.flow.refusal.text, language), same, move=AskAgain())
        match = self._understanding.find(said.text)
        replies = asked is not None and asked.about in YES_NO and leading_reply(said.text)[0] is not None
        sure = match.name if match is not None and match.score >= _least(match.name) else ""
        leaving = sure == "@goodbye" and not takes_leave(said.text)
        is_courtesy = sure.startswith("@") and not leaving
        if match is not None and is_courtesy and not replies and not abandons(said.text):
            courtesy = replace(self.answers.courtesy(match.name, language, state), match=match.score)
            if courtesy.kind == "language":
                return replace(courtesy, move=AskAgain())
            return courtesy
        if state.offer and is_plain_yes(said.text) and not self._awaits_yes(state.tasks.current):
            return Decision("person", self.words.transfer(state.offer, language), Change())
        score = match.score if match is not None else 0.0
        return Decision("task", (), same, score, move=Answer(said.text, leaving))

    def _awaits_yes(self, task: Underway | None) -> bool:
        """Whether a yes may answer a task's open question rather than an offer that was made beside it."""
        if task is None or task.asked is None or task.asked.about in YES_NO:
            return True
        slot = self.book.task(task.task).slots.get(task.asked.slot)
        return slot is not None and slot.type in ("choice", "text")

    def meaning(self, text: str, language: str, *, certain: bool = False) -> Meaning:
        """What a sentence means to the flow apart from the task that is under way; only what is `certain`."""
        if reply_of(text) is not None or (certain and not self._understanding.is_certain(text)):
            return Meaning()
        if (two := self._two(text, language)) is not None and isinstance(two.move, Begin):
            return Meaning(two.move.wanted)
        match = self._understanding.asks_for(text)
        if match is not None and self._understanding.is_question(match.name):
            if task := self._understanding.task_of(match.name):
                return Meaning((Wanted(task, text),), sure=match.score >= EXPECTED_MATCH)
            return Meaning(acts=says(self.flow.answer(match.name).text, language))
        if told := self._told(text, language):
            return Meaning(acts=told.acts)
        return Meaning(asks_model=self._has_model and is_substantial(text) and is_question(text))

    def _two(self, text: str, language: str) -> Decision | None:
        """A sentence that asks for two things, of which one at least is a task."""
        found = self._understanding.two(text)
        if found is None:
            return None
        wanted, answers = found
        acts = tuple(act for name in answers for act in says(self.flow.answer(name).text, language))
        return replace(self.answers.begin(wanted, language), acts=acts, match=MEANT)

    def _asked(self, said: Said, language: str, state: DialogueState) -> Decision:
        if is_injection(said.text):
            return Decision("refused", says(self.flow.refusal.text, language), Change())
        return self._two(said.text, language) or self._one(said, language, state)

    def _one(self, said: Said, language: str, state: DialogueState) -> Decision:
        match = self._understanding.alike(said.text)
        if match is None and (told := self._told(said.text, language)):
            return told
        match = match or self._understanding.meant(said.text)
        if match is not None:
            if task := self._understanding.task_of(match.name):
                return replace(self.answers.begin((Wanted(task, said.text),), language), match=match.score)
            if match.name.startswith("@"):
                answer = self.answers.courtesy(match.name, language, state)
            else:
                answer = self.answers.named(match.name, language)
            return replace(answer, match=match.score)
        if self._has_model and is_substantial(said.text):
            return Decision("model", (), Change())
        return self.answers.misunderstood(language, state)

    def _told(self, text: str, language: str) -> Decision | None:
        """What the shop's catalogue and documents say to all that is asked."""
        answer = self._understanding.told(text, language)
        if answer is None:
            return None
        # As with meaning: the question so far has an answer, and may go on.
        return Decision("knowledge", cut(answer.text, language), Change(), MEANT, source=answer.source)


def _least(name: str) -> float:
    return PERSON if name == "@person" else COURTESY
