"""Mandarin rules for what identifies: addresses, web pages, phone, card, order and zip numbers."""

from __future__ import annotations

import re

from tts.spoken_codes import is_word
from tts.spoken_plain import Rule
from tts.spoken_zh_numbers import code, digits_in_turn, identifying, in_groups, product

_MARKS = {
    ".": "点",
    "_": "下划线",
    "-": "杠",
    "+": "加",
    "/": "斜杠",
    "@": "艾特",
    ":": "冒号",
    "%": "百分号",
    "~": "波浪线",
}


def address(written: str) -> str:
    """An e-mail or web address: words kept, digits one by one, marks by their Mandarin names."""
    said = []
    for part in re.findall(r"[A-Za-z]+|\d+|[^A-Za-z\d]", written):
        if part.isdigit():
            said.append(identifying(part))
        elif part[0].isalpha():
            said.append(part if is_word(part.lower(), 3) or part == "co" else " ".join(part.upper()))
        else:
            said.append(_MARKS.get(part, ""))
    return f" {' '.join(said)} "


def _web(match: re.Match[str]) -> str:
    return address(match["site"].lower() + (match["path"] or "").rstrip("/.-"))


def _international(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    if len(digits) < 7:
        return match[0]
    if match[0] == f"+{digits}" and digits.startswith("86") and len(digits) == 13:
        return f"加八六，{identifying(digits[2:])} "
    return f"加{in_groups(match[0])} "


def _groups(match: re.Match[str]) -> str:
    return f" {in_groups(match[0])} "


def _known(match: re.Match[str]) -> str:
    return f"{match['what']} {code(match['code'])} "


def _mixed(match: re.Match[str]) -> str:
    """A token of letters and digits: a product ("S24") or an identifier ("W2378156")."""
    written = match["code"]
    digits = sum(c.isdigit() for c in written)
    if not digits or not any(c.isalpha() for c in written):
        return match[0]
    if digits <= 2:
        return f" {product(written)} "
    if "_" in written:
        return f" {' '.join(code(part, shortest_word=3) for part in written.split('_'))} "
    return f" {code(written)} "


_START = r"(?<![A-Za-z0-9])"
_END = r"(?![A-Za-z0-9])"
_ENDINGS = r"(?:com|org|net|edu|gov|info|shop|store|app|io|co|cn|uk|us|de|hk|tv)"
_LINKING = r"(?:(?:号码|号|码)?(?: ?(?:是|为|：|:|#|，)){0,2} ?)"
# However short, what follows these is read digit by digit.
_SHORT = r"(?:尾号|末四位|后四位|后4位|末尾|验证码|校验码|取件码|取货码|提货码|密码|口令"
_SHORT += "|邮编|邮政编码|分机|区号|房间|房号|工号)"
_LONG = r"(?:订单|单|运单|快递单|物流单|退货单|售后单|工单|流水|编|货|款|型|卡|账|帐"
_LONG += "|手机|电话|热线|客服|会员|发票|序列|拨打|拨|致电|请打|航班)"

ADDRESS_RULES = (
    # Addresses first: their dots, digits and slashes would be taken for numbers and sentences.
    Rule(
        "e-mail",
        re.compile(
            r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_][A-Za-z0-9._%+-]{0,63}@"
            r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,3}\.[A-Za-z]{2,24}" + _END
        ),
        lambda m: address(m[0].lower()),
    ),
    Rule(
        "web address",
        re.compile(
            r"(?:https?://(?:www\.)?|(?<![A-Za-z0-9.@-])www\.)(?P<site>[A-Za-z0-9.-]{1,200}(?::\d{1,5})?)"
            r"(?P<path>/[A-Za-z0-9/._~%+-]{0,200})?(?:[?#][A-Za-z0-9=&%._~+/-]{0,500})?",
            re.IGNORECASE,
        ),
        _web,
    ),
    Rule(
        "bare web address",
        re.compile(
            rf"(?<![A-Za-z0-9.@-])(?P<site>[A-Za-z0-9-]{{2,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{0,2}}\.{_ENDINGS}){_END}"
            r"(?P<path>/[A-Za-z0-9/._~%+-]{0,200})?"
        ),
        _web,
    ),
)

IDENTIFIER_RULES = (
    # `##` is left where part of a number was masked with stars.
    Rule("masked", re.compile(r" ?##(\d+)"), lambda m: f"{identifying(m[1])} "),
    # Phone numbers before dates, ranges and minus signs, which their hyphens look like.
    Rule(
        "phone, international",
        re.compile(r"(?<![A-Za-z0-9+])\+(?:[ .()-]{0,2}\d{1,14}+){1,7}+"),
        _international,
    ),
    Rule(
        "phone, Chinese",
        re.compile(
            rf"{_START}(?<![-/.¥$])(?:1[3-9]\d(?P<s>[ -]?)\d{{4}}(?P=s)\d{{4}}|\(?0\d{{2,3}}[)-] ?"
            r"\d{7,8}(?:-\d{1,5})?"
            r"|[48]00[- ]\d{3,4}[- ]\d{3,4}|[48]00\d{7})(?![A-Za-z0-9-])"
        ),
        _groups,
    ),
    Rule(
        "phone, American",
        re.compile(
            rf"{_START}(?<![-/.])(?:1[ .-]?)?(?:\(\d{{3}}\) ?|\d{{3}}[ .-])"
            r"\d{3}[ .-]\d{4}(?![A-Za-z0-9-])"
        ),
        _groups,
    ),
    Rule(
        "hotline",
        re.compile(r"(?<![\d.,¥$])(?:10086|10010|10000|12315|12306|12345|95\d{3})(?![\d.,]|[元块件个])"),
        _groups,
    ),
    Rule("emergency", re.compile(r"(?<=[打拨])1(?:10|19|20|14)(?!\d)"), _groups),
    # Groups as they are embossed on a card or printed on a parcel, before the groups are numbers.
    Rule(
        "number in groups",
        re.compile(r"(?<![A-Za-z0-9-])\d{2,5}(?: \d{3,4}){2,7}(?: \d{1,4})?(?![A-Za-z0-9,.]\d)"),
        _groups,
    ),
    Rule(
        "short known identifier",
        re.compile(
            rf"(?P<what>{_SHORT}{_LINKING})#?(?P<code>[A-Za-z0-9]{{1,24}}(?:-[A-Za-z0-9]{{1,8}}){{0,6}}){_END}(?=[^A-Za-z0-9位天小]|$)"
        ),
        _known,
    ),
    Rule(
        "known identifier",
        re.compile(
            rf"(?P<what>{_LONG}{_LINKING})#?(?P<code>\d{{4,24}}){_END}(?![.,:-]\d| ?[元块件个笔单次])"
        ),
        _known,
    ),
    Rule(
        "known number",
        re.compile(
            rf"(?P<what>(?:订单|单|编|货|款|型|卡|账)(?:号码|号)"
            rf"(?: ?(?:是|为|：|:|#)){{0,2}} ?)#?(?P<code>\d{{1,24}}){_END}(?![.,:-]\d)"
        ),
        _known,
    ),
    Rule(
        "known identifier, Latin",
        re.compile(
            rf"{_START}(?P<what>(?:ID|SKU|PIN|code|order|ref)(?: ?[:：#是为]){{0,2}} ?)"
            rf"#?(?P<code>\d{{3,24}}){_END}",
            re.IGNORECASE,
        ),
        _known,
    ),
    Rule("number sign", re.compile(r"# ?(\d{4,40})(?![A-Za-z0-9])"), lambda m: f" {identifying(m[1])} "),
    Rule(
        "room",
        re.compile(r"(?<![\d.-])(\d{3,4})(?=室|房间|号房|航班)|(?<=单元)(\d{3,4})(?!\d)"),
        lambda m: identifying(m[0]),
    ),
)

# After units and times, which are digits and letters too ("16GB", "9am").
MIXED_RULES = (
    Rule(
        "screen lines",
        re.compile(rf"{_START}(\d{{3,4}})([pPiI]){_END}"),
        lambda m: f"{digits_in_turn(m[1])} {m[2].upper()} ",
    ),
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
    # Too long to be counted: someone's identifier.
    Rule(
        "long number",
        re.compile(r"(?<![\d.,])(?![1-9]\d{0,3}(?:0000)+(?!\d))(?:\d{7,}|0\d{2,})(?!\d|[.,]\d)"),
        lambda m: f" {identifying(m[0])} ",
    ),
)

_KEYS = {"*": "星号", "＊": "星号", "#": "井号", "＃": "井号"}

# Keys of the telephone, before marks like these are taken for markup.
KEY_RULES = (
    Rule("key", re.compile(r"([*＊#＃]) ?号?(?=键)"), lambda m: _KEYS[m[1]]),
    Rule(
        "pressed key",
        re.compile(r"(?<=[按入拨或加]) ?([*＊#＃])号?(?![\w*＊#＃]*[\dA-Za-z*#])"),
        lambda m: _KEYS[m[1]],
    ),
)
