"""Keeps a language model's nonsense off the telephone, while the reply is still streaming."""

from __future__ import annotations

import re

HAND_OVER = "[PERSON]"
"""What the model writes, and is told to write, when a person should take over."""

_CONTROL = re.compile(
    r"<\|[^|<>]{0,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|</?think>|</?tool_(?:call|response)>|<end_of_turn>|<unk>"
    r'|\{+\s*"|\ufffd{2,}'
)
_ROLE = re.compile(
    r"(?:^|\n)\W{0,4}(?:user|assistant|system|human|caller|customer|客户|顾客|用户|助手|客服)\s*[:：]", re.I
)
_OWN_ROLE = re.compile(r"^\W{0,4}(?:assistant|助手|客服)\s*[:：]\s*", re.I)
_LOOP = re.compile(r"(?:(.{14,80})\1|(.{5,80}?)\2{2,})$", re.S)
# What may turn out to be the beginning of a marker: held back until it is clear.
_TAIL = re.compile(
    r"(?:<[^>]{0,40}|\{+\s*|\[[^\]]{0,12}|(?:^|\n)\W{0,4}(?:[A-Za-z]{0,9}|[助客顾用][手服户客]?)\s*[:：]?\s*)$"
)
_HAN = re.compile(r"[一-鿿]")
_LETTER = re.compile(r"[^\W\d_]")
_SENTENCE_END = re.compile(r"[。！？]|[.!?](?=\s|$)")


class GarbageError(Exception):
    """A reply that must not be spoken.

    Attributes:
        expected: what a reply should have been.
        found: what came, shortened.
    """

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.expected = expected
        self.found = found


class ReplyGuard:
    """Passes the speakable part of a reply on.

    Stops (`done`) at control tokens, at the beginning of another speaker's line, at words that
    repeat themselves, and at the end of a sentence once the reply is too long for a telephone.

    Args:
        language: the language that was asked for.
        longest: characters after which the reply ends with its sentence.
    """

    def __init__(self, language: str, longest: int | None = None) -> None:
        self._language = language
        self._longest = longest or (150 if language == "zh" else 420)
        self._text = ""
        self._given = 0
        self._checked = False
        self.done = False
        self.hand_over = False

    def feed(self, delta: str) -> str:
        """Take what came; returns what may be spoken now. Raises GarbageError."""
        if self.done:
            return ""
        self._text += delta
        if self._given == 0:
            self._text = _OWN_ROLE.sub("", self._text.lstrip())
        self._stop_at_markers()
        self._stop_at_loops()
        self._stop_when_long()
        if not self.done:
            held = _TAIL.search(self._text, self._given)
            return self._give(held.start() if held else len(self._text))
        return self._give(len(self._text))

    def finish(self) -> str:
        """Nothing more comes: the rest. Raises GarbageError when there was nothing to speak at all."""
        self.done = True
        rest = self._give(len(self._text))
        if not self.hand_over and not any(char.isalnum() for char in self._text):
            raise GarbageError("a sentence", repr(self._text[:40]) if self._text else "an empty reply")
        return rest

    def _give(self, end: int) -> str:
        if not self._checked and not self._check_language(self._text[:end]):
            return ""
        piece = self._text[self._given : end]
        self._given = max(self._given, end)
        return piece

    def _end_at(self, index: int) -> None:
        self._text = self._text[: max(index, self._given)]
        self.done = True

    def _stop_at_markers(self) -> None:
        place = self._text.casefold().find(HAND_OVER.casefold())
        if place >= 0:
            self.hand_over = True
            self._end_at(place)
        for pattern in (_CONTROL, _ROLE):
            if marker := pattern.search(self._text, max(0, self._given - 1)):
                if not any(char.isalnum() for char in self._text[: marker.start()]):
                    raise GarbageError("words of a reply", repr(marker.group().strip()))
                self._end_at(marker.start())

    def _stop_at_loops(self) -> None:
        loop = _LOOP.search(self._text[-400:])
        unit = (loop[1] or loop[2]) if loop else ""
        if loop is None or not any(char.isalpha() for char in unit):
            return
        start = len(self._text) - len(loop.group())
        if not any(char.isalnum() for char in self._text[:start]) and len(unit) < 12:
            raise GarbageError("a reply that gets somewhere", f"{unit.strip()[:40]!r} over and over")
        # What was passed on already can't be taken back, but it can be ended at the end of a round.
        rounds = max(1, -(-(self._given - start) // len(unit)))
        self._end_at(start + rounds * len(unit))

    def _stop_when_long(self) -> None:
        if len(self._text) <= self._longest:
            return
        end = _SENTENCE_END.search(self._text, self._longest - 1)
        if end is not None:
            self._end_at(end.end())
        elif len(self._text) > 1.5 * self._longest:
            self._end_at(self._longest)

    def _check_language(self, text: str) -> bool:
        """Whether the reply is seen to be in the right language; raises when it is in another."""
        signs, letters = len(_HAN.findall(text)), len(_LETTER.findall(text))
        if self._language == "zh":
            if signs >= 2 or (self.done and not letters):
                self._checked = True
            elif letters >= 24 or (self.done and letters):
                raise GarbageError("a reply in Chinese", repr(text[:40]))
        elif signs > 0.3 * letters:
            raise GarbageError("a reply in English", repr(text[:40]))
        elif letters >= 4 or self.done:
            self._checked = True
        return self._checked
