"""What a band has to play from: phrases in which it plays."""

import numpy as np
import pytest
import torch

from models.artifact.manifest import TrackSpec
from models.networks.band.bars import FLAGS, LEADS, SongBars, lasting, mark_leading
from models.networks.band.library import PHRASE, _plays
from models.networks.harmoniser.vocabulary import CHORD_KINDS, KINDS

TRACKS = (TrackSpec("bass", "bass", 32), TrackSpec("keys", "keys", 0, 2))
BARS, SILENT = 12, 6


def song_with_a_silent_bar() -> SongBars:
    """A bass and keys, a note each a bar, but for one bar in which nobody plays."""
    notes, first = [], [0]
    for bar in range(BARS):
        notes += [] if bar == SILENT else [[track, 0, 4, 40, 80, 0, 0] for track in (0, 1)]
        first.append(len(notes))
    zeros = np.zeros(BARS, int)
    steps, chords = np.full(BARS, 16), np.zeros((BARS, 8), int)
    return SongBars(
        "s", False, steps, chords, np.array(notes), np.array(first), zeros, torch.zeros(BARS, 1)
    )


def test_a_phrase_with_a_bar_in_which_nobody_plays_is_wanted_by_no_melody():
    plays = _plays(song_with_a_silent_bar(), np.array([True, True]), TRACKS)
    has_silence = np.array([b <= SILENT < b + PHRASE for b in range(BARS)])
    assert (plays[~has_silence] == 1).all()
    assert (plays[has_silence] < -5).all()


MAJOR = next(k for k, kind in enumerate(CHORD_KINDS) if kind.tones[:3] == (0, 4, 7))
C_MAJOR, F_MAJOR = MAJOR, 5 * KINDS + MAJOR


@pytest.mark.parametrize(("last", "leads"), [(42, True), (40, True), (39, True), (43, False)])
def test_a_bass_leads_on_by_semitones_and_by_steps_that_its_own_chord_does_not_have(last, leads):
    """G is the fifth of C major, though F is near; E, E flat and F sharp lead there."""
    bar = 16
    line = ((0, 36), (12, last), (16, 41))
    notes = np.array([[0, at % bar, 4, pitch, 80, 0, 0] for at, pitch in line])
    chords = np.array([[C_MAJOR] * 8, [F_MAJOR] * 8])
    mark_leading(notes, np.array([0, 2, 3]), chords, bass=0)
    assert [bool(flags & LEADS) for flags in notes[:, FLAGS]] == [False, leads, False]


def test_a_part_plays_a_melody_along_where_it_does_for_three_bars():
    """A broken chord that meets the melody in one bar or two does not follow another melody."""
    none = -99
    met = np.array([0, none, -1, -1, none, 0, 0, 0, none, -1, 0, 0, 0, 0])
    kept = [none] * 5 + [0] * 3 + [none] * 2 + [0] * 4
    assert lasting(met).tolist() == kept
