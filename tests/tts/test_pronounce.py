"""Pronounce: phonemes with marks as in piper's training, each knowing its word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.espeak import Espeak
from tts.pronounce import owners_of, pronounce


class FakeEspeak(Espeak):
    """Knows a few words, runs `of the` together like espeak-ng does."""

    KNOWN: ClassVar = {
        "of the": "ʌvðə",
        "of": "ʌv",
        "the": "ðə",
        "hello": "həlˈoʊ",
        "i": "aɪ",
        "naïve": "naɪˈiːv",
    }

    def __init__(self) -> None:
        super().__init__(command=("/bin/false",))

    async def phonemes(self, texts: Sequence[str], voice: str = "en-us") -> list[str]:
        found = []
        for text in texts:
            said = text.lower()
            for words, phonemes in self.KNOWN.items():
                said = said.replace(words, phonemes)
            found.append(said)
        return found


async def said(text: str, last: str = ".") -> str:
    return "".join(phoneme.symbol for phoneme in await pronounce(text, FakeEspeak(), "en-us", last=last))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", "həlˈoʊ."),
        ("hello!", "həlˈoʊ!"),
        ("hello, hello?", "həlˈoʊ, həlˈoʊ?"),
        ("hello... hello", "həlˈoʊ. həlˈoʊ."),
        ("hello — hello", "həlˈoʊ — həlˈoʊ.".replace(" — ", ", ")),
        ("", ""),
        ("?!", ""),
    ],
)
async def test_marks_stand_where_the_clause_ends(text: str, expected: str) -> None:
    assert await said(text) == expected


async def test_a_text_without_a_mark_gets_the_one_asked_for() -> None:
    assert await said("hello", last=",") == "həlˈoʊ,"


async def test_a_point_within_a_word_ends_nothing() -> None:
    assert await said("a.b hello") == "a.b həlˈoʊ."


async def test_words_own_their_phonemes_even_when_run_together() -> None:
    phonemes = await pronounce("hello of the hello", FakeEspeak(), "en-us")
    owned = [
        "".join(p.symbol for p in phonemes if p.word == word and p.symbol not in " .") for word in range(4)
    ]
    assert owned == ["həlˈoʊ", "ʌv", "ðə", "həlˈoʊ"]


async def test_words_are_counted_across_clauses() -> None:
    phonemes = await pronounce("hello, hello. hello", FakeEspeak(), "en-us")
    assert [p.word for p in phonemes if p.symbol == "h"] == [0, 1, 2]


@given(st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=6), st.data())
def test_every_symbol_has_an_owner_and_owners_go_up(groups: list[str], data: st.DataObject) -> None:
    lengths = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=8))
    owners = [owner for group in owners_of(groups, lengths) for owner in group]
    assert len(owners) == sum(len(group) for group in groups)
    assert owners == sorted(owners)
    assert 0 <= owners[0] <= owners[-1] < len(lengths)
