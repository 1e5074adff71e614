"""Short answers within a task: a yes or no with something behind it, a change of mind."""

from __future__ import annotations

import re

from dialogue.courtesies import Reply, reply_of

_CLAUSE = re.compile(r"[,.;:!?，。；：！？、]+|\b(?:but|and|because)\b|但是|不过|而且|因为")

_ABANDON = re.compile(
    r"^(?:(?:oh|um|uh|no|okay|ok|actually|wait|sorry|well|please|hm+)[\s,.]+)*"
    r"(?:never ?mind|forget (?:it|about it|that)|leave it|stop(?: it| that| please)?|don't bother"
    r"|i(?:'ve| have) changed my mind|not any ?more|let's not|skip (?:it|that))\b"
)
_ABANDON_ZH = re.compile(
    r"算了|不办了|不用了|不弄了|不要了吧|先不|别办了|我改主意了|取消这个操作|不(?:退|换|改|取消)了"
)

_INSTEAD = re.compile(
    r"\b(?:instead|actually|rather|changed my mind|no wait)\b"
    r"|改成|还是|不如|不.{0,4}了.{0,3}(?:要|想|帮)"
)

_NONE = re.compile(
    r"\b(?:neither|none of (?:them|these|those)|not (?:those|these|any)"
    r"|another one|a different one|something else)\b"
    r"|都不是|都不|没有一个|别的|另一个|另外的"
)


def leading_reply(text: str) -> tuple[Reply | None, str]:
    """A yes or no with which the words begin, and what was said behind it."""
    whole = reply_of(text)
    parts = [(match.start(), match.end()) for match in _CLAUSE.finditer(text)]
    if not parts:
        return whole, ""
    first = reply_of(text[: parts[0][0]]) if text[: parts[0][0]].strip() else None
    if first is None:
        return whole, ""
    rest = text[parts[0][1] :].strip(" ,.;!?，。；！？、")
    again = reply_of(rest)
    if again is first:
        return first, ""
    return first, rest


def abandons(text: str) -> bool:
    """Whether the caller no longer wants what he had begun, and wants nothing else instead."""
    plain = text.casefold().strip()
    if len(plain.split()) > 8 or sum("一" <= char <= "鿿" for char in plain) > 10:
        return False
    return bool(_ABANDON.search(plain) or _ABANDON_ZH.search(plain))


def wants_instead(text: str) -> bool:
    """Whether a new request takes the place of the one before."""
    return bool(_INSTEAD.search(text.casefold()))


def means_none(text: str) -> bool:
    """Whether none of the options read out is meant."""
    return bool(_NONE.search(text.casefold()))
