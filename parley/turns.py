"""Turn-taking: who has the floor, decided from timestamped evidence alone.

A pure state machine: it owns no clock, no audio and no task. Evidence goes in
through one method each, decisions come out as values, and `deadline` says when
time itself will be the next evidence. All times are seconds on the call's clock.

    OPEN ── caller speaks ─→ CALLER ── pauses ─→ PAUSING ── long enough ─→ THINKING
     ↑                         ↑  ↑ ── goes on ──────┘                        │
     │                         │  └──────── goes on before any reply ─────────┤
     │                         │                                              │ reply sounds
     └── all was played ── AGENT ←── noise, or a sign of listening ── CONTESTED, PAUSING
                             ↑ └──── caller speaks: hold ────────↑            │
                             └────────────────────────────────────────────────┘

How long is long enough, the evidence of each pause says (`parley.patience`).
"""

from __future__ import annotations

from dialogue.mind import Completeness
from parley.doubt import Doubt
from parley.floor import Floor
from parley.patience import Evidence, Pace, patience
from parley.poise import Poise
from parley.turn_decisions import Decision, EndTurn, GoesOn, Hold, Lasts, PlayOn, PromptSilence, Recognise
from parley.turn_settings import TurnSettings
from parley.undertone import Undertone

_REGRET = 0.3
"""Who goes on so soon after the reply began had not finished, seconds: less than a word was heard."""

_NO_WORDS = (None, Completeness.LISTENING, Completeness.MUMBLED)
"""What the words of a sound say that Parley need not stop for."""

_HUM_END = 0.35
"""What was no more than a hum does not become words in its last so many seconds."""

_SAME_SOUND = 0.6
"""What begins so soon after a sound that was taken for noise belongs to it, seconds."""


class Turns:
    """The floor of one call."""

    def __init__(self, settings: TurnSettings) -> None:
        self.settings = settings
        self.floor = Floor.OPEN
        self.pace = Pace()
        self._start = 0.0
        self._end = 0.0
        self._evidence = Evidence()
        self._lasts = False
        self._noise: tuple[float, float] | None = None
        self._looked: float | None = None
        self._undertone: Undertone | None = None
        self._open_since: float | None = None
        self._silences = 0
        self._held = False
        self._interruptible = True
        self._sounding = False
        self._doubt = Doubt()
        self._poise = Poise()
        self._owed = False
        self._agent_since = 0.0

    @property
    def held(self) -> bool:
        """Whether a reply of Parley's is being held."""
        return self._held

    @property
    def lasts(self) -> bool:
        """Whether the caller's pause is longer than his usually are within a turn."""
        return self._lasts and self.floor is Floor.PAUSING

    @property
    def spoken_over(self) -> bool:
        """Whether what the caller says, he says over a reply of Parley's."""
        return self._held or self.floor is Floor.AGENT

    @property
    def sounding(self) -> bool:
        """Whether the caller makes a sound over a reply, and may be in the middle of a word."""
        return self._sounding and self.floor in (Floor.AGENT, Floor.CONTESTED)

    # -- evidence from the caller ------------------------------------------------------------

    def speech_started(self, at: float) -> list[Decision]:
        """The caller began to make speech-like sound at `at`."""
        self._sounding = True
        decisions: list[Decision] = []
        if self._goes_on(at):
            self._doubt.goes_on()
            self.pace.paused(at - self._end)
            self.floor = Floor.CALLER
            decisions.append(GoesOn())
        elif self.floor is Floor.OPEN:
            self._begin(at)
        elif self.floor is Floor.THINKING:
            self._start = at
        elif self.floor is Floor.AGENT and self._interruptible:
            self._begin(at)
            self._contest()
            if not self._poise:
                decisions.append(Hold())
        self._poise.end()
        return decisions

    def _goes_on(self, at: float) -> bool:
        """Whether a sound that begins at `at` belongs to the turn before it."""
        if self.floor is Floor.AGENT:
            return self._owed and self._interruptible and at < self._agent_since + _REGRET
        return self.floor is Floor.PAUSING or (self.floor is Floor.THINKING and self._owed)

    def suspected(self, at: float | None, trace: float | None = None) -> list[Decision]:
        """A sound that began at `at` may turn out to be speech, `None` if there is none.

        No turn is ended while that is so, and Parley stops in mid-word to hear what becomes of it; that is
        known within a quarter of a second.

        Args:
            at: when the sound began.
            trace: since when there has been a trace of a voice. It stops Parley as well, but not where
                the one before came to nothing a moment ago; and it keeps a turn from being ended until one
                has come to nothing: people talk around this caller.
        """
        here = self.floor is Floor.PAUSING and trace is not None and trace > self._end
        self._doubt.heard(suspected=at is not None, trace=here)
        cause = trace if at is None else at
        if self.floor is not Floor.AGENT:
            self._poise.end()
        elif self._poise:
            self._poise.heard(cause)
        elif cause is not None and self._interruptible and not self._sounding:
            return [Hold()] if self._poise.begin(cause, sure=at is not None) else []
        return []

    def speech_paused(self, at: float) -> list[Decision]:
        """The caller's sound ended at `at`."""
        self._sounding = False
        match self.floor:
            case Floor.CONTESTED if at - self._start < self.settings.barge_in:
                self._end = at
                return self._play_on()
            case Floor.CONTESTED if self._was_hum(at):
                self._end = at
                return [*self._play_on(), Recognise(self._start, at)]
            case Floor.CALLER | Floor.CONTESTED:
                self._end = at
                self._evidence = Evidence()
                self._lasts = False
                self._doubt.pause_begins()
                self.floor = Floor.PAUSING
                return [Recognise(self._start, at)]
            case Floor.AGENT if (sound := self._undertone) is not None:
                # To its last sample, whatever a look that is still at work finds.
                self._undertone, self._end = None, at
                self._noise = (sound.start, at)
                return [Recognise(*sound.look(at))]
            case _:
                return []

    def judged(self, evidence: Evidence) -> list[Decision]:
        """More is known of the words and the sound up to the pause (or so far, while Parley speaks)."""
        match self.floor:
            case Floor.AGENT | Floor.OPEN if evidence.words not in _NO_WORDS:
                return self._surfaces(evidence)
            case Floor.PAUSING | Floor.CONTESTED:
                self._evidence = evidence
                if self._held and evidence.words is Completeness.LISTENING:
                    return self._play_on()
        return []

    def _was_hum(self, at: float) -> bool:
        """Whether hardly a word was in a sound just before its end. If there is one, Parley stops again."""
        if self._looked is None or self._evidence.words is not Completeness.MUMBLED:
            return False
        return at - self._looked < _HUM_END

    def _surfaces(self, evidence: Evidence) -> list[Decision]:
        """A sound that was taken for noise, or the end of it, has words in it after all."""
        playing = self.floor is Floor.AGENT
        if playing and not self._interruptible:
            return []
        if self._undertone is not None:
            self._start = self._undertone.start
            self._contest(looked=self._undertone.looked)
        elif self._noise is not None:
            (self._start, self._end), self._noise = self._noise, None
            self._evidence, self._held, self._lasts = evidence, playing, False
            self.floor = Floor.PAUSING
        else:
            return []
        stopped = self._poise.end()
        return [Hold()] if playing and not stopped else []

    def superseded(self) -> list[Decision]:
        """Something else is answered than what he may be saying: a key, or the end of the call's time."""
        if self.floor is Floor.OVER:
            return []
        pending = self.floor is Floor.PAUSING or (self.floor is Floor.THINKING and self._owed)
        self._silences = 0
        self.thinking()
        return [GoesOn()] if pending else []

    # -- evidence from Parley ----------------------------------------------------------------

    def thinking(self) -> None:
        """A reply is being prepared that no words of the caller's asked for (greeting, key, prompt)."""
        if self.floor is Floor.OVER:
            return
        self.floor = Floor.THINKING
        self._owed = False
        self._held = False
        self._poise.end()
        self._noise = self._undertone = None
        self._open_since = None

    def agent_started(self, at: float, *, interruptible: bool) -> list[Decision]:
        """A phrase of Parley's is being played at `at`; may be told as often as is convenient."""
        self._interruptible = interruptible
        if self.floor not in (Floor.OPEN, Floor.THINKING):
            return []
        self._open_since = None
        self._agent_since = at
        if self._sounding and interruptible:  # the caller began in the moment before
            self._contest()
            return [Hold()]
        self.floor = Floor.AGENT
        return []

    def agent_finished(self, at: float) -> None:
        """Everything Parley had to say was played."""
        self._held = False
        self._poise.end()
        match self.floor:
            case Floor.AGENT if self._sounding:
                self._begin(self._undertone.start if self._undertone is not None else at)
            case Floor.AGENT:
                self._open(at)
            case Floor.CONTESTED:
                self.floor = Floor.CALLER
            case _:
                pass

    def nothing_said(self, at: float) -> None:
        """The reply that was being prepared had nothing to say."""
        if self.floor is Floor.THINKING:
            self._open(at)

    def was_noise(self, at: float) -> list[Decision]:
        """There are no words in what was recognised: as if it had not been.

        A pause of somebody who holds the floor alone is waited out all the same: a first syllable may
        have no words in it.
        """
        if self._held and self.floor in (Floor.THINKING, Floor.PAUSING, Floor.CONTESTED):
            return self._play_on()
        if self.floor is Floor.PAUSING:
            self._evidence = Evidence(0.5, Completeness.UNKNOWN)
        if self.floor is Floor.THINKING:
            self._open(at, keep_timer=True)
        return []

    def was_speech(self) -> None:
        """The turn that ended had words in it."""
        self._silences = 0
        self._held = False
        self._open_since = None

    def over(self) -> None:
        """The call has ended, or Parley is about to end it: nothing more is decided."""
        self.floor = Floor.OVER

    def reopen(self) -> None:
        """The call goes on after all: a transfer was refused. A reply is being prepared."""
        self.floor = Floor.OPEN
        self.thinking()

    # -- time as evidence --------------------------------------------------------------------

    def deadline(self) -> float | None:
        """When `tick` would decide something, if nothing else happens before."""
        match self.floor:
            case Floor.PAUSING:
                return self._turn_ends() if self._lasts else min(self._turn_ends(), self._long())
            case Floor.CONTESTED if self._looked is None:
                return self._start + min(self.settings.probe, self.settings.max_turn)
            case Floor.CALLER | Floor.CONTESTED:
                return self._start + self.settings.max_turn
            case Floor.AGENT:
                return self._agent_deadline()
            case Floor.OPEN if self._open_since is not None:
                return self._open_since + self.settings.silence
            case _:
                return None

    def tick(self, now: float) -> list[Decision]:
        """It is `now`, and everything before has been told."""
        deadline = self.deadline()
        if deadline is None or now < deadline:
            return []
        match self.floor:
            case Floor.OPEN:
                self._silences += 1
                self.thinking()
                return [PromptSilence(self._silences)]
            case Floor.AGENT:
                return self._look_or_play_on(now)
            case Floor.PAUSING if now < self._turn_ends():
                self._lasts = True
                return [Lasts()]
            case Floor.CONTESTED if now < self._start + self.settings.max_turn:
                self._looked = now
                return [Recognise(self._start, now)]
            case _:
                return self._end_turn(now)

    # ----------------------------------------------------------------------------------------

    def _agent_deadline(self) -> float | None:
        """When Parley goes on with what it was held for, or looks into a sound again."""
        if self._poise:
            return self._poise.deadline
        return self._undertone.next_look if self._undertone is not None else None

    def _turn_ends(self) -> float:
        """When the pause will have ended the turn."""
        return self._end + self._silence() + self._doubt.seconds

    def _long(self) -> float:
        """When the pause is longer than half of those that this caller makes within his turns."""
        return self._end + Pace.USUAL * self.pace.factor

    def _silence(self) -> float:
        """Seconds that end the turn, by all that is known of the pause."""
        return patience(
            self.settings.patience, self._evidence, self.pace.factor, spoken=self._end - self._start
        )

    def _begin(self, at: float) -> None:
        self._owed = False
        same = self._noise is not None and at - self._noise[1] < _SAME_SOUND
        self._start = self._noise[0] if same and self._noise is not None else at
        self._noise = self._undertone = None
        self._held = False
        self.floor = Floor.CALLER

    def _contest(self, looked: float | None = None) -> None:
        self._held = True
        self._looked = looked
        self._evidence = Evidence()
        self._undertone = None
        self.floor = Floor.CONTESTED

    def _end_turn(self, now: float) -> list[Decision]:
        """The pause was long enough, or the turn has lasted too long."""
        decisions: list[Decision] = []
        if self.floor is Floor.PAUSING:
            self._doubt.turn_ends(waited=now - self._end - self._silence())
        else:
            self._end = now
            decisions.append(Recognise(self._start, now))
        self.floor = Floor.THINKING
        self._owed = True
        return [*decisions, EndTurn(self._start, self._end, now)]

    def _look_or_play_on(self, now: float) -> list[Decision]:
        """What Parley was held for was no speech, or never arrived; else a sound is looked into again."""
        if not self._poise and self._undertone is not None:
            return [Recognise(*self._undertone.look(now))]
        self._poise.was_nothing()
        return [PlayOn()]

    def _play_on(self) -> list[Decision]:
        """Parley goes on, and the sound may do so too."""
        self._noise = self._undertone = None
        if self._sounding:
            looked = self._start if self._looked is None else self._looked
            self._undertone = Undertone(self._start, looked)
        else:
            self._noise = (self._start, self._end)
        self._held = False
        self.floor = Floor.AGENT
        return [PlayOn()]

    def _open(self, at: float, *, keep_timer: bool = False) -> None:
        self.floor = Floor.OPEN
        if not keep_timer or self._open_since is None:
            self._open_since = at
