"""People's names: said, spelled letter by letter, or described sign by sign (弓长张, 伟大的伟)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.entities.confusion import rank
from dialogue.entities.entity import Context, Entity
from dialogue.entities.sounds import heard_in, likeness
from dialogue.entities.surnames import DESCRIBED, SURNAMES
from dialogue.entities.symbols import Run, resolved, runs, text_of
from dialogue.entities.tokens import Words, read
from dialogue.words import pinyin, syllables

LEAST = 0.72
"""Likeness from which a listed name is what was heard."""

LEAST_ASKED = 0.69
"""The same for some words of an answer to "what is your name"."""

AHEAD = 0.08
_SURELY = 0.9

_INTRODUCED = re.compile(
    r"\b(?:my (?:full |first |last )?name is|my (?:first |last )?name's|name is|the name's|i am|i'm|this is|it's|it is"
    r"|under the name(?: of)?|name of|i am called|called|speaking is|last name is|surname is|last name)\s+(?:mr\.?|mrs\.?|ms\.?|miss)?\s*",
    re.IGNORECASE,
)
_SURE = re.compile(r"name|called", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][a-z'’A-Z-]*")
_NO_NAME = frozenset(
    """a an the my your calling looking trying not just here about from for with having in on at and i it's is it so going
    spelled spell that's that very really sorry happy angry waiting interested speaking ok okay well um uh fine good no yes
    sure still also getting wondering asking missing ordered returning all done ready afraid unhappy upset one late broken
    thank thanks please hello hi what when where who how why because but or if than too this there again now out home back
    right wrong damaged yet order number email address phone first last name customer member under
    i'm this it's name's""".split()
)
_AS_WRITTEN = 3
_INTRODUCED_ZH = re.compile(r"(?:我的名字是|我的名字叫|名字是|名字叫|姓名是|我叫|我是|本人|我姓|免贵姓|姓|叫做|(?<=[，,。])叫|收件人是|收件人)")
_NO_NAME_ZH = re.compile(r"想|要|不|在|来|你|他|她|它|什|买|问|昨|今|前|上|下|个|这|那|的|们|做|从|说|一|会员|顾客|客户|想|没|有|是|了|吧|吗|多少|何")
_OF = re.compile(r"([一-鿿]{1,4}?)的([一-鿿])(?![一-鿿]的)|([一-鿿]{2,4})的([一-鿿])")
_HAN = re.compile(r"[一-鿿]+")


def find_names(text: str, language: str, context: Context) -> list[Entity]:
    """Every person's name: introduced as one, spelled, or a name on the list where one was asked for."""
    words = read(text)
    asked = "name" in context.expected
    listed = context.valid.names
    found = _chinese(text, asked) if language == "zh" else []
    if not found:
        found = _english(text, words, asked)
    if listed:
        found = [_listed(one, listed) for one in found]
        if asked and all(one.source == "heard" for one in found):
            found = _by_sound(text, listed) or found
    return found


def _english(text: str, words: Words, asked: bool) -> list[Entity]:
    spelled = [one for run in runs(words) if (one := _spelled(words, run)) is not None]
    said = _said(text, asked)
    if said is None:
        return [one for one in spelled if asked or _named(words, one)]
    merged = said
    for one in spelled:
        merged = _with_spelling(merged, one)
    return [merged]


def _named(words: Words, one: Entity) -> bool:
    before = words.figures.text[: one.start].casefold()
    return bool(re.search(r"\bname|spell|surname|姓|名", before))


def _spelled(words: Words, run: Run) -> Entity | None:
    """A name in letters said one by one; at least three of them."""
    symbols = resolved(run, lambda made: False)
    letters = text_of(symbols).replace("0", "O")
    if len(letters) < 3 or not letters.isalpha():
        return None
    start, end = words.span(min(k for _, k in symbols), max(k for _, k in symbols))
    return Entity("name", letters.title(), start, end, 0.75)


def _said(text: str, asked: bool) -> Entity | None:
    """A name behind its introduction; where one was asked for, the words alone."""
    best: tuple[int, int, float] | None = None
    for match in _INTRODUCED.finditer(text):
        span = _words_of_name(text, match.end())
        sure = bool(_SURE.search(match[0]))
        if span and (sure or asked or (_capital(text, span) and text[span[0] : span[1]].count(" ") == 1)):
            best = (*span, 0.75 if sure else 0.6)
            break
    if best is None and asked:
        first = _first_word(text)
        span = _words_of_name(text, first) if first is not None else None
        best = (*span, 0.5) if span else None
    if best is None:
        return None
    start, end, confidence = best
    value = " ".join(_cased(word) for word in text[start:end].replace("’", "'").split())
    return Entity("name", value, start, end, confidence)


def _first_word(text: str) -> int | None:
    for match in _WORD.finditer(text):
        if match[0].casefold() not in _NO_NAME and len(match[0]) > 1:
            return match.start()
    return None


def _words_of_name(text: str, at: int) -> tuple[int, int] | None:
    """Up to three words that may be a name, from a place on."""
    start = end = at
    count = 0
    while count < _AS_WRITTEN:
        match = _WORD.match(text, end + (1 if count else 0))
        if match is None or match[0].casefold() in _NO_NAME or (len(match[0]) == 1):
            break
        if count and not (match[0][0].isupper() or not _capital(text, (start, end))):
            break
        end, count = match.end(), count + 1
    return (start, end) if count else None


def _capital(text: str, span: tuple[int, int]) -> bool:
    return all(word[0].isupper() for word in text[span[0] : span[1]].split())


def _cased(word: str) -> str:
    return word if word[0].isupper() and not word.isupper() else word.capitalize()


def _with_spelling(said: Entity, spelled: Entity) -> Entity:
    """A name with the part of it that was spelled put right: "Yusuf Rosie, R O S S I"."""
    parts = said.value.split()
    if spelled.start < said.end and said.start < spelled.end:
        return spelled
    best = max(range(len(parts)), key=lambda k: (likeness(spelled.value, parts[k]), k))
    if likeness(spelled.value, parts[best]) < 0.4:
        value = f"{said.value} {spelled.value}" if len(parts) == 1 else said.value
    else:
        value = " ".join((*parts[:best], spelled.value, *parts[best + 1 :]))
    return Entity("name", value, min(said.start, spelled.start), max(said.end, spelled.end), 0.85)


def _chinese(text: str, asked: bool) -> list[Entity]:
    described = _descriptions(text)
    introduced = [m for m in _INTRODUCED_ZH.finditer(text) if _name_behind(text, m.end())]
    # 我姓陈，叫陈静: the whole name goes before the surname alone.
    match = max(introduced, key=lambda m: (not m[0].endswith("姓"), -m.start()), default=None)
    start = match.end() if match else None
    if start is None and asked:
        first = _HAN.search(text)
        start = first.start() if first and (_name_behind(text, first.start()) or described) else None
    if start is None:
        return []
    name = _name_behind(text, start)
    surname_only = bool(match and match[0].endswith("姓"))
    if surname_only:
        name = name[:1]
    if not name and not described:
        return []
    if described and (not name or described[0][0] == start):
        value, end = "".join(sign for _, _, sign in described[:3]), max(end for _, end, _ in described[:3])
        return [Entity("name", value, start, end, 0.75)]
    value, end = name, start + len(name)
    for _, stop, sign in described:
        value = _put_right(value, sign)
        end = max(end, stop)
    confidence = 0.85 if described else 0.7 if match else 0.5
    return [Entity("name", value, start, end, confidence)]


def _name_behind(text: str, at: int) -> str:
    """Two or three signs, the first a surname by its sound, that may be a name; empty if there are none."""
    match = _HAN.match(text, at)
    if match is None:
        return ""
    signs = match[0]
    if len(signs) >= 2 and _description(signs, 0):
        return ""
    double = signs[:2] in SURNAMES
    if not double and not any(pinyin(signs[0]) == pinyin(one) for one in SURNAMES if len(one) == 1):
        return ""
    longest = 4 if double else 3
    name = signs if len(signs) <= longest else signs[: longest - 1 if _NO_NAME_ZH.match(signs[longest - 1]) else longest]
    for k in range(1, len(name)):
        if _NO_NAME_ZH.match(name[k]):
            name = name[:k]
            break
    if _NO_NAME_ZH.match(name[:1]) or (len(signs) > longest + 1 and len(name) < 2):
        return ""
    return name


def _description(signs: str, at: int) -> tuple[str, int] | None:
    """A sign that is described by its parts from a place on (弓长张), by sound, and the place behind it."""
    for size in (4, 3):
        piece = signs[at : at + size]
        sign = DESCRIBED.get(pinyin(piece)) if len(piece) == size else None
        if sign is not None:
            return sign, at + size
    return None


def _descriptions(text: str) -> list[tuple[int, int, str]]:
    """Every described sign: where, and which."""
    found: list[tuple[int, int, str]] = []
    for match in _HAN.finditer(text):
        at = match.start()
        while at < match.end():
            made = _description(text[: match.end()], at)
            if made is not None:
                found.append((at, made[1], made[0]))
                at = made[1]
            else:
                at += 1
    for match in _OF.finditer(text):
        word, sign = (match[1], match[2]) if match[1] else (match[3], match[4])
        # The word has the sign, so of the signs of that sound in it that one is meant: 伟大的尾 is 伟.
        meant = next((one for one in word if syllables(one) == syllables(sign)), None)
        if meant is not None and not any(start <= match.start() < end for start, end, _ in found):
            found.append((match.start(), match.end(), meant))
    return sorted(found)


def _put_right(name: str, sign: str) -> str:
    """The sign of a name that sounds like the described one is that one; a missing one is added."""
    for k, one in enumerate(name):
        if pinyin(one) == pinyin(sign):
            return name[:k] + sign + name[k + 1 :]
    return name + sign if len(name) < 3 else name


def _listed(one: Entity, listed: Sequence[str]) -> Entity:
    near = rank(one.value, listed, key=str, measure=lambda heard, name: 1 - _alike(heard, name))
    best = near.values[0]
    if best[0].casefold() == one.value.casefold():
        return Entity("name", best[0], one.start, one.end, 0.95, "listed")
    value = near.clear(1 - LEAST, AHEAD)
    if value is not None:
        return Entity("name", value, one.start, one.end, 0.75, "corrected")
    options = near.near(1 - LEAST)
    if len(options) > 1:
        return Entity("name", options[0], one.start, one.end, 0.4, "unsure", options)
    return one


def _alike(heard: str, name: str) -> float:
    """Likeness with a name; a first name alone or a last name alone is half of it."""
    whole = likeness(heard, name)
    parts = name.split()
    if " " not in heard and len(parts) > 1:
        whole = max(whole, *(0.9 * likeness(heard, part) for part in parts))
    return whole


def _by_sound(text: str, listed: Sequence[str]) -> list[Entity]:
    """The listed name that some words of the text sound like."""
    found = heard_in(text, listed, least=LEAST_ASKED, ahead=AHEAD)
    if found is None:
        by_last = {name.split()[-1]: name for name in listed if " " in name}
        shared = [name.split()[-1] for name in listed if " " in name]
        alone = tuple(last for last in by_last if shared.count(last) == 1)
        last = heard_in(text, alone, least=_SURELY, ahead=AHEAD)
        found = (by_last[last[0]], *last[1:]) if last else None
    return [Entity("name", *found, 0.6, "corrected")] if found else []
