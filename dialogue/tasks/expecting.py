"""Whether words are a whole answer to a task's open question: then nobody need wait for more of them."""

from __future__ import annotations

import re

from dialogue.courtesies import reply_of
from dialogue.entities.emails import find_emails
from dialogue.entities.entity import Context, Valid
from dialogue.entities.numbers import find_phones, find_postcodes
from dialogue.entities.orders import find_orders
from dialogue.tasks.book import Book
from dialogue.tasks.choosing import chosen
from dialogue.tasks.directory import Directory
from dialogue.tasks.reading_plain import ASKED
from dialogue.tasks.state import YES_NO, Question, TaskMemory

_NAMING = re.compile(r"\b[A-Z][a-z]+|我叫|我是|姓名|名字|[一-鿿]{2,3}[，,]")
_NAMED = 2
"""Capitals, or words for a name, that a sentence with a name and a zip code has."""

_NAMED_ZH = re.compile(r"(?:我叫|我是|姓名是?|名字是?叫?)[一-鿿]{2}")
"""The same where the recogniser set no comma behind the name."""

_NUMBERS = {"order": find_orders, "phone": find_phones, "postcode": find_postcodes, "email": find_emails}


def is_whole_answer(text: str, language: str, memory: TaskMemory, book: Book, directory: Directory) -> bool:
    """Whether the open question is answered in full: cheap, and without looking anything up.

    Args:
        text: what was recognised so far.
        language: `en` or `zh`.
        memory: the call's tasks.
        book: the flow's.
        directory: known e-mail addresses and zip codes.
    """
    task = memory.current
    asked = task.asked if task is not None else None
    if task is None or asked is None:
        return False
    if asked.about in YES_NO:
        return reply_of(text) is not None
    if asked.about == "identity":
        if _number("email", text, language, Valid(emails=directory.emails)):
            return True
        # A zip code alone may be followed by the name.
        named = len(_NAMING.findall(text)) >= _NAMED or _NAMED_ZH.search(text) is not None
        enough = asked.slot == "postcode" or named
        return enough and _number("postcode", text, language, Valid(postcodes=directory.postcodes))
    if asked.options and chosen(text, asked.options, asked.said) is not None:
        return True
    return _slot(asked, task.task, text, language, book, memory)


def _slot(asked: Question, name: str, text: str, language: str, book: Book, memory: TaskMemory) -> bool:
    slot = book.task(name).slots.get(asked.slot)
    if slot is None:
        return False
    if slot.type == "choice":
        matcher = book.matcher(name, asked.slot)
        return matcher is not None and matcher.find(text, ASKED) is not None
    if slot.type in _NUMBERS:
        return _number(slot.type, text, language, Valid(orders=memory.orders))
    return False


def _number(kind: str, text: str, language: str, valid: Valid) -> bool:
    """Whether a whole number of a kind was said, as far as that can be told."""
    context = Context(frozenset((kind,)), valid)  # type: ignore[arg-type]  # the keys of _NUMBERS are kinds
    found = [one for one in _NUMBERS[kind](text, language, context) if one.kind == kind]
    return any(one.source in ("heard", "listed") for one in found)
