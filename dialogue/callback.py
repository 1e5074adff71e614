"""An offer to call back when nobody can take the call: from the offer to a number that is sure. Pure logic.

The number that calls will do, unless it is withheld or the caller names another one. Digits may come in
pieces, spoken or keyed; "#" ends them, "*" takes one back. What was spoken is read back, what was keyed is
not: keys are not misheard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Annotated, Literal, TypeAlias

from dialogue.courtesies import Reply, reply_of
from dialogue.entities.dictation import Dictation
from dialogue.entities.front import extract
from dialogue.texts import Text, TextByLanguage, may_name
from dialogue.yamlfile import Strict

Stage: TypeAlias = Literal["offered", "number", "confirm", "kept"]
"""The offer was made; a number was asked for; it was read back; the call back is noted."""

TRIES = 3
"""How often a number is asked for before the offer is dropped."""

SHORTEST, LONGEST = 5, 15
"""Digits of a telephone number (ITU-T E.164 allows 15 at most)."""

_USUAL = {"en": 10, "zh": 11}
"""Digits from which a number that was said or keyed is taken for whole."""

_OTHER = re.compile(
    r"\b(?:another|different|other|new) (?:phone |telephone )?number|(?:别的|另一个|其他|换个)(?:号码|电话)"
)
_YES = re.compile(r"\b(?:call(?:ed)? me(?: back)?|call back|ring me)\b|回电|打给我|打回来|回拨|联系我")
YES_NO_KEYS = {"1": Reply.YES, "2": Reply.NO}
"""Keys that answer a question with yes and no, as in tasks."""

_CALLER = re.compile(r"(?:tel:)?\+?[0-9]{5,15}")


class CallBackTexts(Strict):
    """What is said when nobody can take the call: an offer to call back, and what follows from it.

    Attributes:
        offer: asks whether somebody shall call back, on the number that calls.
        number: asks for a number, spoken or keyed.
        confirm: reads `{number}` back and asks whether it is right.
        done: the ticket is open; ends by asking for anything else. May name `{ticket}` and `{number}`.
        failed: the ticket could not be kept anywhere; ends by asking for anything else.
    """

    offer: Text = TextByLanguage(
        en="Shall a colleague call you back on this number?",
        zh="需要我们的同事按这个号码给您回电吗？",
    )
    number: Text = TextByLanguage(
        en="Which number may we call? You can also key it in and press the hash key.",
        zh="请问我们打哪个号码？您也可以按键输入，以井号键结束。",
    )
    confirm: Annotated[Text, may_name("number")] = TextByLanguage(
        en="I heard {number}. Is that right?", zh="我听到的是{number}，对吗？"
    )
    done: Annotated[Text, may_name("number", "ticket")] = TextByLanguage(
        en="I have noted it, and a colleague will call you back. Is there anything else I can help you with?",
        zh="已经登记好了，同事会给您回电。请问还有什么我可以帮您的吗？",
    )
    failed: Text = TextByLanguage(
        en="I am sorry, I can't note that at the moment. Please call us again later. Is there anything else?",
        zh="很抱歉，现在无法登记，请您晚些时候再来电。请问还有别的问题吗？",
    )


@dataclass(frozen=True, slots=True)
class CallBack:
    """How far it has come.

    Attributes:
        stage: see `Stage`.
        digits: of the number so far.
        keys: for each of them whether it was keyed.
        tries: how often the number was asked for.
    """

    stage: Stage = "offered"
    digits: str = ""
    keys: tuple[bool, ...] = ()
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What an input comes to.

    Attributes:
        says: `offer`, `number`, `confirm` or `more` (anything else?); a text of its own in `told`; or `""`.
        told: what to say where `says` is `told`.
        after: how far it has come then.
        number: the number to call back, once it is sure.
    """

    says: Literal["", "offer", "number", "confirm", "more", "told"]
    after: CallBack | None
    told: str = ""
    number: str | None = None


def number_of(caller: str) -> str:
    """The number that calls; empty where it is withheld, or a name."""
    return caller.removeprefix("tel:") if _CALLER.fullmatch(caller) else ""


def prompted(callback: CallBack) -> Step:
    """What was asked last is asked again."""
    return Step(_PROMPTS[callback.stage], callback)


def spoken(callback: CallBack, text: str, language: str, caller: str) -> Step | None:
    """The caller said something; `None` if it has nothing to do with the offer."""
    digits = _spoken_digits(callback, text, language)
    if digits.heard:
        return _dictated(callback, digits, language)
    reply = reply_of(text)
    if callback.stage == "confirm":
        return _confirmed(callback, reply)
    if reply is Reply.NO:
        return Step("more", None)
    if callback.stage == "number":
        enough = reply is Reply.YES and len(callback.digits) >= SHORTEST
        return Step("confirm", replace(callback, stage="confirm")) if enough else None
    return _accepted(callback, text.casefold(), reply, number_of(caller))


def _confirmed(callback: CallBack, reply: Reply | None) -> Step | None:
    """A yes or no to the number that was read back."""
    if reply is Reply.YES:
        return Step("", None, number=callback.digits)
    return _asked(replace(callback, digits="", keys=())) if reply is Reply.NO else None


def _accepted(callback: CallBack, text: str, reply: Reply | None, number: str) -> Step | None:
    """A yes to the offer, on the number that calls or on another one."""
    if _OTHER.search(text):
        return _asked(callback)
    if reply is Reply.YES or _YES.search(text):
        return Step("", None, number=number) if number else _asked(callback)
    return None


def keyed(callback: CallBack, key: str, caller: str) -> Step | None:
    """A key was pressed; `None` if it means what it means in the menu."""
    if callback.stage == "confirm":
        return _confirmed(callback, YES_NO_KEYS.get(key))
    if callback.stage == "offered":
        reply = YES_NO_KEYS.get(key)
        return Step("more", None) if reply is Reply.NO else _accepted(callback, "", reply, number_of(caller))
    return _typed(callback, key)


def _typed(callback: CallBack, key: str) -> Step | None:
    """A key of the number itself."""
    digits, keys = callback.digits, callback.keys
    if key.isdigit():
        return Step("", replace(callback, digits=(digits + key)[:LONGEST], keys=(*keys, True)[:LONGEST]))
    if key == "*":
        return Step("", replace(callback, digits=digits[:-1], keys=keys[:-1]))
    if key == "#":
        return _entered(callback) or _asked(replace(callback, digits="", keys=()))
    return None


def silent(callback: CallBack, language: str) -> Step | None:
    """The caller says and presses nothing more: a number that is long enough has ended."""
    if callback.stage != "number" or len(callback.digits) < _USUAL[language]:
        return None
    return _entered(callback)


def unknown(callback: CallBack) -> Step:
    """What the caller said was not understood: the number is asked for again, or the offer dropped."""
    return _asked(callback) if callback.stage == "number" else prompted(callback)


@dataclass(frozen=True, slots=True)
class _Digits:
    """Digits of a number so far, and whether this input brought any of them."""

    said: str
    keys: tuple[bool, ...]
    heard: bool
    whole: bool


def _spoken_digits(callback: CallBack, text: str, language: str) -> _Digits:
    """The number with what was said now: all of it, more of it, or a correction."""
    kept = callback if callback.stage == "number" else CallBack()
    whole = next((one for one in extract(text, language, expected=("phone",)) if one.kind == "phone"), None)
    if whole is not None:
        return _Digits(whole.value, (False,) * len(whole.value), heard=True, whole=True)
    before = Dictation("phone", language, said=kept.digits, keys=kept.keys)
    after = before.spoken(text)
    said, keys = after.said, after.keys
    if not said.isdigit() or said == kept.digits:
        return _Digits(kept.digits, kept.keys, heard=False, whole=False)
    # "Yes, that is one" has a digit in it and is no number.
    heard = kept.stage == "number" or len(said) >= SHORTEST
    return _Digits(said[:LONGEST], keys[:LONGEST], heard, whole=len(said) >= _USUAL[language])


def _dictated(callback: CallBack, digits: _Digits, language: str) -> Step:
    taken = replace(callback, digits=digits.said, keys=digits.keys)
    if digits.whole:
        return Step("confirm", replace(taken, stage="confirm"))
    told = Dictation("phone", language, said=digits.said, keys=digits.keys).told
    # Otherwise 123 would be read out as a hundred and something.
    told = told.replace(digits.said, " ".join(digits.said), 1)
    return Step("told", replace(taken, stage="number"), told=told)


def _entered(callback: CallBack) -> Step | None:
    """The end of a number; `None` if it is too short."""
    if len(callback.digits) < SHORTEST:
        return None
    if all(callback.keys):
        return Step("", None, number=callback.digits)
    return Step("confirm", replace(callback, stage="confirm"))


def _asked(callback: CallBack) -> Step:
    if callback.tries >= TRIES:
        return Step("more", None)
    return Step("number", replace(callback, stage="number", tries=callback.tries + 1))


_PROMPTS: dict[Stage, Literal["offer", "number", "confirm", "more"]] = {
    "offered": "offer",
    "number": "number",
    "confirm": "confirm",
    "kept": "more",
}
