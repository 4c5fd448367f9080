"""A model that hears chords, whose answers are known, and a left hand to lead it."""

from dataclasses import replace
from math import ceil

import mido
from manifests import GOOD
from simulated_player import BEAT, MODEL, composer, settings

from bridge.events import Event, MidiIn
from bridge.offline import OfflineRun, run_offline
from models.artifact.manifest import TrackSpec
from models.music.clip import Clip, Note, Track

BASS = 1
TRACKS = (TrackSpec("bass", "bass", 32, 1, 24, 48), TrackSpec("pad", "pad", 48, 2, 48, 84))
HEARS = replace(GOOD, name=MODEL, tracks=TRACKS, hears=("melody", "chords"))
DEAF = replace(GOOD, name=MODEL, tracks=TRACKS)
C, F, G, AM = (36, 40, 43), (29, 33, 36), (31, 35, 38), (33, 36, 40)


def at_beat(request, beat: float) -> list[int]:
    """Pitches that lead at this beat: of the chord or, where there is none, of the melody."""
    chords = request.chords.notes if request.chords else ()
    led = sorted(n.pitch for n in chords if n.start <= beat + 1e-6 < n.end)
    sung = [n.pitch - 24 for n in request.melody.notes if n.start <= beat + 1e-6 < n.end]
    return led or sung[-1:]


def under_chords(request) -> tuple[Track, ...]:
    """The lowest note of what leads, on each beat; the others as a pad, held for the bar."""
    bass, pad = [], []
    end = request.begin + request.length
    beat, bar = float(ceil(request.begin - 1e-6)), request.meter.beats_per_bar
    while beat < end - 1e-6:
        if lead := at_beat(request, beat):
            bass.append(Note(beat, 1.0, lead[0], 70))
        beat += 1.0
    line = request.begin
    while line < end - 1e-6:
        stop = min((line // bar + 1) * bar, end)
        pad += [Note(line, stop - line, pitch + 12, 60) for pitch in at_beat(request, line)[1:]]
        line = stop
    return (
        Track("bass", Clip(tuple(bass), end), "bass", 32, BASS),
        Track("pad", Clip(tuple(pad), end), "pad", 48, BASS + 1),
    )


def lead(events, until: float, *latencies, manifest=HEARS, **given) -> OfflineRun:
    """Play the events (beats at 120 bpm) with a model that hears chords; `requests` were put."""
    asked = composer(*(latencies or (0.02,)), answering=under_chords)
    run = run_offline(settings(**given), events, asked, until * BEAT, (), [manifest])
    run.requests, run.asked_at = asked.requests, asked.asked_at_seconds
    return run


def chord(start: float, end: float, keys, channel: int = 0, apart: float = 0.0) -> list[Event]:
    """Keys struck together, or `apart` beats from each other, and let go at `end`."""
    out: list[Event] = []
    for i, key in enumerate(sorted(keys)):
        on = mido.Message("note_on", note=key, velocity=70, channel=channel)
        off = mido.Message("note_off", note=key, channel=channel)
        out += [MidiIn((start + i * apart) * BEAT, on), MidiIn(end * BEAT, off)]
    return out
