"""A flow: what one shop's phone says and does, as an admin writes it in YAML.

`load_flow` reads it, `dialplans/*.yaml` are examples, `docs/flows.md` teaches it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from dialogue.callback import CallBackTexts
from dialogue.emotions.reactions import DEFAULT, Reaction
from dialogue.expected import Expected
from dialogue.hours import Hours
from dialogue.tasks.definition import Task
from dialogue.tasks.wording import Wording
from dialogue.texts import (
    Language,
    Name,
    Sentences,
    SentencesByLanguage,
    Text,
    TextByLanguage,
    Texts,
    listed,
    may_name,
)
from dialogue.yamlfile import Duration, Loc, Strict, expected


class KnownAnswer(Strict):
    """A question that callers ask and what is said to it, with no language model.

    Attributes:
        examples: how callers put the question; the more different, the better.
        keywords: words that nearly give the question away.
        text: the answer.
        offer: a transfer that the answer proposes; a "yes" afterwards takes it up.
        transfer: a transfer that follows the answer at once.
        anything_else: the answer asks whether there is anything else; a "no" afterwards ends the call.
        expects: what the answer asks for; while digits, an e-mail or an address are dictated the caller may
            pause for longer (`turns.dictation`), and a plain yes or no is answered at once.
        courtesy: said beside real questions ("hello", "thanks"), so any other answer goes before it.
        task: begins instead, where the shop's orders can be reached; `text` is for where they cannot.
    """

    name: Name
    examples: Sentences
    text: Text
    keywords: Sentences = SentencesByLanguage()
    offer: str | None = None
    transfer: str | None = None
    anything_else: bool = False
    expects: Expected | None = None
    courtesy: bool = False
    task: str | None = None


class MenuKey(Strict):
    """What one key does: exactly one of these."""

    answer: str | None = None
    task: str | None = None
    transfer: str | None = None
    language: Language | None = None
    repeat: Literal[True] | None = None
    menu: Literal[True] | None = None
    goodbye: Literal[True] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise expected("exactly one of answer, task, transfer, language, repeat, menu, goodbye")
        return self


_KEYS = frozenset("0123456789*#ABCD")


def _keys(value: dict[str, MenuKey]) -> dict[str, MenuKey]:
    if unknown := sorted(set(value) - _KEYS):
        raise expected(f'keys of a telephone ("0" to "9", "*", "#", "A" to "D"), not {", ".join(unknown)}')
    return value


class Menu(Strict):
    """Keys that work at any time, and the prompt that tells them."""

    prompt: Text
    keys: Annotated[dict[str, MenuKey], AfterValidator(_keys), Field(min_length=1)]
    unknown: Text


class TransferTo(Strict):
    """Where callers are handed to: an extension, a queue, or a queue with an extension for lines without one.

    Attributes:
        target: extension or SIP address.
        queue: name of a queue of Asterisk's, such as one for each skill.
        say: spoken first, heard to its end.
        failed: spoken when the line could not hand the caller over (otherwise the flow's `unreachable`).
        always: true if somebody is there outside opening hours too.
    """

    target: Annotated[str, Field(max_length=200, pattern=r"^\S*$")] = ""
    queue: Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    say: Text
    failed: Text | None = None
    always: bool = False

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if not (self.target or self.queue):
            raise expected("a target or a queue")
        return self

    @property
    def leads_to(self) -> str:
        """What is dialled where there are no queues."""
        return self.target or self.queue


class Then(Strict):
    """What follows in the end: a transfer, the menu, or the end of the call."""

    transfer: str | None = None
    menu: Literal[True] | None = None
    end: Text | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise expected("exactly one of transfer, menu, end")
        return self


class Goodbye(Strict):
    """Phrases with which callers take leave (added to the built-in ones), and the answer to them."""

    text: Text
    phrases: Sentences = SentencesByLanguage()


class SilencePrompts(Strict):
    """What is said when the caller says nothing: a prompt after each `after`, then `then`."""

    prompts: Texts
    then: Then
    after: Duration = 7.0


class MisunderstandingPrompts(Strict):
    """What is said when the caller was not understood: the prompts in turn, then `then`."""

    prompts: Texts
    then: Then


class Failure(Strict):
    """The language model failed: an apology, then a transfer if somebody is there, else `regret`."""

    apology: Text
    regret: Text
    transfer: str | None = None


class Unreachable(Strict):
    """Nobody took a transfer: what is said the first time, and from the second time on.

    The offer to call back follows, or `more` where there is none; a "no" to `more` ends the call.
    """

    text: Text = TextByLanguage(
        en="I am sorry, I couldn't reach a colleague.", zh="很抱歉，暂时联系不上我的同事。"
    )
    again: Text = TextByLanguage(en="I am sorry, there is still nobody free.", zh="很抱歉，同事还是没有空。")
    more: Text = TextByLanguage(
        en="Is there anything else I can help you with?", zh="请问还有什么我可以帮您的吗？"
    )


class Resume(Strict):
    """A caller who was cut off calls again: said instead of the greeting, and after a "no" to it.

    `text` asks whether to go on with `{matter}`, which is what was under way.
    """

    text: Annotated[Text, may_name("matter")] = TextByLanguage(
        en="Welcome back. Shall we go on with {matter}?", zh="欢迎回来，我们继续{matter}，好吗？"
    )
    afresh: Text = TextByLanguage(en="All right. How can I help you?", zh="好的，请问有什么可以帮您？")


class Refusal(Strict):
    """What is said to words that try to give Parley other orders, or to get at what is not the caller's."""

    text: Text = TextByLanguage(
        en="I can't do that. I can only help you with questions about our shop and with your own orders.",
        zh="这个我做不到。我只能回答和本店有关的问题，或者帮您处理您自己的订单。",
    )


class PersonRequest(Strict):
    """Asking for a person: further phrases for it, and the transfer it leads to."""

    transfer: str
    phrases: Sentences = SentencesByLanguage()


class LanguageSwitch(Strict):
    """Asking for another language: `text` is said in the language switched to."""

    text: Text
    phrases: dict[Language, Sentences] = Field(default_factory=dict)


class Repeat(Strict):
    """Asking to say it again: further phrases, and the answer when nothing was said yet."""

    nothing: Text
    phrases: Sentences = SentencesByLanguage()


class Closed(Strict):
    """Outside opening hours: said after the greeting, and instead of a transfer."""

    text: Text
    no_transfer: Text


class Notice(Strict):
    """A sentence before the greeting, such as a legal notice."""

    text: Text
    uninterruptible: bool = False


class Recording(Strict):
    """Whether calls are recorded, and what callers are told about it."""

    mode: Literal["on", "off", "announce"] = "on"
    text: Text | None = None

    @model_validator(mode="after")
    def _announced(self) -> Self:
        if self.mode == "announce" and self.text is None:
            raise expected("a text to announce the recording with")
        return self


class Acknowledge(Strict):
    """Said while the language model looks for its first words: to a statement, a question, in a long wait."""

    statement: Texts = Field(
        default=(
            TextByLanguage(en="I see.", zh="好的。"),
            TextByLanguage(en="All right.", zh="明白了。"),
            TextByLanguage(en="Okay.", zh="嗯，好的。"),
        ),
        min_length=1,
    )
    question: Texts = Field(
        default=(
            TextByLanguage(en="Let me see.", zh="我看一下。"),
            TextByLanguage(en="One moment.", zh="请稍等。"),
            TextByLanguage(en="Good question.", zh="我想想。"),
        ),
        min_length=1,
    )
    waiting: Texts = Field(
        default=(
            TextByLanguage(en="Just a moment more, please.", zh="请再稍等一下。"),
            TextByLanguage(en="I am still looking.", zh="我还在帮您查。"),
        ),
        min_length=1,
    )


class CallLimit(Strict):
    """The longest a call may take, and what is said before it ends."""

    after: Duration
    text: Text


class Flow(Strict):
    """Everything one shop's phone says and does. The first language is the one it answers in.

    `tasks` holds those of the files in `tasks_from` too, once `load_flow` has read them.
    """

    name: Name
    languages: Annotated[tuple[Language, ...], BeforeValidator(listed), Field(min_length=1)]
    persona: Text
    recording: Recording = Recording()
    limit: CallLimit | None = None
    notices: tuple[Notice, ...] = ()
    greeting: Text
    hours: Hours | None = None
    closed: Closed | None = None
    transfers: dict[Name, TransferTo] = Field(default_factory=dict)
    menu: Menu | None = None
    person: PersonRequest | None = None
    goodbye: Goodbye
    repeat: Repeat
    language: LanguageSwitch | None = None
    silence: SilencePrompts
    misunderstanding: MisunderstandingPrompts
    failure: Failure
    unreachable: Unreachable = Unreachable()
    callback: CallBackTexts | None = CallBackTexts()
    resume: Resume | None = Resume()
    refusal: Refusal = Refusal()
    more: Text
    acknowledge: Acknowledge | None = Acknowledge()
    knowledge: bool = True
    answers: tuple[KnownAnswer, ...] = ()
    tasks_from: Annotated[tuple[str, ...], BeforeValidator(listed)] = ()
    tasks: tuple[Task, ...] = ()
    wording: Wording = Wording()
    emotions: tuple[Reaction, ...] = DEFAULT

    @property
    def main_language(self) -> Language:
        """The language in which calls are answered."""
        return self.languages[0]

    def answer(self, name: str) -> KnownAnswer:
        """The known answer of that name. Raises KeyError."""
        for one in self.answers:
            if one.name == name:
                return one
        raise KeyError(name)

    @cached_property
    def wordings(self) -> tuple[TextByLanguage, ...]:
        """Every text that may be spoken; walked through once."""
        return tuple(text for _, text in self.texts())

    def texts(self) -> Iterator[tuple[Loc, TextByLanguage]]:
        """Every text that may be spoken, greeting first, with its place in the file."""
        yield ("greeting",), self.greeting
        yield from _texts_in(self, ())


_NOT_BY_ITSELF = ("matter", "name")
"""Texts of a task that are only said within a sentence."""


def _texts_in(value: object, loc: tuple[str | int, ...]) -> Iterator[tuple[Loc, TextByLanguage]]:
    if isinstance(value, TextByLanguage):
        # The persona is for the language model, and the greeting comes first.
        if loc not in (("persona",), ("greeting",)) and not (loc[0] == "tasks" and loc[-1] in _NOT_BY_ITSELF):
            yield loc, value
            for style, wording in value.wordings():
                yield (*loc, style), wording
    elif isinstance(value, Strict):
        for name in type(value).model_fields:
            yield from _texts_in(getattr(value, name), (*loc, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _texts_in(item, (*loc, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts_in(item, (*loc, key))
