"""What callers say to any shop: asking for a person, for a repetition, for another language, goodbye.

A flow adds phrases of its own to these and words the answers.
"""

from __future__ import annotations

import re
from enum import StrEnum

PERSON = (
    "I want to talk to a human",
    "can I speak to a person",
    "let me speak to a real person",
    "talk to an agent",
    "representative",
    "operator please",
    "agent",
    "customer service",
    "can I speak to someone",
    "put me through to a colleague",
    "I want to speak to the manager",
    "I want to talk to your boss",
    "connect me with a member of staff",
    "I don't want to talk to a machine",
    "please transfer me",
    "can you transfer me to someone",
    "I want to make a complaint",
    "转人工",
    "我要转人工",
    "人工服务",
    "人工客服",
    "帮我转接人工",
    "我要找真人",
    "我要跟真人说话",
    "接线员",
    "找你们客服",
    "叫你们经理",
    "我不想跟机器人说话",
    "我要人工",
    "叫个人来跟我说",
    "我想跟客服说话",
    "我要投诉",
)
REPEAT = (
    "pardon",
    "sorry what",
    "say that again",
    "can you repeat that please",
    "come again",
    "what did you say",
    "I didn't catch that",
    "could you say it once more",
    "excuse me what was that",
    "what",
    "what was that",
    "I didn't hear you",
    "I can't hear you",
    "I did not understand that",
    "再说一遍",
    "再讲一遍",
    "请再说一次",
    "你刚才说什么",
    "没听清",
    "我没听清楚",
    "麻烦重复一下",
    "什么",
    "你说什么",
)
GOODBYE = (
    "goodbye",
    "bye",
    "bye bye",
    "thanks bye",
    "thank you goodbye",
    "that's all thank you",
    "that is all",
    "no that's all",
    "that's it thanks",
    "no thank you",
    "have a nice day",
    "have a good day",
    "that's everything thank you",
    "see you",
    "I'm done",
    "sorry, I have the wrong number",
    "sorry, I dialled the wrong number",
    "I think I called the wrong number",
    "再见",
    "拜拜",
    "谢谢再见",
    "没有了谢谢",
    "没有了",
    "没问题了谢谢",
    "就这些了谢谢",
    "不需要了谢谢",
    "没别的事了",
    "没事了",
    "不用了谢谢",
    "就这样吧",
    "没有其他问题了",
    "我挂了",
    "不好意思，我打错电话了",
)
TO_CHINESE = (
    "do you speak Chinese",
    "can you speak Mandarin",
    "Chinese please",
    "can we speak Chinese",
    "I want to speak Mandarin",
    "说中文",
    "可以说中文吗",
    "会说普通话吗",
    "请讲中文",
    "换成中文",
)
TO_ENGLISH = (
    "do you speak English",
    "can you speak English",
    "English please",
    "can we switch to English",
    "I only speak English",
    "说英文",
    "可以说英文吗",
    "会说英语吗",
    "请讲英语",
    "换成英文",
    "英语服务",
)
KEYWORDS = {
    "person": (
        *("human being", "representative", "to a person", "to someone", "your manager", "transfer me"),
        *("转人工", "人工客服", "人工服务", "转真人", "转一个真人", "找经理"),
    ),
    "repeat": ("repeat", "say that again", "again please", "pardon", "再说", "一遍", "没听清"),
    "goodbye": ("goodbye", "good bye", "bye", "再见", "拜拜"),
}


class Reply(StrEnum):
    """A short answer to a question that was asked."""

    YES = "yes"
    NO = "no"


_BEFORE = r"(?:(?:oh|uh|um|well|ok|okay)\s+)*"
_AFTER = r"(?:\b|(?<=[一-鿿]))"
_YES = re.compile(
    rf"{_BEFORE}(?:yes|yeah|yep|yup|sure|ok|okay|of course|please(?: do)?|go ahead|that would be|absolutely|"
    rf"definitely|certainly|correct|right(?! now)|no (?:problem|worries)|好|可以|行|是|对|嗯|要|需要"
    rf"|麻烦|没问题|没错|不错|转吧|那就转){_AFTER}"
)
_NO = re.compile(
    rf"{_BEFORE}(?:no|nope|nah|not now|not really|never mind"
    rf"|(?:please |certainly |absolutely |definitely |of course )?"
    rf"(?:don't|do not|not)(?= |$)|that's all|nothing|不|没有|没了|没事|算了|别){_AFTER}"
)
_TURNED = re.compile(
    r"\b(?:not?|never|don't|but|wait|hold on|stop|wrong|what|when|where|which|who|why|how)\b"
    r"|对不起|好像|好[久多几]|[不别错等]|吗|呢|多少|多久|怎么|什么|哪"
)
"""Behind a yes it is none any more: "okay wait", 好像不对, 需要多久."""

_PLAIN_YES = re.compile(r"\b(?:no (?:problem|worries|doubt)|not a problem|why not)\b|没问题|没错|不错")

_ONLY_YES = re.compile(
    r"(?:(?:yes|yeah|yep|yup|sure|ok|okay|please|do|of course|go ahead|absolutely|definitely|i would|"
    r"that would be (?:good|great|nice|lovely)|thanks|thank you)(?: |$))+"
    r"|(?:好|的|可以|行|是|对|嗯|要|需要|麻烦|你|您|转|吧|那|就|请|谢谢| )+"
)


def reply_of(text: str) -> Reply | None:
    """Whether a short utterance says yes or no; None when it says neither or much more than that."""
    said = _plain(text)
    length = sum(0.5 if "一" <= char <= "鿿" else char == " " for char in said)
    if length > 5:
        return None
    says_yes = _YES.match(said) is not None
    if says_yes and _PLAIN_YES.match(said):
        return Reply.YES
    if _NO.match(said):
        return Reply.NO
    return Reply.YES if says_yes and not _TURNED.search(_PLAIN_YES.sub("", said)) else None


def is_plain_yes(text: str) -> bool:
    """Whether an utterance is a yes and nothing else: "yes please", not "okay, 94117"."""
    return reply_of(text) is Reply.YES and bool(_ONLY_YES.fullmatch(_plain(text)))


def _plain(text: str) -> str:
    said = re.sub(r"[,.;!?，。；！？、]+", " ", text.casefold().replace("’", "'"))
    return " ".join(said.split())
