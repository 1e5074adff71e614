"""Whether words look like a whole turn: pure text, no sound, about half a millisecond.

A caller who stops after "my order number is", after "um", or in the middle of a number has not
finished, whatever the silence; one who has asked a question that the flow knows word for word has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from dialogue.expected import Expected
from dialogue.mind import Completeness
from dialogue.numerals import DIGITS_ZH, UNITS
from dialogue.words import normalise, word_set

EXPECTED_MATCH = 0.85
"""Match with a known answer from which a question counts as asked in full."""

PLAUSIBLE_MATCH = 0.6

_TOKEN = re.compile(r"[a-z0-9']+|[一-鿿]")
_HAN = re.compile(r"[一-鿿]")
_MISSING = re.compile(r"(?:\.\.\.|…|[,，、;；:：\-–—])\s*$")
_QUESTION = re.compile(r"[?？]\s*$")


_FILLERS = word_set("um uh er erm ehm hmm hm well so like")
# Words after which English goes on (contractions are spelled out before).
_OPENING = word_set(
    """a an the my your his her our their its and or but because if of than as into onto whether
    i we he she they can could would will shall should may might must be been am very
    every each another these those which please"""
)
# Those that may also end a question ("what is that?").
_PERHAPS_OPENING = word_set(
    "is are was were do does did have has had to for with from at in on by about that this it"
)
# What Chinese goes on after: fillers, conjunctions, openings of a request, and what wants an object.
_OPENING_ZH = (
    *(
        "那个",
        "这个",
        "就是",
        "就是说",
        "嗯",
        "呃",
        "额",
        "然后",
        "还有",
        "因为",
        "所以",
        "但是",
        "不过",
        "如果",
        "而且",
    ),
    *(
        "或者",
        "以及",
        "我想",
        "我要",
        "我想要",
        "我想问",
        "我想问一下",
        "请问",
        "请问一下",
        "麻烦",
        "帮我",
        "能不能",
        "可不可以",
    ),
    *(
        "和",
        "跟",
        "把",
        "给",
        "从",
        "在",
        "对",
        "的话",
        "我的",
        "你们的",
        "订单号是",
        "号码是",
        "电话是",
        "地址是",
        "名字叫",
        "一个",
    ),
)
_SAID_WHOLE_ZH = frozenset("嗯对在给")

_LISTENING = word_set(
    """mhm mm mmm hmm hm uhhuh uhuh huh uh um ah oh aha okay ok right yeah yes yep sure i see got it
    alright all good great really wow"""
)
_LISTENING_ZH = frozenset("嗯哦噢啊呀呃额唔好的对是行知道了懂了哈嘿诶哎")
_ANSWERS = word_set("yes yeah yep ok okay right sure alright") | frozenset("好对是行")
_LONGEST_LISTENING = 4

_MUMBLED = 0.42
"""A Mandarin hum read as English gave 0.38 to 0.39."""

_DIGIT_WORDS = frozenset(UNITS) | word_set("oh double triple dash")
_DICTATED = 3
"""So many digits or letters in a row are a number being said, even where none was asked for."""

_MAIL_END = re.compile(r"(?:\.|dot |点\s?)(?:com|net|org|cn|co|uk|de|io|edu|info)\W*$")


def completeness(
    text: str, *, match: float = 0.0, expected: Expected | None = None, examples: Examples | None = None
) -> Completeness:
    """Judge the words of a turn so far.

    Args:
        text: what was recognised.
        match: how well it fits a known answer, 0 to 1.
        expected: what the last answer asked for.
        examples: the sentences that the flow knows.
    """
    words = _TOKEN.findall(normalise(text))
    if not words:
        return Completeness.UNKNOWN
    if _is_dictated(words, text, expected):
        return Completeness.DICTATING
    answers = expected == "yes-no" and len(words) <= _LONGEST_LISTENING and _is_listening(words)
    known = examples is not None and examples.knows(words)
    if is_unfinished(text) or (examples is not None and not known and examples.goes_on(words)):
        return Completeness.UNFINISHED
    if answers or known or match >= EXPECTED_MATCH:
        return Completeness.EXPECTED
    return Completeness.PLAUSIBLE if match >= PLAUSIBLE_MATCH else _untold(words, text)


def _untold(words: list[str], text: str) -> Completeness:
    """What there is to say of words that the flow does not know."""
    if is_question(text):
        return Completeness.QUESTION
    return Completeness.UNMARKED if _lacks_stop(words, text) else Completeness.UNKNOWN


def _lacks_stop(words: list[str], text: str) -> bool:
    """Whether the recogniser set no stop behind several English words; it rarely does behind Chinese ones."""
    return len(words) > 1 and text.rstrip()[-1:].isalnum() and not _HAN.search(text)


def is_unfinished(text: str) -> bool:
    """Whether a sentence breaks off: after a filler, a conjunction, an article, or as Whisper marks it."""
    if _MISSING.search(text):
        return True
    bare = re.sub(r"[\s.。!！?？]+$", "", normalise(text))
    if _HAN.search(bare[-1:]):
        return bare not in _SAID_WHOLE_ZH and not _QUESTION.search(text) and bare.endswith(_OPENING_ZH)
    last = bare.rsplit(None, 1)[-1] if bare else ""
    if last in _FILLERS or last in _OPENING:
        return " " in bare or last not in _LISTENING
    return last in _PERHAPS_OPENING and not _QUESTION.search(text)


_ASKS = re.compile(
    r"^(?:(?:and|so|but|ok|okay|well|hello|hi|um|uh|er)\W+)*(?:what|when|where|which|who|whose|why|how|is|are|am|was|were"
    r"|do|does|did|can|could|would|will|should|shall|may|have|has)\b|吗|呢|么|多少|怎么|什么|哪|几|能不能|可不可以|有没有"
)


def is_question(text: str) -> bool:
    """Whether a sentence asks something, by its mark, its first word or its particle."""
    return bool(_QUESTION.search(text) or _ASKS.search(normalise(text)))


def is_listening(text: str, heard: str) -> bool:
    """Whether words said over a reply only show that somebody listens ("uh-huh", "嗯").

    Args:
        text: what the caller said.
        heard: what of the reply he had heard. Where it ends with a question, "yes" answers it.
    """
    words = _TOKEN.findall(normalise(text).replace("uh-huh", "uhhuh").replace("uh huh", "uhhuh"))
    if not words or len(words) > _LONGEST_LISTENING or not _is_listening(words):
        return False
    return not (_QUESTION.search(heard) and any(word in _ANSWERS for word in words))


def is_mumbled(text: str, confidence: float) -> bool:
    """Whether a word or two were recognised in what is hardly any: a hum, or another language's "uh-huh".

    Args:
        text: what was recognised.
        confidence: the recogniser's, 0 to 1. Short phrases on a telephone reach 0.5 and more.
    """
    return confidence < _MUMBLED and len(_TOKEN.findall(normalise(text))) <= _LONGEST_LISTENING


def _is_listening(words: list[str]) -> bool:
    return all(word in _LISTENING or word in _LISTENING_ZH for word in words)


def _is_dictated(words: list[str], text: str, expected: Expected | None) -> bool:
    if expected == "email":
        return not _MAIL_END.search(text.casefold())
    if _QUESTION.search(text):
        return False
    run = 0
    for word in reversed(words):
        if not _is_sign(word):
            break
        run += len(word) if any(char.isdigit() for char in word) else 1
    if expected == "digits":
        return run > 0
    return run >= _DICTATED or (expected == "address" and run == 0)


def _is_sign(word: str) -> bool:
    """A part of a number or code: one with digits, a digit's name, or a single letter but "a" and "i"."""
    if any(char.isdigit() for char in word) or word in _DIGIT_WORDS or word in DIGITS_ZH:
        return True
    return len(word) == 1 and word.isascii() and word not in "ai'"


class Examples:
    """The sentences that a flow knows, to tell a whole one from the beginning of a longer one."""

    ALIKE = 0.84
    """Likeness, letter by letter, from which words are the beginning of a sentence: recognisers mishear."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self._sentences = [words for text in sentences if (words := _TOKEN.findall(normalise(text)))]
        self._known = {tuple(words) for words in self._sentences}

    def knows(self, words: list[str]) -> bool:
        """Whether they are one of the sentences, word for word."""
        return tuple(words) in self._known

    def goes_on(self, words: list[str]) -> bool:
        """Whether they are the beginning of a sentence that lacks two words or more."""
        said = " ".join(words)
        if len(said) < 4:
            return False
        # One more or one less, for what the recogniser split or left out.
        sizes = [size for size in (len(words), len(words) - 1, len(words) + 1) if size > 0]
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(said)
        for known in self._sentences:
            for size in sizes:
                if known[0][0] == said[0] and size <= len(known) - 2:
                    matcher.set_seq1(" ".join(known[:size]))
                    if matcher.quick_ratio() >= self.ALIKE and matcher.ratio() >= self.ALIKE:
                        return True
        return False
