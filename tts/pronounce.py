"""Text to a VITS voice's phonemes by way of espeak-ng, remembering which word each belongs to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tts.espeak import Espeak
from tts.timing import tokens

_CLAUSE = re.compile(r"(.*?)([,;:.!?…—]+[\"'”’)]*(?=\s|$)|$)", re.DOTALL)
_MARKS = {"…": ".", "—": ","}


@dataclass(frozen=True, slots=True)
class Phoneme:
    """One phoneme symbol and the index of the word (of `tokens(text)`) that it belongs to."""

    symbol: str
    word: int


async def pronounce(text: str, espeak: Espeak, voice: str, *, last: str = ".") -> list[Phoneme]:
    """Phonemes of a text, as piper's training data had them.

    Clauses are asked of espeak-ng one by one and joined with their mark, since espeak-ng
    itself drops it; IPA is decomposed (NFD), so that a vowel and its mark are two symbols.

    Args:
        text: in spoken form: words only.
        espeak: who knows the phonemes.
        voice: espeak-ng's name for the language, `en-us`.
        last: mark to end with where the text has none.
    """
    clauses = _clauses(text, last)
    answers = await espeak.phonemes([clause for clause, _ in clauses], voice)
    uneven = [
        word
        for (clause, _), answer in zip(clauses, answers, strict=True)
        if len(tokens(clause)) != len(answer.split())
        for word in tokens(clause)
    ]
    lengths = {
        word: max(1, len(alone.replace(" ", "")))
        for word, alone in zip(uneven, await espeak.phonemes(uneven, voice), strict=True)
    }
    found: list[Phoneme] = []
    first = 0
    for (clause, mark), answer in zip(clauses, answers, strict=True):
        words = tokens(clause)
        groups = [unicodedata.normalize("NFD", group) for group in answer.split()]
        if not groups:
            first += len(words)
            continue
        if found:
            found.append(Phoneme(" ", found[-1].word))
        owners = owners_of(groups, [lengths.get(word, 1) for word in words])
        for number, group in enumerate(groups):
            if number:
                found.append(Phoneme(" ", first + owners[number][0]))
            found.extend(
                Phoneme(symbol, first + owner) for symbol, owner in zip(group, owners[number], strict=True)
            )
        found.append(Phoneme(mark, first + len(words) - 1))
        first += len(words)
    return found


def owners_of(groups: Sequence[str], lengths: Sequence[int]) -> list[list[int]]:
    """For each symbol of each phoneme group, the word that it comes from.

    espeak-ng runs some words together ("of the" is one group) and splits others. Where
    the numbers are equal each group is a word; otherwise words take symbols in
    proportion to their `lengths`.
    """
    if len(groups) == len(lengths):
        return [[number] * len(group) for number, group in enumerate(groups)]
    symbols = sum(len(group) for group in groups)
    total = sum(lengths)
    ends = [sum(lengths[: number + 1]) * symbols / total for number in range(len(lengths))]
    owners: list[list[int]] = []
    at = word = 0
    for group in groups:
        owners.append([])
        for _ in group:
            while word < len(ends) - 1 and at + 0.5 > ends[word]:
                word += 1
            owners[-1].append(word)
            at += 1
    return owners


def _clauses(text: str, last: str) -> list[tuple[str, str]]:
    """Clauses with the one mark that ends each."""
    found: list[tuple[str, str]] = []
    for match in _CLAUSE.finditer(text.strip()):
        clause, marks = match.group(1).strip(), match.group(2)
        if not tokens(clause):
            continue
        mark = _MARKS.get(marks[:1], marks[:1]) or last
        found.append((clause, mark))
    return found
