"""Compares what a language model says with what it was told, phrase by phrase, before it is spoken.

Checked is what does harm when it is invented: prices, percentages, periods, times, dates, order numbers,
"free", and any answer to a question about something that nothing speaks of ("no, it is not waterproof").
Whatever stands in the facts, the passages, the tools' answers or the conversation may be said; everything
else is not known. That it has done or will do something is never true: tasks do, and they say so themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

from dialogue.completeness import is_question
from dialogue.numerals import figures
from dialogue.words import LIGHT, chinese_chars, english_words, stem

_NUMBER = re.compile(r"(?<![a-z0-9.])[#w]?\d[\d,]*(?:\.\d+)?", re.I)
_SMALL_MONEY = re.compile(r"(\d) ?(?:dollars?|元|块)(?: and)? ?(\d{1,2})(?: cents?)?(?![\d元块])")
_RISKY = re.compile(
    r"\s*[-–]?\s*(?:%|percent|per cent|dollars?|cents?|euros?|pounds?|usd|business|working|days?|weeks?"
    r"|months?|years?|hours?|minutes?|o'clock|a\.?m\b|p\.?m\b|st\b|nd\b|rd\b|th\b"
    r"|个?(?:元|块|美元|分钱|折|天|日|号|周|星期|礼拜|月|年|小时|钟头|分钟|点|工作日|积分))",
    re.I,
)
_MONEY_BEFORE = re.compile(r"[$€£¥]\s*$")
_MONTHS = (
    *("january", "february", "march", "april", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS_ZH = "一二三四五六日"
_DAY = re.compile(rf"\b(?:{'|'.join(_DAYS)})(?=s?\b)|(?:周|星期|礼拜)[{_DAYS_ZH}天1-6]", re.I)
_DAY_RANGE = re.compile(rf"({_DAY.pattern})s?\s*(?:to|through|until|-|–|到|至)\s*({_DAY.pattern})", re.I)
_MONTH = re.compile(
    rf"\b(?:{'|'.join(one for one in _MONTHS if one != 'may')}|may (?=\d)|(?<=\d )may)\b", re.I
)
_SOON = re.compile(r"\btomorrow\b|明天|后天", re.I)
_FREE = re.compile(
    r"\b(?:for free|(?:is|are|it's|completely|totally) free|free of charge"
    r"|free (?:delivery|shipping|returns?)|no (?:extra |additional )?(?:charge|cost|fee)s?)\b"
    r"|免费|包邮|不收费",
    re.I,
)
_FREE_KNOWN = re.compile(
    r"\bfree\b|\bno (?:extra |additional )?(?:charge|cost|fee)|免费|包邮|不收费|免运费", re.I
)
_NOT_KNOWN = re.compile(
    r"\b(?:don't|do not|can't|cannot|couldn't) (?:know|say|tell|find|help|answer|confirm"
    r"|have (?:that|any|this))|\bnot sure\b|\bno (?:information|idea|details)\b|\bsorry\b|\bonly help\b"
    r"|\bcolleague\b|\?\s*$"
    r"|不清楚|不知道|不确定|没有(?:相关|这方面)|抱歉|对不起|同事|只能|无法|[？吗]\W*$",
    re.I,
)
_DOES = (
    "cancel|refund|return|exchang|replac|chang|updat|process|issu|ship|send|sent|plac|arrang|submit|initiat"
    "|schedul|creat|register|remov|appl|credit|reserv"
)
_DOES_ZH = "取消|退[货款回]|换[货成]|修?改|更[改新换]|申请|提交|下单|办理|处理|安排|寄出|发[货送]|登记"
_FOR_YOU = "(?:为您|帮您|给您|替您)"
_CLAIMED = re.compile(
    r"\bi(?:(?:'ve| have)(?! to)|'ll| will|'m| am)"
    rf"(?: (?:already|just|now|also|gladly|going to|go ahead and))* (?:{_DOES})"
    rf"|我(?:现在|马上|这就)?就?(?:将|会|已经?|来|现在|马上|这就){_FOR_YOU}?(?:把.{{1,40}}?)?(?:{_DOES_ZH})"
    rf"|已经?(?:成功)?{_FOR_YOU}(?:把.{{1,40}}?)?(?:{_DOES_ZH})",
    re.I,
)
"""The model says that it acts, which it cannot."""

_OF_ITSELF = re.compile(r"^(?:(?:yes|no|sure|of course|是的|不是|对)[\s,.，。!！]*)?(?:i\b|i'm\b|我)", re.I)
_ASKING = "how long much many when where which who whose why often far kind sort may take cost happen also"
_EMPTY = frozenset(stem(word) for word in (*LIGHT, *_ASKING.split()))
_ASKING_ZH = re.compile(
    r"多少|多久|多长|什么时候|为什么|什么|怎么样?|哪[里儿个些种]?|如何|几[天个时点]?|需要|告诉"
)
_SMALL = 3
"""A number up to this says nothing by itself: "two ways"."""


class Grounding:
    """What is known in one turn.

    Args:
        known: texts whose figures may be said: facts, passages, the conversation.
        asked: what the caller says now; its figures may be said too, but it is no evidence.
        language: `en` or `zh`.
    """

    def __init__(self, known: Iterable[str], asked: str, language: str) -> None:
        self._texts = list(known)
        self._asked = asked
        self._language = language
        self._begun = False

    def learn(self, text: str) -> None:
        """A tool has told this."""
        self._texts.append(text)
        for name in ("_known", "_numbers", "_days"):
            self.__dict__.pop(name, None)

    def fits(self, phrase: str) -> bool:
        """Whether a phrase may be spoken; they come in the order of the reply."""
        first, self._begun = not self._begun, True
        if (first and self._answers_what_nobody_told(phrase)) or _CLAIMED.search(phrase.replace("’", "'")):
            return False
        return not self.invented(phrase)

    def invented(self, phrase: str) -> list[str]:
        """The figures, dates and promises of a phrase that are not known."""
        plain = _plain(phrase)
        found = [one[0] for one in _NUMBER.finditer(plain) if self._is_invented(plain, one)]
        found += [one[0] for one in _DAY.finditer(plain) if _day(one[0]) not in self._days]
        months = (one[0].strip() for one in _MONTH.finditer(plain))
        found += [month for month in months if month.casefold() not in self._known]
        found += [one[0] for one in _SOON.finditer(plain) if one[0].casefold() not in self._known]
        if (free := _FREE.search(plain)) and not _FREE_KNOWN.search(self._known):
            found.append(free[0])
        return found

    def _is_invented(self, plain: str, number: re.Match[str]) -> bool:
        value = _value(number[0])
        is_bare = not _RISKY.match(plain, number.end()) and not _MONEY_BEFORE.search(plain[: number.start()])
        if is_bare and value.isdigit() and int(value) <= _SMALL:
            return False
        return value not in self._numbers

    def _answers_what_nobody_told(self, phrase: str) -> bool:
        """Whether this is a claim in answer to a question of which hardly a word is known."""
        if not is_question(self._asked) or _NOT_KNOWN.search(phrase) or _OF_ITSELF.search(phrase.strip()):
            return False
        is_strange = _strange_zh if self._language == "zh" else _strange_en
        return is_strange(_DAY.sub(" ", self._asked), self._texts)

    @cached_property
    def _known(self) -> str:
        return "\n".join(_plain(text) for text in (*self._texts, self._asked)).casefold()

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(_value(one[0]) for one in _NUMBER.finditer(self._known))

    @cached_property
    def _days(self) -> frozenset[int]:
        """Weekdays that are spoken of, those within "Monday to Friday" too."""
        days = {_day(one[0]) for one in _DAY.finditer(self._known)}
        for span in _DAY_RANGE.finditer(self._known):
            first, last = _day(span[1]), _day(span[2])
            days.update((first + offset) % 7 for offset in range((last - first) % 7 + 1))
        return frozenset(days)


def _value(number: str) -> str:
    """A number in one form: 1,200.50 is 1200.5, and W123 and #W123 are 123."""
    plain = number.lstrip("#wW").replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain.lstrip("0") or "0"


def _day(word: str) -> int:
    if word[-1] in _DAYS_ZH:
        return _DAYS_ZH.index(word[-1])
    if word[-1] == "天":
        return 6
    return int(word[-1]) - 1 if word[-1].isdigit() else _DAYS.index(word.casefold())


# Most texts are the flow's, and the same in every turn.
@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Numbers in figures, and "four dollars ninety" as 4.90."""
    return _SMALL_MONEY.sub(r"\1.\2", figures(text).text)


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(english_words(text))


def _strange_en(question: str, known: Iterable[str]) -> bool:
    """Whether half of the words that a question speaks of, or more, stand in no text."""
    words = {word for word in english_words(question) if word not in _EMPTY and not word.isdigit()}
    return bool(words) and 2 * len(words.difference(*map(_stems, known))) >= len(words)


def _strange_zh(question: str, texts: Iterable[str]) -> bool:
    """The same, where a word is any two characters: most are unknown, or two whose signs are, too."""
    known = "\n".join(texts)
    signs = "".join(chinese_chars(_ASKING_ZH.sub(" ", question)))
    pairs = [start for start in range(len(signs) - 1) if signs[start : start + 2] in known]
    covered = {place for start in pairs for place in (start, start + 1)}
    marks = "".join("." if at in covered else "?" if sign in known else "!" for at, sign in enumerate(signs))
    return "!!" in marks or 2 * len(covered) < len(signs)
