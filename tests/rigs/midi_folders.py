"""Small pieces of music written into folders, for the tests on data."""

import random

from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap, TempoMap

PENTATONIC = (0, 2, 4, 7, 9)


def line(tune, pitch, beats=32, step=1.0, start=0.0):
    """A line of equal notes; another tune is other music."""
    draw = random.Random(f"{tune} {pitch}")
    count = int(beats / step)
    return Clip(
        tuple(Note(start + i * step, step, pitch + draw.choice(PENTATONIC)) for i in range(count))
    )


def chords(tune, beats=32, root=48):
    """Three notes together on every bar of 4/4."""
    draw = random.Random(f"{tune} chords")
    notes = []
    for bar in range(0, int(beats), 4):
        low = root + draw.choice((0, 5, 7, 9))
        notes += [Note(float(bar), 4.0, low + i) for i in (0, 4, 7)]
    return Clip(tuple(notes))


def song(tune=0, beats=32, up=0, names=("Melody", "Piano")):
    """A melody over chords, as a Composition."""
    return Composition(
        Track(names[0], line(tune, 67, beats).transposed(up), program=73),
        (Track(names[1], chords(tune, beats).transposed(up), "part", 0, 1),),
    )


def band(*tracks, meter=(4, 4), bpm=120.0):
    """Any tracks, the first one as melody, in a meter."""
    return Composition(
        tracks[0],
        tuple(tracks[1:]),
        TempoMap.constant(bpm),
        MeterMap.constant(Meter(*meter)),
    )


def write(path, composition):
    """Write a piece, with the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_composition(path, composition)
    return path
