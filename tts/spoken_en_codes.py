"""English rules for what identifies: addresses, web pages, phone, card, order and zip numbers."""

from __future__ import annotations

import re

from tts.spoken_codes import is_word
from tts.spoken_en_numbers import DIGITS, cardinal, code, digit_by_digit, in_groups, year
from tts.spoken_en_words import SPELLED, STATES
from tts.spoken_plain import Rule

_MARKS = {".": "dot", "_": "underscore", "-": "dash", "+": "plus", "%": "percent", "/": "slash", "~": "tilde"}
_MARKS |= {":": "colon", "@": "at", "#": "hash", "&": "and", "=": "equals"}
# Two-letter endings of a domain that are said as a word.
_SAID_ENDINGS = frozenset(("co", "me"))


def address(written: str) -> str:
    """An e-mail or web address: words kept, digits one by one, marks by their names."""
    said: list[str] = []
    parts = re.findall(r"[A-Za-z]+|\d|[^A-Za-z\d]", written)
    for at, part in enumerate(parts):
        if part.isdigit():
            said.append(DIGITS[int(part)])
        elif not part[0].isalpha():
            said.append(_MARKS.get(part, ""))
        elif len(part) == 2 and at and parts[at - 1] == "." and part.lower() not in _SAID_ENDINGS:
            said.append(" ".join(part.upper()))
        elif part.isupper() and part not in SPELLED:
            said.append(part.lower() if is_word(part.lower(), 2) else " ".join(part))
        else:
            said.append(part if is_word(part.lower(), 2) else " ".join(part.upper()))
    return f" {' '.join(said)} "


def _email(match: re.Match[str]) -> str:
    return address(match[0].lower())


def _web(match: re.Match[str]) -> str:
    return address(match["site"].lower() + (match["path"] or "").rstrip("/.-"))


def _international(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    if len(digits) < 7:
        return match[0]
    said = in_groups(match[0])
    # Written in one run, the country code of the two countries we serve is told apart.
    for country in ("86", "1"):
        if (
            match[0] == f"+{digits}"
            and digits.startswith(country)
            and len(digits) == len(country) + 10 + (country == "86")
        ):
            said = f"{digit_by_digit(country)}, {digit_by_digit(digits[len(country) :])}"
    return f" plus {said} "


def _groups(match: re.Match[str]) -> str:
    return f" {in_groups(match[0])} "


def _spaced_code(match: re.Match[str]) -> str:
    parts = match[0].split(" ")
    if sum(any(c.isdigit() for c in part) for part in parts) < 2 or parts[0].isalpha():
        return match[0]
    return f" {code(match[0])} "


def _known(match: re.Match[str]) -> str:
    return f"{match['what']} {code(match['code'])} "


def _state_zip(match: re.Match[str]) -> str:
    state = STATES.get(match[1])
    return f"{state.replace('_', ' ')} {in_groups(match[2])} " if state else match[0]


def _mixed(match: re.Match[str]) -> str:
    """A token of letters and digits: a product ("S24", "COVID-19") or an identifier ("W2378156")."""
    written = match["code"]
    parts = re.split(r"[-_]", written)
    digits = sum(c.isdigit() for c in written)
    if not any(c.isalpha() for c in written) or not digits:
        return match[0]
    if any(c.isupper() for part in parts if part.isupper() for c in part) and digits > 2:
        return f" {code(written)} "
    said = [_part(part, "_" in written, digits, parts[at - 1] if at else "") for at, part in enumerate(parts)]
    return f" {' '.join(said)} "


def _part(part: str, user_name: bool, digits: int, before: str) -> str:
    """One part of a token between hyphens or underscores."""
    if part.isalpha():
        return part
    if part.isdigit():
        if before.islower() and re.fullmatch(r"(?:19|20)\d\d", part) and not user_name:
            return year(int(part))
        return cardinal(part) if digits <= 2 else digit_by_digit(part)
    if digits > 2:
        return code(part, shortest_word=3 if user_name else 4)
    runs = re.findall(r"\d+|\D+", part)
    return " ".join(
        cardinal(run) if run.isdigit() else run if is_word(run, 2) or len(run) > 3 else _letters(run)
        for run in runs
    )


def _letters(run: str) -> str:
    # A product's own capitals ("iPhone15") are not an acronym.
    return " ".join(run.upper()) if run.isupper() or run.islower() else run


_WORD_START = r"(?<![A-Za-z0-9])"
_WORD_END = r"(?![A-Za-z0-9])"
_ENDINGS = r"(?:com|org|net|edu|gov|info|shop|store|app|io|co|cn|uk|us|de|fr|eu|ca|me|tv|ai|hk)"
# What a number follows that is read digit by digit however short it is.
_SHORT = (
    r"(?:zip(?: code)?|postal code|postcode|ending(?: in| with)?|ends (?:in|with)|last (?:four|4)(?: digits)?"
)
_SHORT += r"|pin(?: code)?|p ?o {0,2}box|extension|ext\.?|area code|gate code|cvv|cvc)"
_LONG = (
    r"(?:(?:order|item|product|tracking|account|invoice|ticket|case|reference|ref|confirmation|serial|phone"
)
_LONG += r"|part|model|card|gift card|parcel|customer|member|membership|flight|claim|bank|routing|policy)"
_LONG += r"(?: number| no\.?| id| code)|code|number|id|sku|upc|invoice|ticket|case|reference|ref|tracking|rma"
# "Order 500 boxes" is a count, these are not.
_LONG += r"|(?:your|my|his|her|their|our|this|that|the|for|about|on|with|found|cancel|return) order)"
_LINKING = r"(?: ?(?:is|was|are|:|#|=)){0,2} "

ADDRESS_RULES = (
    # Addresses first: their dots, digits and slashes would be taken for numbers and sentences.
    Rule(
        "e-mail",
        re.compile(
            r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_][A-Za-z0-9._%+-]{0,63}@"
            r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,3}\.[A-Za-z]{2,24}" + _WORD_END
        ),
        _email,
    ),
    Rule(
        "web address",
        re.compile(
            r"(?:https?://(?:www\.)?|(?<![A-Za-z0-9.@-])www\.)(?P<site>[A-Za-z0-9.-]{1,200}(?::\d{1,5})?)"
            r"(?P<path>/[A-Za-z0-9/._~%+-]{0,200})?(?:[?#][^\s,;!]{0,500})?",
            re.IGNORECASE,
        ),
        _web,
    ),
    Rule(
        "bare web address",
        re.compile(
            rf"(?<![A-Za-z0-9.@-])(?P<site>[A-Za-z0-9-]{{2,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{0,2}}\.{_ENDINGS}){_WORD_END}"
            r"(?P<path>/[A-Za-z0-9/._~%+-]{0,200})?"
        ),
        _web,
    ),
)

IDENTIFIER_RULES = (
    # `##` is left where part of a number was masked with stars.
    Rule("masked", re.compile(r"##(\d+)"), lambda m: f"{digit_by_digit(m[1])} "),
    # Phone numbers before dates, ranges and minus signs, which their hyphens look like.
    Rule(
        "phone, international",
        re.compile(r"(?<![A-Za-z0-9+])\+(?:[ .()-]{0,2}\d{1,14}+){1,7}+"),
        _international,
    ),
    Rule(
        "phone, American",
        re.compile(
            rf"{_WORD_START}(?<![-/.])(?:1[ .-]?)?(?:\(\d{{3}}\) ?|\d{{3}}[ .-])"
            r"\d{3}[ .-]\d{4}(?![A-Za-z0-9-])"
        ),
        _groups,
    ),
    Rule("phone, toll-free word", re.compile(rf"{_WORD_START}1-(8\d\d)-(?=[A-Z]{{4,8}}\b)"), _groups),
    Rule(
        "phone, local",
        re.compile(rf"{_WORD_START}(?<![-/.$])\d{{3}}-\d{{4}}(?![A-Za-z0-9-]|[./]\d)"),
        _groups,
    ),
    Rule(
        "phone, Chinese",
        re.compile(
            rf"{_WORD_START}(?<![-/.$])(?:1[3-9]\d(?P<s>[ -]?)\d{{4}}(?P=s)\d{{4}}|0\d{{2,3}}[ -]\d{{7,8}}"
            r"|[48]00-\d{3,4}-\d{3,4})(?![A-Za-z0-9-])"
        ),
        _groups,
    ),
    # Groups as they are embossed on a card or printed on a parcel, before the groups are numbers.
    Rule(
        "number in groups",
        re.compile(r"(?<![A-Za-z0-9-])\d{2,5}(?: \d{3,4}){2,7}(?: \d{1,4})?(?![A-Za-z0-9,.]\d)"),
        _groups,
    ),
    Rule(
        "code in groups",
        re.compile(r"(?<![A-Za-z0-9-])[A-Z0-9]{2,4}(?: [A-Z0-9]{2,4}){2,8}+(?![A-Za-z0-9])"),
        _spaced_code,
    ),
    Rule(
        "state and zip",
        re.compile(rf"{_WORD_START}([A-Z]{{2}}),? (\d{{5}}(?:-\d{{4}})?){_WORD_END}"),
        _state_zip,
    ),
    Rule(
        "short known identifier",
        re.compile(
            rf"{_WORD_START}(?P<what>{_SHORT}{_LINKING}) ?#?"
            rf"(?P<code>[A-Za-z]{{0,4}}\d{{1,24}}(?:-\d{{4}})?){_WORD_END}(?![.,:]\d)",
            re.IGNORECASE,
        ),
        _known,
    ),
    Rule(
        "known identifier",
        re.compile(
            rf"{_WORD_START}(?P<what>{_LONG}{_LINKING}) ?#?(?P<code>\d{{3,24}}){_WORD_END}(?![.,:]\d|-\d)",
            re.IGNORECASE,
        ),
        _known,
    ),
    Rule(
        "order number",
        re.compile(
            rf"{_WORD_START}(?P<what>(?:order|item) )#?(?P<code>\d{{5,24}}){_WORD_END}(?![.,:]\d)",
            re.IGNORECASE,
        ),
        _known,
    ),
    Rule("number sign", re.compile(r"# ?(\d{4,40})(?![A-Za-z0-9])"), lambda m: f" {digit_by_digit(m[1])} "),
)

# After units and times, which are digits and letters too ("16GB", "9am").
MIXED_RULES = (
    Rule(
        "code",
        re.compile(
            r"#?(?<![A-Za-z0-9])(?<![A-Za-z0-9][-_])(?=[A-Za-z_-]{0,40}\d)(?P<code>[A-Za-z0-9]++(?:[-_][A-Za-z0-9]++)*+)"
        ),
        _mixed,
    ),
    Rule(
        "hyphenated digits",
        re.compile(r"(?<![A-Za-z0-9.])\d{1,24}(?:-\d{1,24}){2,12}(?![A-Za-z0-9])"),
        _groups,
    ),
    # Too long to be counted, or with a leading zero: someone's identifier.
    Rule(
        "long number",
        re.compile(r"(?<![\d.,])(?![1-9]\d{0,2}(?:000)+(?!\d))(?:\d{7,}|0\d+)(?!\d|[.,]\d)"),
        lambda m: f" {digit_by_digit(m[0])} ",
    ),
)

_KEYS = {"*": "star", "＊": "star", "#": "pound", "＃": "pound"}

# Keys of the telephone, before marks like these are taken for markup.
KEY_RULES = (
    Rule(
        "key",
        re.compile(
            r"(?i)\b(press|dial|enter|hit|type|or|then|by|with|the) ([*＊#＃])(?![\w*#])"
            r"|(?<!\S)([*＊#＃])(?= key\b)"
        ),
        lambda m: f"{m[1] + ' ' if m[1] else ''}{_KEYS[m[2] or m[3]]}",
    ),
    Rule("key behind digits", re.compile(r"(?<=\d)[#＃](?![\w#])"), lambda m: " pound"),
)
