"""Long pieces: what a generator is shown grows with the notes, not with their square."""

import numpy as np
import pytest
from technique_fakes import MELODIST, Quarters, RaisesLowNotes

from models.artifact.manifest import Manifest, TrackSpec
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap
from models.techniques.accompany import accompany
from models.techniques.edit import edit
from models.techniques.extend import extend
from models.techniques.surroundings import CONTEXT_BEATS, GrowingTrack, Timeline

BARS = 1200


def changing_meter(bars):
    beat, changes = 0.0, []
    for i in range(bars):
        meter = Meter(3 + i % 2, 4)
        changes.append((beat, meter))
        beat += meter.beats_per_bar
    return MeterMap(tuple(changes)), beat


def long_piece(bars=BARS):
    meter, end = changing_meter(bars)
    notes = tuple(Note(float(b), 1.0, 60 + b % 12) for b in range(int(end)))
    return Composition(Track("tune", Clip(notes, end)), meter=meter)


class Follower:
    """Plays the melody an octave lower, and counts the rows that it is shown."""

    def __init__(self):
        self.manifest = Manifest(
            "low", "Low", "accompany", (TrackSpec("Bass", "bass"),), torch="2.6.0", sha256="0" * 64
        )
        self.shown = 0

    def generate(self, rows, begin, end, controls, seed):
        self.shown += len(rows)
        inside = rows[(rows[:, 0] == 0) & (rows[:, 1] >= begin) & (rows[:, 1] < end)].copy()
        inside[:, 0], inside[:, 3] = 1, inside[:, 3] - 12
        return inside


def test_a_long_piece_is_accompanied_bar_by_bar_from_what_is_near():
    piece, generator = long_piece(), Follower()
    made = accompany(generator, piece, 0)
    assert len(made.accompaniment[0].clip.notes) == len(piece.melody.clip.notes)
    # Two tracks, as far back as a generator may look, and the melody ahead.
    assert generator.shown <= BARS * 3 * (CONTEXT_BEATS + 4)


def test_a_long_piece_is_edited_from_what_is_near():
    piece = long_piece()
    low = [Note(n.start, n.duration, 40, 77) for n in piece.melody.clip.notes]
    tune = Track("tune", Clip(tuple(low), piece.melody.clip.length))
    made = edit(RaisesLowNotes(), Composition(tune, meter=piece.meter), 0)
    assert [(n.start, n.pitch, n.velocity) for n in made.melody.clip.notes] == [
        (n.start, 52, 77) for n in low
    ]


def test_an_extension_hears_the_end_of_a_long_melody():
    generator = Quarters(MELODIST)
    piece = Composition(long_piece().melody)
    extend(generator, piece, 0)
    rows = generator.heard[0][0]
    assert 200 <= len(rows) <= CONTEXT_BEATS + 4
    assert rows[-1, 3] == piece.melody.clip.notes[-1].pitch


def test_a_note_that_sounds_since_long_ago_is_shown():
    drone, tune = Note(0.0, 5000.0, 36), [Note(float(b), 1.0, 60) for b in range(4000)]
    seen = Timeline([drone, *tune]).around(3000.0, 3004.0)
    assert seen.notes[0] == drone
    assert len(seen.notes) <= 2 * CONTEXT_BEATS + 6


def test_what_follows_a_hole_and_what_was_written_into_it_are_shown():
    track = GrowingTrack(Clip((Note(0.0, 6.0, 60), Note(8.0, 1.0, 62)), 12.0), 4.0, 8.0)
    track.add((Note(4.0, 1.0, 64),))
    assert track.around(5.0, 8.0).notes == (
        Note(0.0, 4.0, 60),
        Note(4.0, 1.0, 64),
        Note(8.0, 1.0, 62),
    )
    assert track.clip.length == 12.0


@pytest.mark.parametrize("bars", [1, 2, 300])
def test_every_note_has_its_answer(bars):
    piece = long_piece(bars)
    made = accompany(Follower(), piece, 0)
    starts = np.array([n.start for n in made.accompaniment[0].clip.notes])
    assert np.array_equal(starts, [n.start for n in piece.melody.clip.notes])
