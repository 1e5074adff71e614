"""The spoken form: text as written becomes the words a person would say on the phone."""

from __future__ import annotations

from tts.spoken_en import spoken_en
from tts.spoken_zh import spoken_zh

_LANGUAGES = {"en": spoken_en, "zh": spoken_zh}


def spoken(text: str, language: str) -> str:
    """Put `text` into the words that are said for it.

    The result holds letters, spaces and sentence punctuation only: no digit, symbol, markup or
    emoji. Saying it twice changes nothing, the time is linear in the length, and no text makes
    it fail. What is said how: `docs/spoken.md`.

    Args:
        text: as written, in any Unicode; Markdown of a language model is taken off.
        language: `en` or `zh`; a region may follow (`zh-CN`).

    Returns:
        The spoken form; empty where there is nothing to say.

    Raises:
        ValueError: if the language is neither English nor Mandarin.
    """
    say = _LANGUAGES.get(language.lower().replace("_", "-").split("-")[0])
    if say is None:
        raise ValueError(f"spoken form: expected language 'en' or 'zh', got {language!r}")
    return say(text)
