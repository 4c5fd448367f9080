"""Bars of a band as a musician reads them, and what he would stumble on.

`python tests/rigs/band_bars.py MODEL [MELODY] [seeds]` prints the bars of a sample melody, a line a
part: pitch@beat, `!` where the pitch is no tone of the planned chord. Without MELODY (or with
`all`) it counts over all sample melodies, default controls: notes that begin on a beat outside of
the chord; those of the bass, also on a chord's first beat; notes struck on a beat a semitone
beside what the melody or another part holds there, and lasts half a beat or more with it.
"""

import sys
from collections import Counter

import torch

from bridge.demo.samples import sample, sample_names
from models.artifact.catalogue import find
from models.artifact.generator import Generator
from models.artifact.torchscript import load
from models.formats.midi_read import read_score
from models.music.chord_names import pitch_name
from models.music.clip import Clip, Composition, Note, Track
from models.music.harmony import Chord
from models.techniques.accompany import accompany
from models.techniques.planned import planned

LEAST = 0.5  # beats that a semitone has to last to be noticed
BASSES = ("bass", "left hand")
Take = tuple[Composition, list[Chord]]


def take(generator: Generator, name: str, seed: int) -> Take:
    piece = read_score(sample(name)).composition(0).with_accompaniment(())
    harmony = planned(generator, piece, seed)
    return accompany(generator, piece, seed), list(harmony.chords) if harmony else []


def sounding(chords: list[Chord], beat: float) -> Chord | None:
    return next((c for c in chords if c.start - 0.1 <= beat < c.end - 0.1), None)


def on_beat(note: Note) -> bool:
    return abs(note.start - round(note.start)) < 0.1


def rubs(note: Note, others: list[Clip]) -> bool:
    """Whether a note is a semitone (or a major seventh, a ninth) beside another long enough."""
    return any(
        (note.pitch - other.pitch) % 12 in (1, 11)
        and min(note.end, other.end) - max(note.start, other.start) >= LEAST
        for clip in others
        for other in clip.notes
        if other.start < note.end and other.end > note.start
    )


def counted(made: Composition, chords: list[Chord], found: Counter[str]) -> None:
    pitched = [t for t in made.accompaniment if not t.is_drum]
    for i, track in enumerate(pitched):
        parts = [t.clip for k, t in enumerate(pitched) if k != i]
        for note in track.clip.notes:
            chord = sounding(chords, note.start)
            if chord is None or not on_beat(note):
                continue
            tally(note, chord, track, found)
            found["beside the melody"] += rubs(note, [made.melody.clip])
            found["beside another part"] += note.pitch % 12 not in chord.tones and rubs(note, parts)


def tally(note: Note, chord: Chord, track: Track, found: Counter[str]) -> None:
    strange = note.pitch % 12 not in chord.tones
    found["notes on beats"] += 1
    found["outside the chord"] += strange
    if track.role in BASSES:
        found["bass notes"] += 1
        found["bass outside the chord"] += strange
        if abs(note.start - chord.start) < 0.1:
            found["bass on a new chord"] += 1
            found["outside it"] += strange


def printed(made: Composition, chords: list[Chord]) -> None:
    meter, end = made.meter, made.melody.clip.end
    begin, number = meter.bar_line(made.melody.clip.notes[0].start), 1
    while begin < end - 0.01:
        stop = meter.bar_line_from(begin + 0.01)
        named = [f"{pitch_name(c.bass)[:-1]}:{c.name}@{c.start - begin + 1:g}" for c in chords
                 if begin - 0.01 <= c.start < stop - 0.01]  # fmt: skip
        sys.stdout.write(f"bar {number}: {' '.join(named)}\n")
        for track in (made.melody, *made.accompaniment):
            if not track.is_drum:
                sys.stdout.write(f"  {track.name[:12]:12s} {line(track, chords, begin, stop)}\n")
        begin, number = stop, number + 1


def line(track: Track, chords: list[Chord], begin: float, stop: float) -> str:
    out = []
    for note in track.clip.notes:
        if not begin - 0.05 <= note.start < stop - 0.05:
            continue
        chord = sounding(chords, note.start)
        mark = "!" if chord and note.pitch % 12 not in chord.tones else ""
        out.append(
            f"{pitch_name(note.pitch)}{mark}@{note.start - begin + 1:.2g}/{note.duration:.2g}"
        )
    return " ".join(out)


def main(model: str, name: str = "all", seeds: str = "1") -> None:
    torch.set_num_threads(1)
    generator = load(find(model).path, probe=False)
    found: Counter[str] = Counter()
    for tune in sample_names() if name == "all" else [name]:
        for seed in range(1, int(seeds) + 1):
            made, chords = take(generator, tune, seed)
            counted(made, chords, found)
            if name != "all":
                printed(made, chords)
    for what, many in found.items():
        sys.stdout.write(f"{what}: {many}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
