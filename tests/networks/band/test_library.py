"""What a band has to play from: phrases in which it plays."""

import numpy as np
import torch

from models.artifact.manifest import TrackSpec
from models.networks.band.bars import SongBars
from models.networks.band.library import PHRASE, _plays

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
