"""Mandarin: readings as they are said on a shop's telephone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.mandarin import foreign, syllables
from tts.mandarin_words import LETTERS, READINGS, WORDS
from tts.timing import tokens


def said(text: str) -> str:
    return " ".join(syllable.pinyin or "," for syllable in syllables(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # third tones in a row
        ("你好", "ni2 hao3"),
        ("展览馆", "zhan2 lan2 guan3"),
        ("买手表", "mai3 shou2 biao3"),
        ("我想买两件", "wo2 xiang3 mai2 liang3 jian4"),
        ("可以给我", "ke2 yi3 gei2 wo3"),
        ("你，我", "ni3 , wo3"),
        # 一 and 不
        ("一件", "yi2 jian4"),
        ("一起", "yi4 qi3"),
        ("一共一百一十一元", "yi2 gong4 yi4 bai3 yi1 shi2 yi1 yuan2"),
        ("第一个", "di4 yi1 ge4"),
        ("二十一号", "er4 shi2 yi1 hao4"),
        ("星期一", "xing1 qi1 yi1"),
        ("统一", "tong3 yi1"),
        ("看一看", "kan4 yi5 kan4"),
        ("不是", "bu2 shi4"),
        ("不好", "bu4 hao3"),
        ("是不是", "shi4 bu5 shi4"),
        # characters with more than one reading
        ("还款", "huan2 kuan3"),
        ("补差价", "bu3 cha1 jia4"),
        ("这只", "zhe4 zhi1"),
        ("衣长", "yi1 chang2"),
        ("穿得下", "chuan1 de5 xia4"),
        ("没收到货", "mei2 shou1 dao4 huo4"),
        ("重新重发", "chong2 xin1 chong2 fa1"),
        ("退不了", "tui4 bu4 liao3"),
        ("银行", "yin2 hang2"),
        ("行不行", "xing2 bu5 xing2"),
        # erhua
        ("一点儿", "yi4 dian3 er5"),
        ("那儿", "na4 er5"),
        ("女儿", "nv3 er2"),
        ("儿童", "er2 tong2"),
        # letters and foreign words
        ("订单A，B", "ding4 dan1 ei1 , bi4"),
        ("W", "da2 bu5 liu5"),
        ("买iPhone", "mai3 ai4 feng1"),
        ("QQ", "kiu4 kiu4"),
        ("zhangsan", "zhang1 san1"),
        ("xyz", "ai2 ke5 si5 wai4 zei4"),
        # what others stumble over
        ("二〇二六", "er4 ling2 er4 liu4"),
        ("嗯", "en2"),
        ("#", ""),
        ("123", ""),
        ("", ""),
    ],
)
def test_said(text: str, expected: str) -> None:
    assert said(text) == expected


def test_erhua_is_joined_to_its_syllable() -> None:
    assert [syllable.joined for syllable in syllables("点儿")] == [False, True]


def test_each_syllable_knows_its_character_or_word() -> None:
    text = "买了iPhone，好吗？A B-2"
    owned = [
        (syllable.pinyin, tokens(text)[syllable.token]) for syllable in syllables(text) if syllable.pinyin
    ]
    assert owned == [
        ("mai3", "买"),
        ("le5", "了"),
        ("ai4", "iPhone，"),
        ("feng1", "iPhone，"),
        ("hao3", "好"),
        ("ma5", "吗？"),
        ("ei1", "A"),
        ("bi4", "B-2"),
    ]


def test_the_tables_are_whole() -> None:
    assert sorted(LETTERS) == [chr(letter) for letter in range(ord("a"), ord("z") + 1)]
    assert {phrase for phrase, reading in READINGS.items() if len(reading.split()) != len(phrase)} == set()
    for reading in [*LETTERS.values(), *WORDS.values(), *READINGS.values()]:
        assert all(part[-1] in "12345" and part[:-1].isalpha() for part in reading.split())


def test_capitals_are_letters_and_small_letters_may_be_a_name() -> None:
    assert foreign("WANG") == ["da2", "bu5", "liu5", "ei1", "en1", "ji4"]
    assert foreign("wang") == ["wang1"]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="一不儿点还得只 商品Aaz,，。〇9#😀", max_size=20))
def test_any_text_can_be_said(text: str) -> None:
    count = len(tokens(text))
    found = syllables(text)
    assert all(0 <= syllable.token < count for syllable in found)
    assert [s.token for s in found] == sorted(s.token for s in found)
    assert not found or found[-1].pinyin
