"""A player and a clock that are not quite steady, for benches and long tests of mode follow."""

from collections.abc import Iterator
from random import Random

import mido

from bridge.events import MidiIn

CLOCK_JITTER_SECONDS = 0.002
PLAYER_JITTER_SECONDS = 0.02
PAUSE_EVERY_BARS, PAUSE_BARS = 40, 5  # rests, so that it ends and begins again
LOWEST, HIGHEST = 48, 84
_STEPS = (-4, -2, -1, 0, 1, 2, 3)


def jittery_clock(random: Random, seconds: float, bpm: float) -> Iterator[MidiIn]:
    """Give Start and the pulses of a MIDI clock from 0 s on, each some ms late, in order."""
    pulse_seconds = 60 / bpm / 24
    last_seconds = 0.0
    yield MidiIn(0.0, mido.Message("start"))
    for number in range(int(seconds / pulse_seconds)):
        comes_seconds = number * pulse_seconds + random.gauss(0.01, CLOCK_JITTER_SECONDS)
        last_seconds = max(last_seconds, comes_seconds)
        yield MidiIn(last_seconds, mido.Message("clock"))


def random_player(random: Random, seconds: float, bpm: float) -> list[MidiIn]:
    """Give a melody of random steps, played by hand, with pauses; every key is let go."""
    beat_seconds = 60 / bpm
    events: list[MidiIn] = []
    at_seconds, pitch = 0.05, (LOWEST + HIGHEST) // 2
    while at_seconds < seconds - 4:
        bar = int(at_seconds / (4 * beat_seconds))
        if bar % PAUSE_EVERY_BARS >= PAUSE_EVERY_BARS - PAUSE_BARS:
            at_seconds += beat_seconds
            continue
        pitch = min(max(pitch + random.choice(_STEPS), LOWEST), HIGHEST)
        length_seconds = random.choice((0.5, 0.5, 1.0, 1.0, 2.0)) * beat_seconds
        start = max(at_seconds + random.gauss(0, PLAYER_JITTER_SECONDS), 0.0)
        on = mido.Message("note_on", note=pitch, velocity=random.randint(30, 120))
        off = mido.Message("note_off", note=pitch)
        end = start + length_seconds * random.uniform(0.5, 1.2)
        events += [MidiIn(start, on), MidiIn(end, off)]
        at_seconds += length_seconds
    return sorted(events, key=lambda event: event.at_seconds)
