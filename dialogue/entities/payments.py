"""Ways to pay: "the card ending in nine two one two", gift card, PayPal, 尾号九二一七, 微信, 支付宝.

The value is the caller's own method's id where one fits, else `credit_card:9212` or the kind alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dialogue.entities.corrections import resolved
from dialogue.entities.entity import Context, Entity, PaymentMethod
from dialogue.entities.sounds import heard_in
from dialogue.entities.symbols import runs, text_of
from dialogue.entities.tokens import Words, read

_KINDS = (
    ("gift_card", re.compile(r"\bgift[\s-]?(?:card|certificate|voucher)s?\b|礼品卡|购物卡|礼物卡|储值卡")),
    ("paypal", re.compile(r"\bpay\s?p[ae]ll?s?\b|\bpaypal\b|贝宝|p\s?a\s?y\s?p\s?a\s?l")),
    ("wechat", re.compile(r"\bwe\s?chat(?: pay)?\b|微信(?:支付|钱包)?|威信支付|维信支付")),
    ("alipay", re.compile(r"\bali\s?pay\b|支付宝|支付包|知福宝")),
    ("credit_card", re.compile(r"\b(?:credit|debit|bank)[\s-]?cards?\b|\b(?:visa|master\s?card|amex"
                               r"|american express)\b|信用卡|银行卡|储蓄卡|借记卡")),
)  # fmt: skip
_ENDING = re.compile(
    r"\b(?:ends?|ending|finish(?:es|ing)?|and in|and ing)(?: in| with| on)?\s*(?:the )?(?:digits?"
    r"|numbers?)?\s*$"
    r"|\blast (?:4|four|\d)?\s*(?:digits?|numbers?)?(?: are| is|of)?\s*$|\bcard (?:number )?(?:is )?$"
    r"|(?:尾号|卡号|末[尾四]?|最后(?:4|四)位|后(?:4|四)位|微号|位号|委号|为号|尾巴)(?:数字)?(?:是|为)?\s*$"
)
_PHRASES = {
    "微信支付": "wechat", "支付宝": "alipay", "礼品卡": "gift_card", "信用卡": "credit_card",
    "银行卡": "credit_card", "gift card": "gift_card", "paypal": "paypal", "credit card": "credit_card",
}  # fmt: skip
_LEAST, _AHEAD = 0.72, 0.1
_BRANDS = {
    "visa": "visa",
    "mastercard": "mastercard",
    "master card": "mastercard",
    "amex": "amex",
    "american express": "amex",
}
_CARD = re.compile(r"\bcard|visa|master|amex|卡")
_LONGEST = 4


def find_payments(text: str, language: str, context: Context) -> list[Entity]:
    """Every way to pay that a text names."""
    words = read(text)
    methods = context.valid.payments
    ending = _ending(words, "payment" in context.expected)
    plain = words.figures.text.casefold()
    if ending is not None:
        digits, start, end = ending
        return [_card(digits, _brand(plain), words.figures.span(start, end), methods)]
    found: list[Entity] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(plain):
            own = [one for one in methods if one.kind == kind and _brand(match[0]) in ("", one.brand)]
            found.append(_method(kind, own, words.figures.span(*match.span())))
    if not found and "payment" in context.expected:
        near = heard_in(text, tuple(_PHRASES), least=_LEAST, ahead=_AHEAD)
        if near is not None:
            own = [one for one in methods if one.kind == _PHRASES[near[0]]]
            found.append(replace(_method(_PHRASES[near[0]], own, near[1:]), confidence=0.6))
    return found


def _ending(words: Words, asked: bool) -> tuple[str, int, int] | None:
    """The last digits of a card, and where the words for them stand."""
    plain = words.figures.text.casefold()
    for run in runs(words):
        symbols = resolved(run, lambda made: len(made) == _LONGEST)
        digits = text_of(symbols).replace("O", "0")
        begin = words.tokens[run.first].start
        cue = _ENDING.search(plain[:begin].rstrip(" :,，"))
        spoken_of = bool(_CARD.search(plain)) or asked
        if (
            digits.isdigit()
            and len(digits) <= _LONGEST
            and ((cue and spoken_of) or (asked and len(digits) == _LONGEST))
        ):
            return digits, cue.start() if cue else begin, words.tokens[run.last].end
    return None


def _brand(said: str) -> str:
    return next((brand for name, brand in _BRANDS.items() if name in said), "")


def _card(digits: str, brand: str, span: tuple[int, int], methods: Sequence[PaymentMethod]) -> Entity:
    fitting = tuple(
        one.id
        for one in methods
        if one.last_four and one.last_four.endswith(digits) and brand in ("", one.brand)
    )
    if len(fitting) == 1:
        return Entity("payment", fitting[0], *span, 0.95, "listed")
    if fitting:
        return Entity("payment", fitting[0], *span, 0.4, "unsure", fitting)
    return Entity("payment", f"credit_card:{digits}", *span, 0.7, "heard", (), {"last_digits": digits})


def _method(kind: str, own: Sequence[PaymentMethod], span: tuple[int, int]) -> Entity:
    if len(own) == 1:
        return Entity("payment", own[0].id, *span, 0.95, "listed")
    if own:
        return Entity("payment", own[0].id, *span, 0.4, "unsure", tuple(one.id for one in own))
    return Entity("payment", kind, *span, 0.8, "heard")
