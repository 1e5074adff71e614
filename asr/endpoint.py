"""Where speech starts and pauses: pure logic over judged windows, with no clock of its own."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from asr.ear import SpeechPaused, SpeechStarted, VoiceActivity
from asr.vad import QUIETEST, NoiseFloor, Window

_ONSET_REACH = 0.3  # how far before the first sure window a soft start (an "s", an "h") is looked for
_ONSET_GAP = 0.05  # a longer silence ends that look: what is before it is another sound
_END_REACH = 0.16  # how far the detector's answer is known to outlast the sound
_END_TAIL = 0.1  # a final "t" or "s" sounds after the last window that was surely speech


@dataclass(frozen=True, slots=True)
class Endpointing:
    """When to call a sound speech and a silence a pause.

    Attributes:
        trace: probability (0 to 1) from which there is a trace of a voice.
        onset: probability at which speech may have begun.
        release: probability below which it may have ended; lower than `onset`, so that a dip within
            a word is no pause.
        min_speech: seconds of speech before it is reported; a click or a breath is shorter.
        pause: seconds of silence after which a pause is reported.
        margin: dB above the noise floor at which a slice counts as sounding.
        span: dB below the loudest recent speech under which a slice no longer counts as sounding.
    """

    trace: float = 0.25
    onset: float = 0.5
    release: float = 0.35
    min_speech: float = 0.09
    pause: float = 0.2
    margin: float = 6.0
    span: float = 32.0

    def __post_init__(self) -> None:
        """Refuse settings that cannot work.

        Raises:
            ValueError: a value is out of its range; the message names it.
        """
        if not 0 < self.release <= self.onset <= 1:
            raise ValueError(f"expected 0 < release <= onset <= 1, got {self.release} and {self.onset}")
        for name in ("min_speech", "pause", "margin", "span"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be positive, got {getattr(self, name)}")


class Endpointer:
    """Finds the starts and pauses of speech, with their true times, in one call's windows.

    A network tells that somebody speaks, but answers some 30 to 60 ms late and smears the end; the
    levels of 8 ms slices around its answer say when the sound itself began and ended.
    """

    def __init__(self, settings: Endpointing | None = None) -> None:
        """Start in silence."""
        self._settings = settings or Endpointing()
        self._floor = NoiseFloor()
        self._recent: deque[Window] = deque(maxlen=64)
        self._peak = QUIETEST
        self._speaking = False
        self._onset: float | None = None
        self._trace: float | None = None
        self._voiced = 0.0
        self._end = 0.0
        self._sure_end = 0.0
        self._last_pause = float("-inf")

    @property
    def speaking(self) -> bool:
        """Whether speech has started and not yet paused."""
        return self._speaking

    @property
    def suspected(self) -> float | None:
        """Onset of a sound that may be speech but is too short to be reported yet, `None` without one."""
        return None if self._speaking else self._onset

    @property
    def trace(self) -> float | None:
        """Beginning of the windows with a trace of a voice, `None` where there is none, or more than that."""
        return None if self._speaking else self._trace

    def push(self, window: Window) -> list[VoiceActivity]:
        """Take the next window; times must not run backwards."""
        self._floor.learn(window.levels, window.end - window.start)
        self._recent.append(window)
        if window.probability < self._settings.trace:
            self._trace = None
        elif self._trace is None:
            self._trace = window.start
        if self._speaking:
            return self._continue(window)
        return self._begin(window)

    def _begin(self, window: Window) -> list[VoiceActivity]:
        settings = self._settings
        if self._onset is None:
            if window.probability < settings.onset:
                return []
            self._peak = max(window.levels, default=QUIETEST)
            self._voiced = 0.0
            self._onset = self._refined_onset()
        if window.probability < settings.release:
            if window.end - self._end > settings.min_speech:
                self._onset = None
            return []
        self._peak = max(self._peak, *window.levels)
        self._voiced += window.end - window.start
        self._end = self._sure_end = window.end
        if self._voiced < settings.min_speech:
            return []
        self._speaking = True
        return [SpeechStarted(at=self._onset, detected=window.end)]

    def _continue(self, window: Window) -> list[VoiceActivity]:
        if window.probability >= self._settings.release:
            # The peak fades (6 dB a second), so that one shout does not hide the quiet words after it.
            faded = self._peak - 6.0 * (window.end - window.start)
            self._peak = max(faded, *window.levels)
            self._sure_end = window.end
        self._end = self._refined_end()
        if window.end - self._end < self._settings.pause - 1e-9:
            return []
        self._speaking = False
        self._onset = None
        self._last_pause = self._end
        return [SpeechPaused(at=self._end, detected=window.end)]

    def _threshold(self) -> float:
        return max(self._floor.level + self._settings.margin, self._peak - self._settings.span)

    def _slices(self) -> list[tuple[float, float, float]]:
        """Start, end and level of every recent slice, oldest first."""
        slices = []
        for window in self._recent:
            step = (window.end - window.start) / max(len(window.levels), 1)
            for i, level in enumerate(window.levels):
                slices.append((window.start + i * step, window.start + (i + 1) * step, level))
        return slices

    def _refined_onset(self) -> float:
        """Walk back from the window that crossed the threshold to where its sound begins."""
        now = self._recent[-1]
        threshold = self._floor.level + self._settings.margin
        earliest = max(now.start - _ONSET_REACH, self._last_pause)
        onset = now.start
        for start, _, level in reversed(self._slices()):
            if start < earliest or start < onset - _ONSET_GAP:
                break
            if level >= threshold:
                onset = min(onset, start)
        return onset

    def _refined_end(self) -> float:
        """Find the last sounding slice up to shortly after the last window that was surely speech."""
        threshold = self._threshold()
        for _, end, level in reversed(self._slices()):
            if end <= self._sure_end - _END_REACH:
                break
            if level >= threshold and end <= self._sure_end + _END_TAIL:
                return end
        return self._sure_end - _END_REACH
