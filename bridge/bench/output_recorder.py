"""The port and the listener of every bench: what was sent, when, and what still sounds."""

from time import perf_counter
from typing import NamedTuple

import mido

from bridge.bench.figures import Sent
from bridge.fakes import NoTakeStore, Sounding
from bridge.reports import Report, SoundReport


class SentNote(NamedTuple):
    """One note of the accompaniment: the beat it was due at, and when it was due and sent."""

    beat: float
    sent: Sent


class OutputRecorder(NoTakeStore):
    """Stamps messages as the engine sends them, and learns from its reports what they were."""

    def __init__(self) -> None:
        self.accompaniment: list[SentNote] = []
        self.thru: list[tuple[int, float]] = []  # of the player's own notes: pitch, seconds
        self.pulses: list[float] = []
        self.sounding = Sounding()
        self._sent_seconds = 0.0

    def send(self, message: mido.Message) -> None:
        """Stamp one message."""
        self._sent_seconds = perf_counter()
        if message.type == "clock":
            self.pulses.append(self._sent_seconds)
        self.sounding.follow(message)

    def __call__(self, report: Report) -> None:
        """Learn what the message that was sent last was; releases are not counted."""
        if not isinstance(report, SoundReport) or report.message.type != "note_on":
            return
        now_seconds = self._sent_seconds
        if report.message.channel:  # 0 is the player's
            sent = Sent(now_seconds - report.late_ms / 1000, now_seconds)
            self.accompaniment.append(SentNote(report.position, sent))
        else:
            self.thru.append((report.message.note, now_seconds))

    def grid(self, beat_seconds: float, origin_seconds: float) -> list[Sent]:
        """When each note should have been sent by the beats of a steady grid, and when it was."""
        return [
            Sent(origin_seconds + beat * beat_seconds, sent.sent_seconds)
            for beat, sent in self.accompaniment
        ]
