"""Which rows and habits the tracks have: all that a network and its instrument must agree on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.data.piece import Corpus, Piece
from models.music.clip import DRUM_CHANNEL
from models.music.sixteenths import STEPS_PER_BEAT, roll_of

PLACES = 32  # sixteenths of a bar that are told apart
REACH = 6  # semitones that a piece is moved at most to come into the white keys


@dataclass(frozen=True)
class Layout:
    """Which rows the tracks have: `rows` of each, from its `lows` on; those of the melody likewise.

    `order` is the order of writing: the lowest voice first, then from the top.
    """

    melody_low: int
    melody_high: int
    lows: tuple[int, ...]
    highs: tuple[int, ...]
    chords: tuple[bool, ...]  # tracks that strike several notes at once
    drums: tuple[bool, ...]
    rests: tuple[bool, ...]  # tracks that may rest under a sounding melody
    order: tuple[int, ...]

    @property
    def tracks(self) -> int:
        """How many tracks accompany."""
        return len(self.lows)

    @property
    def rows(self) -> int:
        """Rows of every track's roll, room for moving included."""
        wide = max(high - low for low, high in zip(self.lows, self.highs, strict=True))
        return wide + 2 * REACH

    @property
    def melody_rows(self) -> int:
        """Rows of the melody's roll."""
        return self.melody_high - self.melody_low + 2 * REACH

    @property
    def inputs(self) -> int:
        """Channels of `features`, the tracks' included."""
        return self.melody_rows + 2 + PLACES + 1 + self.tracks * (self.rows + 2)


def layout_of(corpus: Corpus) -> Layout:
    """Read the layout off the training pieces; ValueError if nothing plays in them."""
    melody = [n.pitch for p in corpus.train for n in p.composition.melody.clip.notes]
    if not melody or not corpus.tracks:
        raise ValueError("the training pieces hold no melody with an accompaniment")
    lows, highs, means, chords, rests = [], [], [], [], []
    for i in range(len(corpus.tracks)):
        clips = [p.composition.accompaniment[i].clip for p in corpus.train]
        pitches = [n.pitch for c in clips for n in c.notes] or [60]
        lows.append(min(pitches))
        highs.append(max(pitches) + 1)
        means.append(float(np.mean(pitches)))
        chord, rest = _habits(corpus.train, i)
        chords.append(chord > 0.02)
        rests.append(rest > 0.03)
    lowest = min(range(len(means)), key=lambda i: means[i])
    drums = tuple(t.channel == DRUM_CHANNEL for t in corpus.tracks)
    rest_of = [i for i in range(len(means)) if i != lowest]
    return Layout(
        min(melody), max(melody) + 1, tuple(lows), tuple(highs), tuple(chords), drums,
        tuple(rests), (lowest, *rest_of),
    )  # fmt: skip


def _habits(pieces: Sequence[Piece], track: int) -> tuple[float, float]:
    """Share of the melody's sounding steps in which a track has several notes, and none."""
    several = none = steps = 0
    for piece in pieces[:200]:
        music = piece.composition
        size = round(music.length * STEPS_PER_BEAT)
        count = (roll_of(music.accompaniment[track].clip, size) > 0).sum(1)
        under = (roll_of(music.melody.clip, size) > 0).any(1)
        several += int((count[under] > 1).sum())
        none += int((count[under] == 0).sum())
        steps += int(under.sum())
    return several / max(steps, 1), none / max(steps, 1)
