"""A band whose answers are known: it has sections, drums, and hears chords."""

from dataclasses import replace
from math import ceil

from chord_player import at_beat
from manifests import GOOD
from simulated_player import BEAT, MODEL, composer, settings

from bridge.offline import OfflineRun, run_offline
from models.artifact.manifest import SectionSpec, TrackSpec
from models.music.clip import DRUM_CHANNEL, Clip, Note, Track

BASS, DRUMS = 1, DRUM_CHANNEL
TRACKS = (TrackSpec("Drums", "drums", 0, 9, 35, 81), TrackSpec("Bass", "bass", 32, 1, 24, 60))
NAMES = ("intro", "a", "b", "c", "d", "fill", "break", "ending")
SECTIONS = tuple(SectionSpec(name, name.title()) for name in NAMES)
BAND = replace(
    GOOD, name=MODEL, tracks=TRACKS, controls=(), hears=("melody", "chords"), sections=SECTIONS
)
# The drum that tells the section, struck on each beat of it; 36 without one.
DRUM = {name: 37 + i for i, name in enumerate(NAMES)}
NO_SECTION = 36


def section_of(request) -> str:
    number = int(request.controls.get("section", 0))
    return NAMES[number - 1] if number else ""


def band(request) -> tuple[Track, ...]:
    """A drum on each beat whose pitch is the section; a bass that holds each bar.

    A break is its first beats; an ending's last bar is one stroke and one long note.
    """
    name, end = section_of(request), request.begin + request.length
    bar = request.meter.beats_per_bar
    drums, bass = [], []
    beat = float(ceil(request.begin - 1e-6))
    while beat < end - 1e-6:
        is_line = abs(beat / bar - round(beat / bar)) < 1e-6
        is_close = name == "ending" and beat > end - bar + 1e-6
        if not is_close and (is_line or name != "break"):
            drums.append(Note(beat, 0.25, DRUM.get(name, NO_SECTION), 90))
        beat += 1.0
    line = request.begin
    while line < end - 1e-6:
        stop = min((line // bar + 1) * bar, end)
        lead = at_beat(request, line) or [36]
        bass.append(Note(line, 1.0 if name == "break" else stop - line, lead[0], 70))
        line = stop
    return (
        Track("Drums", Clip(tuple(drums), end), "drums", 0, DRUMS),
        Track("Bass", Clip(tuple(bass), end), "bass", 32, BASS),
    )


def jam(events, until: float, *latencies, manifest=BAND, **given) -> OfflineRun:
    """Play the events (beats at 120 bpm) with the band; `requests` were put."""
    asked = composer(*(latencies or (0.02,)), answering=band)
    run = run_offline(settings(**given), events, asked, until * BEAT, (), [manifest])
    run.requests = asked.requests
    return run
