"""Generators without networks that edit and extend, and a piece for them."""

import numpy as np

from models.artifact.manifest import ControlSpec, Manifest, TrackSpec
from models.music.clip import Clip, Composition, Note, Track

EDITOR = Manifest(
    "mender",
    "A mender",
    "edit",
    controls=(ControlSpec("extent", "Extent", 0, 100, 100),),
    torch="2.6.0",
    sha256="0" * 64,
)


class RaisesLowNotes:
    """An editor that puts notes under 50 an octave up, as many of them as `extent` says."""

    def __init__(self, manifest=EDITOR):
        self.manifest = manifest
        self.calls = []

    def generate(self, rows, begin, end, controls, seed):
        self.calls.append((begin, end, controls))
        inside = rows[(rows[:, 1] >= begin) & (rows[:, 1] < end)].copy()
        low = np.nonzero(inside[:, 3] < 50)[0]
        for i in low[: round(len(low) * controls["extent"] / 100)]:
            inside[i, 3] += 12
        return inside


TUNE = Clip(
    (
        Note(0.0013, 0.7, 60, 91),
        Note(1 / 3, 1.0, 40, 33),
        Note(2.1, 0.5, 62, 77),
        Note(4.7, 1.1, 45, 64),
        Note(6.0, 2.0, 67, 50),
    ),
    8.0,
)
PIECE = Composition(Track("tune", TUNE), (Track("piano", Clip((Note(0, 8, 48),), 8.0)),))

ALTO_BASS = (TrackSpec("Alto", "alto"), TrackSpec("Bass", "bass"))
MELODIST = Manifest("more", "More", "extend", torch="2.6.0", sha256="0" * 64)
CHOIR = Manifest("choir", "Choir", "extend", ALTO_BASS, torch="2.6.0", sha256="0" * 64)


class Quarters:
    """Plays quarters to the end: in each track that it is given, the last pitch again."""

    def __init__(self, manifest=MELODIST):
        self.manifest = manifest
        self.heard = []

    def generate(self, rows, begin, end, controls, seed):
        self.heard.append((rows, begin, end))
        given = {int(r[0]): r[3] for r in rows}
        out = [
            (track, beat, 1, pitch, 80)
            for track, pitch in (given or {0: 60}).items()
            for beat in np.arange(begin, end)
        ]
        return np.array(out, np.float32).reshape(-1, 5)
