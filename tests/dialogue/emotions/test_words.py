"""What is read from callers' words, with Parley's own phrases and the classifier that comes with it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from dialogue.emotions.hits import hits
from dialogue.emotions.learning import learn
from dialogue.emotions.lexicon import FILES, LexiconError, own_entries, read_lexicon, read_phrases
from dialogue.emotions.polarity import BUCKETS, Polarity, PolarityError, load_polarity
from dialogue.emotions.words import SHIPPED, WordReader


@pytest.fixture(scope="module")
def reader() -> WordReader:
    return WordReader(read_lexicon(None), load_polarity(SHIPPED))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_shop_has_phrases_of_every_feeling(language: str) -> None:
    counts = Counter(entry.emotion for entry in own_entries(language))
    assert counts.total() > 600
    assert min(counts.values()) >= 10
    assert set(counts) == {"neutral", "happy", "angry", "anxious", "sad", "surprised", "disgusted"}


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("This is the third time I call and I'm still waiting!", "en", "angry"),
        ("You people are thieves, I want my money back now.", "en", "angry"),
        ("I'm worried, is my parcel lost?", "en", "anxious"),
        ("The box smells awful and it is mouldy.", "en", "disgusted"),
        ("I'm very disappointed, what a pity.", "en", "sad"),
        ("Wow, really? I did not expect that.", "en", "surprised"),
        ("Thank you so much, that's wonderful.", "en", "happy"),
        ("Where is my order W two three seven?", "en", "neutral"),
        ("I would like to change the address of my order.", "en", "neutral"),
        ("你们就是骗子，一直不发货！", "zh", "angry"),
        ("我打了三次电话了，怎么还没到？", "zh", "angry"),
        ("我很担心，包裹是不是丢了？", "zh", "anxious"),
        ("太恶心了，里面有虫子", "zh", "disgusted"),
        ("真是太失望了，后悔买了", "zh", "sad"),
        ("哇，这么快，真的假的？", "zh", "surprised"),
        ("谢谢你们，质量很好，非常满意", "zh", "happy"),
        ("请问我的订单什么时候发货", "zh", "neutral"),
        ("我想改一下收货地址", "zh", "neutral"),
    ],
)
def test_what_callers_say(reader: WordReader, text: str, language: str, label: str) -> None:
    assert reader.read(text, language).emotion.label == label


@pytest.mark.parametrize(
    ("text", "language", "positive"),
    [
        ("Works great and the battery lasts for days.", "en", True),
        ("I have had no problems at all with it.", "en", True),
        ("It broke after two days, do not waste your money.", "en", False),
        ("Not worth the price, the sound is terrible.", "en", False),
        ("物流很快，包装也好，孩子很喜欢", "zh", True),
        ("东西不错，下次还会再来", "zh", True),
        ("质量太差了，用了两天就坏了", "zh", False),
        ("客服态度恶劣，再也不会买了", "zh", False),
    ],
)
def test_what_reviews_say(reader: WordReader, text: str, language: str, positive: bool) -> None:
    assert (reader.read(text, language).positive > 0.5) is positive


def test_nothing_said_is_no_feeling(reader: WordReader) -> None:
    for text in ("", "...", "uh"):
        told = reader.read(text, "en")
        assert told.emotion.label == "neutral"
        assert told.emotion.valence == 0


def test_a_negation_turns_a_word_round() -> None:
    lexicon = read_lexicon(None)
    (plain,) = hits("I am satisfied", "en", lexicon)
    (turned,) = hits("I am not at all satisfied", "en", lexicon)
    assert plain.polarity > 0 > turned.polarity
    assert turned.negated
    assert [hit.polarity < 0 for hit in hits("没有惊喜", "zh", lexicon)] == [True]


def test_a_phrase_goes_before_the_words_in_it() -> None:
    lexicon = read_lexicon(None)
    assert [hit.entry.phrase for hit in hits("there was no problem at all", "en", lexicon)] == [
        "no problem at all"
    ]
    assert [hit.entry.phrase for hit in hits("服务态度差", "zh", lexicon)] == ["服务态度差"]


def test_a_heading_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("# mine\n[cross -0.5]\nhumbug\n")
    with pytest.raises(LexiconError, match=r"mine\.txt:2: expected a heading such as \[angry -0\.8\]"):
        list(read_phrases(file))
    file.write_text("humbug\n")
    with pytest.raises(LexiconError, match=r"mine\.txt:1: .* first, found humbug"):
        list(read_phrases(file))


def test_published_lists_stand_behind_parley_s_own(tmp_path: Path) -> None:
    texts = {
        "vader_lexicon.txt": "useless\t-1.8\t0.7\t[-2]\nswell\t2.0\t0.7\t[2]\n"
        ":)\t2.0\t1.0\t[2]\nflat\t0.0\t0\t[0]\n",
        "en-sentiment.xml": '<word form="swell" x="" polarity="-1.0" />\n'
        '<word form="odd" polarity="-0.4" />\n<word form="odd" polarity="0.0" />\n',
        "AFINN-en.json": '{"dire": -3}',
        "AFINN-zh.json": '{"可怕": -3, "awful": -3}',
    }
    for name in FILES:
        (tmp_path / name).write_text(texts[name], encoding="utf-8")
    lexicon = read_lexicon(tmp_path)
    assert lexicon.en["useless"].source == "shop_en.txt"
    assert lexicon.en["swell"].polarity == 0.5
    assert lexicon.en["odd"].polarity == pytest.approx(-0.2)
    assert lexicon.zh["可怕"].polarity == pytest.approx(-0.6)
    assert not {":)", "flat", "awful"} & {*lexicon.en, *lexicon.zh}
    (tmp_path / "AFINN-en.json").unlink()
    with pytest.raises(LexiconError, match=r"AFINN-en\.json: .*parley models pull emotion-lexicon"):
        read_lexicon(tmp_path)


def test_a_classifier_learns_and_survives_its_file(tmp_path: Path) -> None:
    lexicon = read_lexicon(None)
    texts = [(f"the {thing} is {how}", how == "blue") for thing in "abcdefgh" for how in ("blue", "green")]
    weights, bias = learn(texts, "en", lexicon)
    zero = np.zeros(BUCKETS, dtype=np.float32)
    Polarity({"en": weights, "zh": zero}, {"en": bias, "zh": 0.0}, {}).save(tmp_path / "p.npz")
    again = load_polarity(tmp_path / "p.npz")
    assert again.positive("my lamp is blue", "en", lexicon) > 0.6
    assert again.positive("my lamp is green", "en", lexicon) < 0.4
    assert again.positive("蓝色", "zh", lexicon) == 0.5
    with pytest.raises(ValueError, match="positive and negative texts in en, found only one kind"):
        learn([("good", True)], "en", lexicon)
    (tmp_path / "p.npz").write_bytes(b"PK")
    with pytest.raises(PolarityError, match="expected a polarity classifier"):
        load_polarity(tmp_path / "p.npz")
