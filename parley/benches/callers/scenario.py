"""What a scripted caller wants, how he answers, and what must have come of it; written in YAML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from dialogue.texts import Language
from dialogue.yamlfile import Strict, expected, read_yaml

Record: TypeAlias = dict[str, Any]


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise expected(f"a regular expression ({error})") from None
    return value


class Rule(Strict):
    """What the caller does when he hears something.

    Attributes:
        hear: a pattern in Parley's reply; empty matches any reply.
        say: what he says.
        keys: what he presses.
        silence: seconds for which he says nothing.
        hang_up: he ends the call.
        repeat: he says his last words again.
        after: seconds into the reply after which he speaks over it; None waits for its end.
        language: in which he says it, his own by default.
        times: how often he does it.
    """

    hear: Annotated[str, AfterValidator(_pattern)] = ""
    say: str = ""
    keys: str = ""
    silence: float = 0.0
    hang_up: bool = False
    repeat: bool = False
    after: float | None = None
    language: Language | None = None
    times: int = 2

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum((bool(self.say), bool(self.keys), self.silence > 0, self.hang_up, self.repeat)) != 1:
            raise expected("exactly one of say, keys, silence, hang_up, repeat")
        return self


class Expected(Strict):
    """What must have come of a call.

    Attributes:
        orders, users: fields that must have these values, by id. All else in the shop must be as it was.
        tickets: how many tickets were opened for the call.
        invoices: how many invoices were asked for.
        person: the caller must have been handed to a person.
        said: patterns that Parley must have said. never: ones that it must not have said.
    """

    orders: dict[str, Record] = Field(default_factory=dict)
    users: dict[str, Record] = Field(default_factory=dict)
    tickets: int = 0
    invoices: int = 0
    person: bool = False
    said: tuple[Annotated[str, AfterValidator(_pattern)], ...] = ()
    never: tuple[Annotated[str, AfterValidator(_pattern)], ...] = ()


class Who(Strict):
    """How the caller says who he is: his name and his zip code, as they are spoken."""

    name: str
    postcode: str


class Scenario(Strict):
    """One call.

    Attributes:
        name: what it is about.
        language: that the caller speaks.
        voice: of the caller, see `parley.benches.callers.lines.VOICES`.
        noise: signal-to-noise ratio of what sounds around him in dB, None for a quiet room.
        opening: what he says first.
        who: how he answers when he is asked who he is; None where he never is.
        rules: looked through in order whenever Parley has spoken; the first that fits is done. Behind them
            stand those of any caller: he says who he is, yes to what is proposed, his last words again where
            he was not understood, and in the end goodbye.
        expect: what must have come of it.
    """

    name: str
    language: Language
    voice: Literal["a", "b"] = "a"
    noise: float | None = None
    opening: str
    who: Who | None = None
    rules: tuple[Rule, ...] = ()
    expect: Expected = Expected()

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """His own rules, and those of any caller."""
        return (*self.rules, *_usual(self))


class Scenarios(Strict):
    """Calls to one shop.

    Attributes:
        seed: of the sample shop that they call.
        calls: what is done in each. Every caller is another customer, so that all may call the same shop.
    """

    seed: int = 7
    calls: tuple[Scenario, ...]


def _usual(scenario: Scenario) -> tuple[Rule, ...]:
    """What any caller answers."""
    heard = HEARD[scenario.language]
    who = scenario.who
    known = (
        (
            Rule(hear=heard["identity"], say=heard["who"].format(**who.model_dump()), times=3),
            Rule(hear=heard["postcode"], say=who.postcode, times=3),
            Rule(hear=heard["name"], say=who.name, times=3),
        )
        if who is not None
        else ()
    )
    return (
        Rule(hear=heard["shall"], say=heard["yes"], times=3),
        *known,
        Rule(hear=heard["else"], say=heard["bye"], times=3),
        Rule(hear=heard["again"], repeat=True, times=3),
        *(
            (
                Rule(hear=heard["open"], say=scenario.opening, times=1),
                # Whoever is offered a person where he asked for something else says it once more.
                Rule(hear=heard["person"], say=scenario.opening, times=1),
            )
            if scenario.opening
            else ()
        ),
        Rule(hear=heard["person"], say=heard["yes"], times=1),
    )


HEARD: dict[Language, dict[str, str]] = {
    "en": {
        "identity": "e-mail address",
        "postcode": "zip code",
        "name": "first and last name",
        "who": "My name is {name}. My zip code is {postcode}.",
        "shall": "Shall I do that|Is that right",
        "yes": "Yes, please.",
        "else": "anything else",
        "bye": "No, thank you. Goodbye.",
        "again": "did not get that|say it again|don't understand|Are you still there",
        "open": "How can I help|can still help",
        "person": "through to a colleague\\?",
    },
    "zh": {
        "identity": "邮箱",
        "postcode": "邮编是多少",
        "name": "您的姓名",
        "who": "我叫{name}，邮编是{postcode}。",
        "shall": "请问可以办理吗|对吗",
        "yes": "好的，可以。",
        "else": "还有别的|还有什么|别的问题",
        "bye": "没有了，谢谢，再见。",
        "again": "没有听清|再说一遍|没有听懂|换一种说法|您还在吗",
        "open": "可以帮您|为您服务",
        "person": "转接同事吗",
    },
}
"""What callers understand, and what they say to it."""


SHIPPED = Path(__file__).with_name("calls.yaml")


def load_scenarios(path: Path = SHIPPED) -> Scenarios:
    """Read scenarios. Raises YamlError naming what is wrong with them."""
    return read_yaml(path).validate(Scenarios)


class Answering:
    """One caller's mind: which rule is done next."""

    def __init__(self, scenario: Scenario) -> None:
        self._rules = scenario.all_rules
        self._done = [0] * len(self._rules)
        self._last: Rule | None = None

    def next(self, reply: str) -> Rule | None:
        """What he does when he has heard `reply`, None where nothing occurs to him."""
        for k, rule in enumerate(self._rules):
            if self._done[k] < rule.times and re.search(rule.hear, reply, re.IGNORECASE):
                self._done[k] += 1
                if not rule.repeat:
                    self._last = rule
                return self._last if rule.repeat else rule
        return None
