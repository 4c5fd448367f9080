"""How well MODEL keeps to chords that are given, under the sample melodies.

`python tests/rigs/kept_chords.py MODEL [seeds] [melodies]` gives each melody five progressions in
turn, in its key, and prints: half bars (bars of 3/4) that sound as the major or minor chord that
was given, in all and where the melody begins them on a tone of the chord; those whose bass plays
the bass that was given; and the beats on which each lower voice plays a tone of the chord.
"""

import sys
from collections import Counter

import numpy as np
import torch

from bridge.demo.samples import sample, sample_names
from models.artifact.catalogue import find
from models.artifact.generator import Generator
from models.artifact.torchscript import load
from models.formats.midi_read import read_score
from models.music.clip import Clip, Composition
from models.music.key_finder import find_keys
from models.music.progression import Progression, Spelled, read_progression
from models.music.sixteenths import STEPS_PER_BEAT, Frames, sample_voices
from models.music.tempo import EPSILON
from models.music.whole_bars import first_bar
from models.techniques.accompany import accompany, chord_track

# In C major and in A minor, which is enough to name those of every other key.
MAJOR = ("C G Am F", "Am Am E7 Am", "C | F G7 | Am | G", "C Dm7 G7 C", "C F/A G/B C")
MINOR = ("Am Dm E7 Am", "Am F C G", "Am | Dm E7", "Am G F E7", "Am Dm/F E Am")


def transposed(progression: Progression, semitones: int) -> Progression:
    return Progression(
        tuple(
            tuple(
                Spelled((c.bass + semitones) % 12, frozenset((t + semitones) % 12 for t in c.tones))
                for c in bar
            )
            for bar in progression.bars
        )
    )


def led(piece: Composition, progression: Progression) -> tuple[Composition, Clip]:
    clip, meter = piece.melody.clip, piece.meter
    first, end = first_bar(clip, meter), meter.bar_line_from(clip.end)
    chords = Clip(tuple(progression.notes(first, end, first, meter)), end)
    return piece.with_accompaniment(chord_track(chords)), chords


def triad(weights: "np.ndarray[tuple[int], np.dtype[np.float64]]", bass: int) -> tuple[int, int]:
    """The root and the third of the major or minor chord that fits best."""
    found = [(root, third) for root in range(12) for third in (4, 3)]

    def fit(chord: tuple[int, int]) -> float:
        root, third = chord
        inside = weights[[root, (root + third) % 12, (root + 7) % 12]]
        return float(2 * inside.sum() - weights.sum() + 0.1 * (root == bass) + 0.05 * inside.min())

    return max(found, key=fit)


def judged(voices: Frames, chords: Clip, span: float, found: Counter[str]) -> None:
    """Count what was kept; `voices` [T, 4] are the melody and the lower voices, high to low."""
    at = min(n.start for n in chords.notes)
    while at < chords.end - EPSILON:
        begin, stop = (round(beat * STEPS_PER_BEAT) for beat in (at, at + span))
        notes = [n for n in chords.notes if n.start <= at + EPSILON < n.end]
        frames = voices[begin : min(stop, len(voices))]
        at += span
        if len(frames) == 0 or not notes or (frames[0] < 0).any():
            continue
        told, bass = {n.pitch % 12 for n in notes}, min(n.pitch for n in notes) % 12
        told_weights = np.array([float(c in told) for c in range(12)])
        heard = np.bincount(frames[frames >= 0] % 12, minlength=12) / frames.size
        fits = frames[0, 0] % 12 in told
        is_kept = triad(heard, int(frames[0, 3]) % 12) == triad(told_weights / len(told), bass)
        found["half bars"] += 1
        found["kept"] += is_kept
        found["fitting"] += fits
        found["fitting, kept"] += fits and is_kept
        found["bass"] += frames[0, 3] % 12 == bass
        for beat in frames[::STEPS_PER_BEAT]:
            if beat[0] % 12 in told and (beat >= 0).all():
                found["voices"] += 3
                found["voices in the chord"] += sum(int(p) % 12 in told for p in beat[1:])


def measured(generator: Generator, name: str, seeds: int, found: Counter[str]) -> None:
    score = read_score(sample(name))
    piece = score.composition(0).with_accompaniment(())
    key = find_keys(piece.melody.clip, piece.meter).key
    bar = piece.meter.meter_at(0).beats_per_bar
    shift = key if key < 12 else key - 12 - 9
    for text in MAJOR if key < 12 else MINOR:
        given, chords = led(piece, transposed(read_progression(text), shift))
        for seed in range(1, seeds + 1):
            made = accompany(generator, given, seed, {})
            clips = [made.melody.clip, *(t.clip for t in made.accompaniment)]
            judged(sample_voices(clips), chords, bar / 2 if bar == 4 else bar, found)


def main(model: str, seeds: int = 1, melodies: int = 99) -> None:
    torch.set_num_threads(1)
    generator = load(find(model).path)
    found: Counter[str] = Counter()
    for name in sample_names()[:melodies]:
        measured(generator, name, seeds, found)
    said(found)


def said(found: Counter[str]) -> None:
    for what, part, whole in (
        ("half bars that sound as told", "kept", "half bars"),
        ("where the melody fits", "fitting, kept", "fitting"),
        ("the bass as told", "bass", "half bars"),
        ("voices in the chord, on beats where the melody is", "voices in the chord", "voices"),
    ):
        sys.stdout.write(f"{what:50s} {found[part] / found[whole]:.3f} of {found[whole]}\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
