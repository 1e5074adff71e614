"""How single letters and digits are named, helped by words, misheard and written down by a recogniser."""

from __future__ import annotations

from dialogue.words import word_set

NAMES = {
    "bee": "B", "be": "B", "see": "C", "sea": "C", "cee": "C", "dee": "D", "eff": "F", "gee": "G",
    "aitch": "H", "jay": "J", "kay": "K", "el": "L", "ell": "L", "em": "M", "en": "N", "pee": "P",
    "pea": "P", "cue": "Q", "queue": "Q", "are": "R", "ar": "R", "ess": "S", "tee": "T", "tea": "T",
    "you": "U", "vee": "V", "ex": "X", "why": "Y", "zee": "Z", "zed": "Z",
}  # fmt: skip
"""English letters by their names; they count only between other letters and digits."""

DIGIT_SOUNDS = {
    "oh": "0", "owe": "0", "nought": "0", "won": "1", "to": "2", "too": "2", "tree": "3", "for": "4",
    "fore": "4", "fife": "5", "sex": "6", "ate": "8", "niner": "9",
}  # fmt: skip
"""Digits as words that sound like them; they count only between other letters and digits."""

SPELLING_ALPHABET = {
    word: word[0].upper()
    for word in word_set(
        """alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november
        oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu"""
    )
}
"""The radio alphabet (ICAO)."""

REPEATS = {"double": 2, "triple": 3, "treble": 3, "cripple": 3, "quadruple": 4}
DOUBLE_U = frozenset(("u", "you", "ewe", "yu", "w", "use", "hugh", "us"))
"""What follows "double" where the letter W was said."""

SKIPPED = word_set(
    """dash hyphen space then and um uh er erm hmm ah is it's so ok okay minus comma period
    嗯 呃 啊 额 哦 然 后 再 杠 横 空 格 那 减 号 哈"""
) | frozenset("-–—.,;:/'\"、，。；：·_…()~·")
"""What may stand between two symbols of one number."""

HAN_DIGITS = {
    "yao": "1",
    "ling": "0", "yi": "1", "er": "2", "san": "3", "si": "4", "wu": "5", "liu": "6", "qi": "7", "ba": "8",
    "jiu": "9",
}  # fmt: skip
"""Digits by their sound, which recognisers write with other signs; they count only between other symbols."""

HAN_LETTERS = {
    "da bu liu": "W", "da bu lu": "W", "da bu niu": "W", "da bu ge": "W", "da bu le": "W",
    "da bu you": "W", "da bo liu": "W", "da bu lv": "W", "ta bu liu": "W", "da bu ru": "W",
    "da bu nu": "W", "duo bu liu": "W", "ai ke si": "X", "ai fu": "F", "ai qi": "H", "ai chi": "H",
    "ai er": "L", "ai mu": "M", "ai en": "N", "ai si": "S",
}  # fmt: skip
"""Letters whose Mandarin names have more than one syllable, by pinyin."""
