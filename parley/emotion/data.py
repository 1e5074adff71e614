"""Reads labelled speech and labelled texts; what can't be used is named with file and place."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asr.emotion import CANONICAL, LABELS
from dialogue.texts import script_of

_AUDIO = {".wav", ".flac", ".ogg", ".mp3"}
_POSITIVE = {"positive", "pos", "1", "+1", "good", "好评"}
_NEGATIVE = {"negative", "neg", "0", "-1", "bad", "差评"}


class EmotionDataError(Exception):
    """A data set can't be used; names the file and the place, what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording with the emotion in it.

    Attributes:
        path: of the audio.
        label: one of `asr.emotion.LABELS`.
        speaker: who speaks.
    """

    path: Path
    label: str
    speaker: str


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with its polarity: whether it is positive, and its language."""

    text: str
    positive: bool
    language: str


def read_clips(source: Path) -> list[Clip]:
    """Read a manifest, or a folder that holds one or a folder for each label.

    A `manifest.json` is a list of `{path, emotion, speaker}`; paths start from its folder. In a folder of
    folders the speaker is the name of the folder between label and file (`angry/anna/1.wav`), or else the
    part of the file's name before the first `_` or `-`.

    Raises:
        EmotionDataError: nothing there can be used, or an entry can't.
    """
    if source.is_file():
        return _from_manifest(source)
    if not source.is_dir():
        raise EmotionDataError(f"{source}: expected a manifest or a folder of recordings, found nothing")
    if (source / "manifest.json").is_file():
        return _from_manifest(source / "manifest.json")
    clips = list(_from_folders(source))
    if not clips:
        known = ", ".join(sorted(CANONICAL))
        raise EmotionDataError(
            f"{source}: expected manifest.json, or folders named after emotions ({known}) with recordings "
            f"({', '.join(sorted(_AUDIO))}) in them, found neither"
        )
    return clips


def _from_folders(source: Path) -> Iterator[Clip]:
    for folder in sorted(one for one in source.iterdir() if one.is_dir()):
        label = CANONICAL.get(folder.name.lower())
        if label is None:
            continue
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _AUDIO:
                between = path.relative_to(folder).parts[:-1]
                yield Clip(path, label, between[0] if between else path.stem.replace("-", "_").split("_")[0])


def _from_manifest(manifest: Path) -> list[Clip]:
    entries = _json(manifest)
    if not isinstance(entries, list) or not entries:
        raise EmotionDataError(f"{manifest}: expected a list of recordings, each with path, emotion, speaker")
    return [_clip(manifest, index, entry) for index, entry in enumerate(entries)]


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EmotionDataError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise EmotionDataError(f"{path}: expected JSON: {error}") from error


def _clip(manifest: Path, index: int, entry: object) -> Clip:
    where = f"{manifest}: entry {index}"
    if not isinstance(entry, dict):
        raise EmotionDataError(f"{where}: expected an object with path, emotion, speaker, found {entry!r}")
    for key in ("path", "emotion"):
        if not isinstance(entry.get(key), str):
            raise EmotionDataError(f"{where}: expected a text as {key!r}, found {entry.get(key)!r}")
    label = CANONICAL.get(entry["emotion"].lower())
    if label is None:
        raise EmotionDataError(
            f"{where}: expected an emotion, one of {', '.join(sorted(CANONICAL))}, found {entry['emotion']!r}"
        )
    path = manifest.parent / entry["path"]
    if not path.is_file():
        raise EmotionDataError(f"{where}: no file {path}")
    return Clip(path, label, str(entry.get("speaker", "unknown")))


def read_texts(source: Path) -> list[LabelledText]:
    """Read labelled texts: CSV with a header, or a JSON list, of `text`, `label` and perhaps `language`.

    Labels are positive, pos, 1 and negative, neg, 0 (also 好评, 差评); without a language the script
    decides.

    Raises:
        EmotionDataError: the file or an entry can't be used; says which line.
    """
    if source.suffix.lower() == ".json":
        entries = _json(source)
        if not isinstance(entries, list):
            raise EmotionDataError(f"{source}: expected a list of texts, each with text and label")
        rows = [(f"entry {index}", entry) for index, entry in enumerate(entries)]
    else:
        rows = list(_csv(source))
    if not rows:
        raise EmotionDataError(f"{source}: expected texts with labels, found none")
    return [_text(f"{source}: {where}", row) for where, row in rows]


def _csv(source: Path) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        with source.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if reader.fieldnames is None or not {"text", "label"} <= set(reader.fieldnames):
                found = ", ".join(reader.fieldnames or []) or "nothing"
                raise EmotionDataError(f"{source}: line 1: expected the columns text,label, found {found}")
            for row in reader:
                yield f"line {reader.line_num}", row
    except OSError as error:
        raise EmotionDataError(f"{source}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise EmotionDataError(f"{source}: expected CSV in UTF-8: {error}") from error


def _text(where: str, row: object) -> LabelledText:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise EmotionDataError(f"{where}: expected text and label, found {row!r}")
    label = str(row.get("label")).strip().lower()
    if label not in _POSITIVE | _NEGATIVE:
        raise EmotionDataError(f"{where}: expected positive or negative as the label, found {label!r}")
    language = row.get("language") or script_of(row["text"])
    if language not in ("en", "zh"):
        raise EmotionDataError(f"{where}: expected en or zh as the language, found {language!r}")
    return LabelledText(row["text"], label in _POSITIVE, language)


def label_index(clips: list[Clip]) -> list[int]:
    """The place of each clip's label in `LABELS`."""
    return [LABELS.index(clip.label) for clip in clips]
