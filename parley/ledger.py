"""The latency ledger: where the time of a turn went."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class TurnTimes:
    """When the stages of one turn were reached, in seconds on the call's clock.

    `None` is a stage that was not reached (no speech in a turn of keys, a reply that was cut).

    Attributes:
        speech_start, speech_end: true bounds of the caller's speech.
        decided: the turn was declared over.
        text: the words were known.
        phrase: the mind gave its first phrase.
        pcm: the voice gave its first samples.
        sent: the first sample left for the caller.
        content: the first sample of the answer itself, which an acknowledgement may go before.
    """

    speech_start: float | None = None
    speech_end: float | None = None
    decided: float | None = None
    text: float | None = None
    phrase: float | None = None
    pcm: float | None = None
    sent: float | None = None
    content: float | None = None

    def ms(self) -> dict[str, float]:
        """Milliseconds of each stage that was reached, counted from the stage before.

        `endpoint` (speech end to decision), `asr` (decision to words), `first_phrase` (words to
        phrase), `first_pcm` (phrase to samples), `first_sent` (samples to wire), and `total`
        (speech end, or decision where no speech was involved, to wire).
        """
        stages = (
            ("endpoint", self.decided),
            ("asr", self.text),
            ("first_phrase", self.phrase),
            ("first_pcm", self.pcm),
            ("first_sent", self.sent),
        )
        taken: dict[str, float] = {}
        begun = latest = self.speech_end
        for name, reached in stages:
            if reached is None:
                continue
            if latest is None:
                begun = latest = reached
                continue
            # A decision is dated by the audio it rests on, which may be a packet ahead of the clock.
            taken[name] = round(max(0.0, reached - latest) * 1000, 1)
            latest = max(latest, reached)
        if begun is not None and self.sent is not None:
            taken["total"] = round((self.sent - begun) * 1000, 1)
        return taken
