"""A process that turns text into phonemes with espeak-ng's shared library.

espeak-ng is GPL-3.0: it is loaded here, in a process of its own which imports nothing of
Parley, and spoken to in lines of JSON over standard input and output.

    {"id": 7, "voice": "en-us", "texts": ["hello world", ...]}
    {"id": 7, "phonemes": ["həlˈoʊ wˈɜːld", ...]}          or {"id": 7, "error": "..."}

The first line it prints is {"ready": "<version>"} or {"error": "..."}. It ends with its input.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from typing import Any

_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS, speak_lib.h: no sound device is opened
_UTF8 = 1  # espeakCHARS_UTF8
_IPA = 2  # espeakPHONEMES_IPA
_NO_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: report missing data instead of ending the process


class Library:
    """The few functions of `speak_lib.h` that are needed."""

    def __init__(self, path: str, data: str) -> None:
        self._library = ctypes.CDLL(path)
        phonemes = self._library.espeak_TextToPhonemes
        phonemes.restype = ctypes.c_char_p
        phonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        self._phonemes = phonemes
        self._voice = ""
        initialise = self._library.espeak_Initialize
        initialise.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
        if initialise(_SYNCHRONOUS, 0, data.encode() if data else None, _NO_EXIT) < 0:
            raise OSError(f"espeak-ng found no espeak-ng-data under {data or 'its own path'}")

    @property
    def version(self) -> str:
        """As the library says it, for instance `1.52.0`."""
        info = self._library.espeak_Info
        info.restype = ctypes.c_char_p
        info.argtypes = [ctypes.POINTER(ctypes.c_char_p)]
        return str(info(ctypes.byref(ctypes.c_char_p())).decode())

    def choose(self, voice: str) -> None:
        """Make `voice` the current one. Raises ValueError if espeak-ng has no such voice."""
        if voice != self._voice:
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise ValueError(f"espeak-ng has no voice {voice!r}")
            self._voice = voice

    def phonemes(self, text: str) -> str:
        """IPA of `text`; words are apart by spaces, clauses too."""
        encoded = text.replace("\0", " ").encode(errors="replace")
        buffer = ctypes.c_char_p(encoded)
        clauses = []
        # Each call takes one clause and moves the pointer on; it is NULL after the last.
        while buffer.value:
            clause = self._phonemes(ctypes.byref(buffer), _UTF8, _IPA)
            clauses.append((clause or b"").decode().strip())
        return " ".join(clause for clause in clauses if clause)


def answer(library: Library, line: str) -> dict[str, Any]:
    """Answer one request; whatever is wrong with it becomes an `error`."""
    number: object = None
    try:
        request = json.loads(line)
        number = request.get("id")
        library.choose(str(request["voice"]))
        return {"id": number, "phonemes": [library.phonemes(str(text)) for text in request["texts"]]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return {"id": number, "error": f"{type(error).__name__}: {error}"}


def main(path: str, data: str) -> int:
    """Serve requests until the input ends. The library's own chatter goes to standard error."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def reply(message: dict[str, Any]) -> None:
        replies.write(json.dumps(message, ensure_ascii=False) + "\n")
        replies.flush()

    try:
        library = Library(path, data)
    except OSError as error:
        reply({"error": str(error)})
        return 1
    reply({"ready": library.version})
    with os.fdopen(0, encoding="utf-8", errors="replace") as requests:
        for line in requests:
            reply(answer(library, line))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))
