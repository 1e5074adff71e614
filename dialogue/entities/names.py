"""People's names: said, spelled letter by letter, or described sign by sign (弓长张, 伟大的伟)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.entities.confusion import rank
from dialogue.entities.corrections import resolved
from dialogue.entities.entity import Context, Entity
from dialogue.entities.names_zh import chinese_names
from dialogue.entities.sounds import heard_in, likeness
from dialogue.entities.symbols import Run, runs, text_of
from dialogue.entities.tokens import Words, read
from dialogue.words import word_set

LEAST = 0.72
"""Likeness from which a listed name is what was heard."""

LEAST_ASKED = 0.69
"""The same for some words of an answer to "what is your name"."""

AHEAD = 0.08
_SURELY = 0.9

_INTRODUCED = re.compile(
    r"\b(?:my (?:full |first |last )?name is|my (?:first |last )?name's|name is|the name's|i am|i'm"
    r"|this is|it's|it is"
    r"|under the name(?: of)?|name of|i am called|called|speaking is|last name is|surname is"
    r"|last name)\s+(?:mr\.?|mrs\.?|ms\.?|miss)?\s*",
    re.IGNORECASE,
)
_SURE = re.compile(r"name|called", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][a-z'’A-Z-]*")
_NO_NAME = word_set(
    """a an the my your calling looking trying not just here about from for with having in on at and i
    it's is it so going spelled spell that's that very really sorry happy angry waiting interested
    speaking ok okay well um uh fine good no yes sure still also getting wondering asking missing
    ordered returning all done ready afraid unhappy upset one late broken thank thanks please hello
    hi what when where who how why because but or if than too this there again now out home back
    right wrong damaged yet order number email address phone first last name customer member under
    i'm this it's name's"""
)
_AS_WRITTEN = 3


def find_names(text: str, language: str, context: Context) -> list[Entity]:
    """Every person's name: introduced as one, spelled, or a name on the list where one was asked for."""
    words = read(text)
    asked = "name" in context.expected
    listed = context.valid.names
    found = chinese_names(text, asked) if language == "zh" else []
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
