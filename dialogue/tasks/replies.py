"""Short answers within a task: a yes or no with something behind it, a change of mind."""

from __future__ import annotations

import re

from dialogue.courtesies import Reply, reply_of

_FILLERS = r"(?:(?:oh|uh|um|er|well|hm+|so|呃|哦|啊|那|嗯+(?=[\s,，、]))[\s,.，。、]*)*"
_END = r"(?=$|[\s,.;:!?，。；：！？、])"
_YES = re.compile(
    rf"{_FILLERS}(?:(?:yes|yeah|yep|yup|sure|okay|ok|alright|all right|of course|go ahead|please do"
    r"|absolutely|definitely|certainly|correct|exactly|perfect"
    r"|that(?:'s| is) (?:right|correct|fine|good|great|okay|ok)"
    r"|that would be (?:great|nice|fine|good|lovely|perfect|right)|right(?! now)|please"
    r"|no (?:problem|worries))"
    rf"{_END}|没问题|没错|不错|好[的啊吧]|可以的?|[是行对]的|确认|确定|同意|(?:[好是行对要嗯]|需要|麻烦){_END})"
)
_NO = re.compile(
    rf"{_FILLERS}(?:(?:no|nope|nah|never|not now|not really|wrong|incorrect|not at all"
    r"|that(?:'s| is) (?:not(?: (?:right|correct|true|it))?|wrong)"
    r"|(?:please |absolutely |definitely |certainly |of course )?(?:not|don't|do not))"
    rf"{_END}|不[对是要用行好]了?|不可以|不需要|错了|(?:[不别]|没有){_END})"
)
_SEPARATORS = " ,.;:!?，。；：！？、"
_POLITE = re.compile(
    r"^(?:please|thank you(?: very much| so much)?|thanks(?: a lot)?|do (?:that|it|so)|go (?:ahead|for it)"
    r"|i (?:do|would)|you can|it is|that is|谢谢你?您?|麻烦你?您?了?|吧|的|了|啊|呀|请|办吧)"
    r"(?=$|[\s,.!，。！])[\s,.!，。！]*"
)
_TURNED = re.compile(
    r"\b(?:but|wait|hold on|one moment|first|actually|instead|rather|not?|don't|only|just|change|except"
    r"|without|if|unless)\b"
    r"|如果|要是|但|不过|等[一等下]|先|[不别]|[改换]成?|只|还是|除了"
)
"""What follows takes the yes back, or says how it is meant."""

_SOFT = re.compile(rf"{_FILLERS}(?:okay|ok|alright|all right|right|please|好|嗯+|对){_END}")
"""A yes that may only show that one listens."""

_ASKS = re.compile(r"[?？]\s*$|\b(?:what|when|where|which|who|why|how)\b|[吗呢]|多[久少]|怎么|什么|哪|几")

_ABANDON = re.compile(
    r"^(?:(?:oh|um|uh|no|okay|ok|actually|wait|sorry|well|please|hm+)[\s,.]+)*"
    r"(?:never ?mind|forget (?:it|about it|that)|leave it|stop(?: it| that| please)?$|don't bother"
    r"|i(?:'ve| have)? changed my mind|not any ?more|let's not|skip (?:it|that)"
    r"|no,? thank(?:s| you)|that(?:'s| is) (?:all|it|everything))\b"
)
_ABANDON_ZH = re.compile(
    r"算了|不办了|不用了|不弄了|不要了吧|先不[办弄退换改取用要]|别办了|我改主意了|取消这个操作|不(?:退|换|改|取消)了|没事了|就这样吧"
)
_LEAVING = re.compile(
    r"\b(?:good ?bye|bye|see you|have a (?:nice|good|great) (?:day|evening|night|weekend)|hang(?:ing)? up)\b"
    r"|再见|拜拜|挂了|回头见"
)

_INSTEAD = re.compile(
    r"\b(?:instead|actually|rather|changed my mind|no wait)\b"
    r"|改成|还是|不如|不.{0,4}了.{0,3}(?:要|想|帮)"
)

_NONE = re.compile(
    r"\b(?:neither|none of (?:them|these|those)|not (?:those|these|any)"
    r"|(?:an)?other one|another|a different one|something else|the other (?:order|item|card))\b"
    r"|都不是|都不|没有一个|别的|另一个|另外的"
)
_WRONG = re.compile(
    r"\b(?:wrong|another|other|different|not (?:that|this|the right) (?:one|order|item|card|address))\b"
    r"|错|另|别的|不是这"
)


def leading_reply(text: str) -> tuple[Reply | None, str]:
    """A yes or no with which the words begin, and what was said behind it.

    A yes that is taken back in the same breath, or said with a condition, is none: "yes, but only the chair".
    """
    found: Reply | None = None
    rest, soft = text.casefold().replace("’", "'").rstrip(_SEPARATORS), True
    while True:
        no, yes = _NO.match(rest), _YES.match(rest)
        # "No problem" is a yes, "please don't" a no: the longer one is meant.
        match = max((one for one in (no, yes) if one is not None), key=lambda one: one.end(), default=None)
        if match is None:
            break
        reply = Reply.NO if match is no else Reply.YES
        if found is Reply.NO and reply is Reply.YES:
            return None, ""
        soft = soft and _SOFT.match(rest) is not None
        found, rest = reply, rest[match.end() :].lstrip(_SEPARATORS)
    while (polite := _POLITE.match(rest)) is not None:
        rest = rest[polite.end() :].lstrip(_SEPARATORS)
    if found is None:
        return (Reply.NO if reply_of(text) is Reply.NO else None), ""
    if found is Reply.YES and rest and (_TURNED.search(rest) or (soft and _ASKS.search(rest))):
        return None, ""
    return found, text.rstrip(_SEPARATORS)[-len(rest) :] if rest else ""


def abandons(text: str) -> bool:
    """Whether the caller no longer wants what he had begun, and wants nothing else instead."""
    plain = text.casefold().strip()
    if len(plain.split()) > 8 or sum("一" <= char <= "鿿" for char in plain) > 10:
        return False
    return bool(_ABANDON.search(plain) or _ABANDON_ZH.search(plain))


def takes_leave(text: str) -> bool:
    """Whether the caller says goodbye in so many words."""
    return bool(_LEAVING.search(text.casefold()))


def wants_instead(text: str) -> bool:
    """Whether a new request takes the place of the one before."""
    return bool(_INSTEAD.search(text.casefold()))


def means_none(text: str) -> bool:
    """Whether none of the options read out is meant."""
    return bool(_NONE.search(text.casefold()))


def means_other(text: str) -> bool:
    """Whether something else was meant than what was read back, without saying what."""
    return bool(_WRONG.search(text.casefold()))
