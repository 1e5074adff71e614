"""English as it is said on the phone: the rules, in the order they are applied."""

from __future__ import annotations

import re

from tts.spoken_en_codes import ADDRESS_RULES, IDENTIFIER_RULES, KEY_RULES, MIXED_RULES
from tts.spoken_en_dates import DATE_RULES, TIME_RULES, WEEKDAY_RULES
from tts.spoken_en_numbers import (
    CURRENCY,
    cardinal,
    digit_by_digit,
    in_pairs,
    money,
    ordinal,
    year,
)
from tts.spoken_en_words import (
    ABBREVIATIONS,
    NEVER_SPELLED,
    NO_NOUNS,
    NUMBER_STARTS,
    ONLY_GLUED,
    PER,
    SIZES,
    SPELLED,
    TIMES_EXTRA,
    UNITS,
)
from tts.spoken_plain import Rule, apply, plain

# Bounded on purpose: hostile text must not make a pattern search far.
NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.\d{1,15})?(?!\d)"
_START = r"(?<![A-Za-z0-9])(?<!\d[.,])"
_END = r"(?![A-Za-z0-9])"


def _any(words: object) -> str:
    """Alternatives, the longest first, so that `mAh` is not read as `mA`."""
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


_SYMBOLS = _any(w for w in CURRENCY if not w[-1].isalpha())
_CODES = _any(w for w in CURRENCY if w.isalpha() and w.isascii())
_MULTIPLE = r"(?: ?(?P<multiple>thousand|million|billion|trillion|mn|bn|[kKmMbB](?![A-Za-z]))(?![A-Za-z]))?"


def _money(match: re.Match[str]) -> str:
    multiple = match["multiple"] or ""
    high = money(match["currency"], match["high"] or match["amount"], multiple)
    if not match["high"]:
        return f" {high} "
    return f" {_amount(match['amount'])} to {high} "


def _amount(amount: str) -> str:
    return cardinal(amount[:-3] if amount.endswith(".00") else amount)


def _unit(match: re.Match[str]) -> str:
    number, unit = match["number"], match["unit"]
    if match["gap"] == " " and unit in ONLY_GLUED:
        return match[0]
    one, many = UNITS[unit]
    # "a 5-kg bag", "a 16GB phone" are singular, "5 kg", "16GB of memory" are not.
    noun = match["next"] and match["next"] not in NO_NOUNS and (not match["gap"] or unit == "inch")
    single = number == "1" or match["gap"] == "-" or noun
    return f" {cardinal(number)} {one if single else many} "


def _by(match: re.Match[str]) -> str:
    return re.sub(r" ?[x×*X] ?", " by ", match[0])


_HALVES = {2: ("half", "halves"), 4: ("quarter", "quarters")}


def _fraction(match: re.Match[str]) -> str:
    whole, top, bottom = match["whole"], int(match["top"]), int(match["bottom"])
    if match["of"]:
        return f" {cardinal(match['top'])} out of {cardinal(match['bottom'])} {match['of']}"
    if not top < bottom or bottom > 16:
        return f" {match[0].replace('/', ' slash ')} "
    one, many = _HALVES.get(bottom, (ordinal(bottom), f"{ordinal(bottom)}s"))
    count, part = cardinal(match["top"]), one if top == 1 else many
    if whole:
        return f" {cardinal(whole.strip())} and {'a' if top == 1 else count} {part} "
    return f" {count} {part} "


def _decade(match: re.Match[str]) -> str:
    words = year(int(match[1]))
    return f" {words[:-1]}ies " if words.endswith("y") else f" {words}s "


def _scaled_size(match: re.Match[str]) -> str:
    return f" {TIMES_EXTRA[match[1]]} extra {'large' if match[2] == 'L' else 'small'} "


def _sizes(match: re.Match[str]) -> str:
    return f" {', '.join(SIZES[size] for size in re.findall('[XSML]+', match[0]))} "


def _sized(match: re.Match[str]) -> str:
    return f"{match[1]}{SIZES[match[2]]}"


NUMBER_RULES = (
    # Before amounts, which may be owed; never between two numbers, where a hyphen is a range.
    Rule("minus", re.compile(rf"(?<![^\s(,:])-(?=(?:{_SYMBOLS})?\d)"), " minus "),
    Rule("owed", re.compile(rf"({_SYMBOLS}) ?-(?=\d)"), r"minus \1"),
    Rule("multiplied", re.compile(r"(?<=[A-Za-z]) ?\* ?(?=\d)"), " times "),
    # Volts and amps on a charger are read one after the other.
    Rule("ratings", re.compile(r"(?<=\d[VAW])/(?=\d)"), ", "),
    # Before ranges: both ends of an amount share one currency.
    Rule(
        "money, symbol first",
        re.compile(
            rf"(?<![A-Za-z])(?P<currency>{_SYMBOLS}|(?:{_CODES}) ?)(?<! ) ?(?P<amount>{NUMBER})"
            rf"(?: ?- ?(?:{_SYMBOLS})?(?P<high>{NUMBER}))?{_MULTIPLE}{_END}"
        ),
        _money,
    ),
    Rule(
        "money, currency last",
        re.compile(
            rf"{_START}(?P<amount>{NUMBER})(?: ?- ?(?P<high>{NUMBER}))?(?P<multiple>(?!)|) ?"
            rf"(?P<currency>{_CODES}|[€元])(?![A-Za-z])"
        ),
        _money,
    ),
    Rule(
        "cents",
        re.compile(rf"{_START}({NUMBER}) ?¢"),
        lambda m: f" {cardinal(m[1])} {'cent' if m[1] == '1' else 'cents'} ",
    ),
    # "3-5" before units and percent signs, which then read the upper end only.
    Rule(
        "years",
        re.compile(rf"{_START}(?<!-)((?:19|20)\d\d) ?- ?((?:19|20)\d\d)(?![A-Za-z0-9-])"),
        lambda m: f" {year(int(m[1]))} to {year(int(m[2]))} ",
    ),
    Rule(
        "year",
        re.compile(
            r"\b((?:in|since|of|by|until|till|before|after|from|during|year|early|late|and|Q[1-4]) )"
            rf"((?:19|20)\d\d){_END}(?![.,]\d| [a-z]{{1,20}}s\b)"
        ),
        lambda m: f"{m[1]}{year(int(m[2]))} ",
    ),
    Rule("decade", re.compile(rf"{_START}((?:1[5-9]|20)\d0)[' ]?s{_END}"), _decade),
    Rule(
        "range",
        re.compile(rf"{_START}(?<!-)({NUMBER})(%|°)? ?[-~] ?(?=\d{{1,15}}(?!\d)(?!-\d))(?!0\d)"),
        r"\1\2 to ",
    ),
    Rule("dimensions", re.compile(rf"{_START}{NUMBER}(?: ?[x×*X] ?{NUMBER}){{1,3}}(?! ?=)"), _by),
    Rule("percent", re.compile(rf"{_START}({NUMBER}) ?%"), lambda m: f" {cardinal(m[1])} percent "),
    Rule(
        "per mille",
        re.compile(rf"{_START}({NUMBER}) ?permille"),
        lambda m: f" {cardinal(m[1])} per thousand ",
    ),
    Rule(
        "screen lines",
        re.compile(rf"{_START}(\d{{3,4}})([pi]){_END}"),
        lambda m: f" {in_pairs(m[1])} {m[2].upper()} ",
    ),
    Rule("times", re.compile(rf"{_START}({NUMBER}) ?[x×]{_END}"), lambda m: f" {cardinal(m[1])} times "),
    Rule(
        "unit",
        re.compile(
            rf"{_START}(?P<number>{NUMBER})(?P<gap>[ -]?)(?P<unit>{_any(UNITS)}){_END}"
            r"(?= {0,2}(?P<next>[a-z]{1,20})?)"
        ),
        _unit,
    ),
    Rule("size with a number", re.compile(rf"{_START}([2-6])X([LS]){_END}"), _scaled_size),
    Rule(
        "ordinal",
        re.compile(
            rf"{_START}(\d{{1,9}}|\d{{1,3}}(?:,\d{{3}}){{1,2}})(?:st|nd|rd|th)(?:-(?=[A-Za-z])|{_END})",
            re.IGNORECASE,
        ),
        lambda m: f" {ordinal(int(m[1].replace(',', '')))} ",
    ),
    Rule("around the clock", re.compile(rf"{_START}24/7{_END}"), " twenty-four seven "),
    Rule("half and half", re.compile(rf"{_START}50/50{_END}"), " fifty-fifty "),
    Rule(
        "fraction",
        re.compile(
            rf"{_START}(?<!/)(?P<whole>\d{{1,3}} )?(?P<top>\d{{1,3}})/(?P<bottom>[1-9]\d{{0,2}})"
            r"(?![\d/]|\.\d)(?P<of> (?:stars?|points?|rating)\b)?"
        ),
        _fraction,
    ),
    Rule(
        "numbered",
        re.compile(rf"(?:(?<![A-Za-z])(?P<no>[Nn]o)\. ?|# ?)({NUMBER})"),
        lambda m: f" number {cardinal(m[2])} ",
    ),
    Rule(
        "counted word",
        re.compile(rf"{_START}(\d{{1,6}})-(?=[A-Za-z]{{2}})"),
        lambda m: f" {cardinal(m[1])} ",
    ),
)

LAST_NUMBER_RULES = (
    # Before amounts, which may be owed; never between two numbers, where a hyphen is a range.
    Rule("minus", re.compile(rf"(?<![^\s(,:])-(?=(?:{_SYMBOLS})?\d)"), " minus "),
    Rule("owed", re.compile(rf"({_SYMBOLS}) ?-(?=\d)"), r"minus \1"),
    Rule("multiplied", re.compile(r"(?<=[A-Za-z]) ?\* ?(?=\d)"), " times "),
    # Volts and amps on a charger are read one after the other.
    Rule("ratings", re.compile(r"(?<=\d[VAW])/(?=\d)"), ", "),
    Rule(
        "version",
        re.compile(rf"{_START}\d{{1,6}}(?:\.\d{{1,6}}){{2,6}}"),
        lambda m: " " + " point ".join(cardinal(p) for p in m[0].split(".")) + " ",
    ),
    Rule(
        "leading point",
        re.compile(r"(?<![\d.])\.(\d{1,15})(?!\d)"),
        lambda m: " " + cardinal(f"0.{m[1]}") + " ",
    ),
    Rule("number", re.compile(rf"{_START}{NUMBER}"), lambda m: f" {cardinal(m[0])} "),
    Rule("slash", re.compile(r"(?<=\d) ?/ ?(?=\d)"), " slash "),
    # Whatever no rule knew: no digit is ever lost.
    Rule("digits", re.compile(r"\d+"), lambda m: f" {digit_by_digit(m[0])} "),
)

SYMBOL_RULES = (
    Rule("and/or", re.compile(r"\band/or\b", re.IGNORECASE), "and or"),
    Rule("without", re.compile(r"\bw/o\b"), "without"),
    Rule("with", re.compile(r"\bw/(?= ?\w)"), "with "),
    Rule("care of", re.compile(r"\bc/o\b"), "care of"),
    Rule("not available", re.compile(r"\bN/A\b", re.IGNORECASE), "not available"),
    Rule(
        "sizes",
        re.compile(r"(?<![A-Za-z/])(?:X{0,3}[SL]|M)(?: ?/ ?(?:X{0,3}[SL]|M)){1,8}(?![A-Za-z/])"),
        _sizes,
    ),
    Rule(
        "per",
        re.compile(rf" ?/ ?({_any(PER)})(?![A-Za-z])"),
        lambda m: f" {'' if m[1] == 'ea' else 'per '}{PER[m[1]]}",
    ),
    Rule("either", re.compile(r"(?<=[a-z]) ?/ ?(?=[a-z])"), " or "),
    Rule("letters and letters", re.compile(r"(?<=[A-Za-z]) ?& ?(?=[A-Za-z])"), " and "),
    Rule("arrow", re.compile(r"(?<![-=])[-=]{1,4}>|→"), " to "),
    Rule("at least", re.compile(r">=|≥"), " at least "),
    Rule("at most", re.compile(r"<=|≤"), " at most "),
    Rule("dash", re.compile(r" -+ |—|--+|(?<![^\W\d_])-|-(?![^\W\d_])"), ", "),
    Rule("pause", re.compile(r"\.{2,}+(?! ?$)"), ", "),
    # What was in brackets ends with the sentence, not in a comma.
    Rule("end of an aside", re.compile(r"(?<![)\]}| ]) ?[)\]}|][ )\]}|]*+(?=[.?!]{0,9}$)"), ""),
    Rule("aside", re.compile(r"[\[\](){}|\\]+"), ", "),
    Rule("C sharp", re.compile(r"\bC#"), "C sharp"),
)
_NAMED = {
    "&": "and", "+": "plus", "@": "at", "=": "equals", "~": "about", "≈": "about", "±": "plus or minus",
    "×": "times", "÷": "divided by", "°": "degrees", "%": "percent", "$": "dollars", "€": "euros",
    "£": "pounds", "¥": "yuan", "^": "to the power of", "<": "less than", ">": "more than",
}  # fmt: skip


def _symbol(match: re.Match[str]) -> str:
    return f" {_NAMED[match[0]]} " if match[0] in _NAMED else " "


_STRENGTH = "?!.;:,"


def _mark(match: re.Match[str]) -> str:
    run = match[0].replace(" ", "")
    # The dot of an abbreviation before a comma does not end the sentence.
    mark = "," if run in (".,", ".,,") else min(run, key=_STRENGTH.index)
    return f"{mark} "


TIDY_RULES = (
    Rule("symbol", re.compile(r"[^\w\s.,?!;:'-]|_"), _symbol),
    Rule("full-width stop", re.compile(r"。"), ". "),
    Rule("apostrophe alone", re.compile(r"(?<![^\W\d_])'|'(?![^\W\d_])"), " "),
    Rule("spaces", re.compile(r"\s+"), " "),
    Rule("marks", re.compile(r" ?[.,?!;:][ .,?!;:]*"), _mark),
    Rule("mark at the start", re.compile(r"^[ .,?!;:-]+"), ""),
    Rule("spaces at the end", re.compile(r" +$"), ""),
)


def _abbreviation(match: re.Match[str]) -> str:
    words = ABBREVIATIONS[match[1]]
    # At the very end the dot is also the sentence's.
    return f"{words}." if match[2] and match.end() == len(match.string) else words


def _saint_or_street(match: re.Match[str]) -> str:
    doctor, street = match["abbreviation"] == "Dr", bool(match["name"])
    word = ("Drive" if doctor else "Street") if street else ("Doctor" if doctor else "Saint")
    dot = "." if match["dot"] and match.end() == len(match.string) else ""
    return f"{match['name'] or ''}{word}{dot}"


def _acronym(match: re.Match[str]) -> str:
    letters, plural = match[1], match[2]
    consonants = (
        not any(c in "AEIOUY" for c in letters) and len(letters) <= 5 and letters not in NEVER_SPELLED
    )
    if letters not in SPELLED and not consonants:
        return match[0]
    return " ".join(letters) + ("'s" if plural else "")


# Last, on clean text: what they look at (the next word, the end) is then what a second pass sees.
WORD_RULES = (
    Rule(
        "sizes in a row",
        re.compile(
            r"\b(?:[Ss]izes?(?: is|:|,| in)?|in|are|have)"
            r" (?:X{0,3}[SL]|M)(?:(?:,|,? or|,? and|,? to) (?:X{0,3}[SL]|M))+"
            rf"(?![A-Za-z'-]|,? (?:{_any(NUMBER_STARTS)})\b)"
        ),
        lambda m: re.sub(r"\b(?:X{0,3}[SL]|M)\b", lambda size: SIZES[size[0]], m[0]),
    ),
    # "size S five" is what a model is said like: no size stands before a number.
    Rule(
        "size",
        re.compile(
            rf"\b((?:[Ss]izes?|SIZE)(?: is|:)? )(X{{0,3}}[SL]|M)(?![A-Za-z'-]| (?:{_any(NUMBER_STARTS)})\b)"
        ),
        _sized,
    ),
    Rule("size of itself", re.compile(r"(?<![A-Za-z'-])X{1,3}[SL](?![A-Za-z'-])"), lambda m: SIZES[m[0]]),
    Rule("abbreviation", re.compile(rf"\b({_any(ABBREVIATIONS)})\b(?!')(\.?)"), _abbreviation),
    Rule(
        "saint, street, doctor, drive",
        re.compile(
            r"(?P<name>\b(?!Doctor |Saint )[A-Z][a-z]+ )?\b(?P<abbreviation>St|Dr)\b(?!')(?P<dot>\.?)"
        ),
        _saint_or_street,
    ),
    Rule("acronym and letter", re.compile(r"\b([A-Z]{2,6})-(?=[A-Z]{1,4}\b)"), r"\1 "),
    Rule("acronym", re.compile(r"\b([A-Z]{2,6})('?s)?\b"), _acronym),
    Rule("United States", re.compile(r"\b(the|The|in|to|from|within) US\b"), r"\1 U S"),
)

# Dots inside letters would end the sentence; before times, because "9 a.m." is one.
DOTTED_RULES = (
    Rule("for example", re.compile(r"(?<![A-Za-z])e\.g\.,?", re.IGNORECASE), " for example,"),
    Rule("that is", re.compile(r"(?<![A-Za-z])i\.e\.,?", re.IGNORECASE), " that is,"),
    Rule(
        "half of the day",
        re.compile(r"(?<=[\d ])([ap])\.m\.?(?![A-Za-z])", re.IGNORECASE),
        lambda m: f"{m[1].upper()}M",
    ),
    Rule("doctorate", re.compile(r"(?<![A-Za-z])Ph\. ?D\.?(?![A-Za-z])"), "P H D"),
    Rule(
        "initials",
        re.compile(r"(?<![A-Za-z.])(?:[A-Z]\.){2,6}"),
        lambda m: f" {' '.join(m[0].replace('.', ''))} ",
    ),
)

DIGIT_RULES = (
    *IDENTIFIER_RULES,
    *DATE_RULES,
    *TIME_RULES,
    *NUMBER_RULES,
    *MIXED_RULES,
    *LAST_NUMBER_RULES,
)


def spoken_en(text: str) -> str:
    """English text as it is said; see `tts.spoken.spoken`."""
    text = plain(apply(KEY_RULES, text), stop=". ", listed=r"\n\n\1, ")
    text = apply((*ADDRESS_RULES, *DOTTED_RULES, *WEEKDAY_RULES), text)
    if any(map(str.isdigit, text)):
        text = apply(DIGIT_RULES, text)
    return apply(WORD_RULES, apply(TIDY_RULES, apply(SYMBOL_RULES, text)))
