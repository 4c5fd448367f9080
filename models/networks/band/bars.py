"""Songs cut into bars: what each track plays there, over which chords, under which melody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.artifact.manifest import TrackSpec
from models.data.piece import Piece
from models.music.clip import Clip, Composition, Note, Track
from models.music.sixteenths import STEPS_PER_BEAT
from models.networks.band.bar_features import MelodyBars
from models.networks.band.parts import bass_of
from models.networks.band.retune import TONES
from models.networks.harmoniser.slots import SlotChords, Slots
from models.networks.harmoniser.songs import frames_of, rows_of, simple
from models.networks.harmoniser.vocabulary import CHORD_KINDS, KINDS
from models.techniques.compound import is_compound, moved, straight

Ints = NDArray[np.int64]
# Columns of a note.
TRACK, START, DURATION, PITCH, VELOCITY, FLAGS, LATE = range(7)
# Flags: plays the melody along; began in the bar before; a bass that leads to the next chord's, by
# as many semitones as the flags from INTERVAL on say, less 2.
DOUBLES, TIED, LEADS, INTERVAL = 1, 2, 4, 8
LATE_UNITS = 1000.0  # of a beat
LONGEST = 32  # beats' steps that a note may last
_ANNOTATED = 0.6  # share of a melody's notes in other tracks from which it is only marked there
_ENSEMBLE = 3  # tracks of a score in which a melody may be marked so
_DOUBLED = 0.7  # share of a bar's melody that another track plays along
_LASTING = 3  # bars that a part plays the melody along, if it does and is not met by chance
_WHOLE_STEP = 2  # semitones
LEAST_BARS = 4
DRUMS = range(27, 88)  # General MIDI's, and those of its successors
NEVER_DOUBLING = ("drums", "bass", "left hand")


@dataclass(frozen=True)
class SongBars:
    """The bars [B] of one song.

    `steps` [B] how long each is, in sixteenths; `is_compound` whether its beats have three eighths
    (they are laid out as `straight` does); `chords` [B, 8] a full state for each beat;
    `notes` [N, 7] by bar (`first` [B + 1] says where each begins), `doubling` [B] the octaves at
    which a track plays the melody along (none: -99), `melody` [B, features].
    """

    name: str
    is_compound: bool
    steps: Ints
    chords: Ints
    notes: Ints
    first: Ints
    doubling: Ints
    melody: Tensor

    def __len__(self) -> int:
        return len(self.steps)


def song_bars(
    piece: Piece, tracks: Sequence[TrackSpec], labels: Clip | None = None
) -> SongBars | None:
    """Cut a piece into bars; None where it is too short or its accompaniment is silent.

    `labels` are chords that only name the harmony; without them it is what the tracks play.
    """
    whole = without_melody(piece.composition)
    melody, others, _ = simple(whole)
    pitch, onset, place, bar = frames_of(whole, melody)
    begins = torch.nonzero(place == 0)[:, 0].numpy()
    if len(begins) < LEAST_BARS or not any(c.notes for c in others):
        return None
    steps = bar.numpy()[begins]
    meters = [meter for _, _, meter in whole.meter.segments(whole.length)]
    compound = len(meters) == 1 and is_compound(meters[0])
    if labels is not None:
        pitched = [moved(labels, straight) if compound else labels]
    else:
        pitched = [c for c, t in zip(others, whole.accompaniment, strict=True) if not t.is_drum]
    chords = _chords(pitched, (place, bar), begins, steps)
    tune = (pitch.numpy(), onset.numpy() > 0)
    late = {i: piece.timing for i, t in enumerate(tracks) if t.role == "drums"}
    notes, first, doubling = _notes((others, late), tracks, (begins, steps), tune)
    mark_leading(notes, first, chords, bass_of(tracks))
    features = MelodyBars()(pitch, onset, place, bar)
    return SongBars(piece.name, compound, steps, chords, notes, first, doubling, features)


def without_melody(whole: Composition) -> Composition:
    """Take a melody that is only marked out of the tracks that play it."""
    tune = {(n.start, n.pitch) for n in whole.melody.clip.notes}
    others = {(n.start, n.pitch) for t in whole.accompaniment for n in t.clip.notes}
    is_small = len(whole.accompaniment) < _ENSEMBLE  # a piano may well play the tune along
    if is_small or not tune or len(tune & others) < _ANNOTATED * len(tune):
        return whole

    def thinned(track: Track) -> Track:
        if track.is_drum:
            return track
        left = tuple(n for n in track.clip.notes if (n.start, n.pitch) not in tune)
        return replace(track, clip=replace(track.clip, notes=left))

    return whole.with_accompaniment(thinned(t) for t in whole.accompaniment)


def _chords(
    pitched: Sequence[Clip], meter: tuple[Tensor, Tensor], begins: Ints, steps: Ints
) -> Ints:
    """Name the chord of each beat of each bar, [B, 8]; chords sound on where none is told."""
    slot = Slots()(meter[0], meter[1], False)
    edges = torch.nonzero(torch.diff(slot, prepend=torch.tensor([-1])))[:, 0]
    bounds = torch.cat([edges, torch.tensor([len(slot)])]) / STEPS_PER_BEAT
    found = SlotChords()(rows_of(pitched), bounds).numpy()
    known = np.flatnonzero(found >= 0)
    if len(known) == 0:
        found[:] = 0
    else:
        at = np.searchsorted(known, np.arange(len(found)), side="right") - 1
        found = found[known[np.maximum(at, 0)]]
    of_frame = found[slot.numpy()]
    beats = np.arange(8) * STEPS_PER_BEAT
    places = begins[:, None] + np.minimum(beats[None], steps[:, None] - 1)
    out: Ints = of_frame[np.minimum(places, len(of_frame) - 1)]
    return out


def _notes(
    others: tuple[Sequence[Clip], Mapping[int, Sequence[float]]],
    tracks: Sequence[TrackSpec],
    bars: tuple[Ints, Ints],
    tune: tuple[Ints, NDArray[np.bool_]],
) -> tuple[Ints, Ints, Ints]:
    """Put the notes of all tracks into their bars; with the clips, how late a track was played."""
    clips, timing = others
    begins, steps = bars
    ends = begins + steps
    rows: list[tuple[int, ...]] = []
    for number, (clip, spec) in enumerate(zip(clips, tracks, strict=True)):
        late = timing.get(number) or [0.0] * len(clip.notes)
        for note, later in zip(clip.notes, late, strict=True):
            units = round(later * LATE_UNITS)
            rows += _note_rows(note, number, bars, units, is_drum=spec.role == "drums")
    table = np.array(sorted(rows), np.int64).reshape(-1, 8)
    order = np.lexsort((table[:, 4], table[:, 2], table[:, 0]))
    table = table[order]
    first = np.searchsorted(table[:, 0], np.arange(len(begins) + 1))
    doubling = np.full(len(begins), -99, np.int64)
    for b in range(len(begins)):
        here = table[first[b] : first[b + 1]]
        window = slice(int(begins[b]), int(ends[b]))
        doubling[b] = _mark_doubling(here, tune[0][window], tune[1][window], tracks)
    return table[:, 1:], first, lasting(doubling)


def lasting(doubling: Ints) -> Ints:
    """Keep the octaves, [B], of what plays a song's melody along for _LASTING bars and longer.

    In fewer a broken chord may have met the melody: another melody is no reason to leave it.
    """
    edges = np.flatnonzero(np.diff(doubling)) + 1
    runs = np.split(doubling, edges)
    return np.concatenate([r if len(r) >= _LASTING else np.full_like(r, -99) for r in runs])


def _note_rows(
    note: Note, number: int, bars: tuple[Ints, Ints], late: int, *, is_drum: bool
) -> list[tuple[int, ...]]:
    """Give rows of (bar, ...) with the columns of a note, also in a bar that it rings into."""
    if is_drum and note.pitch not in DRUMS:
        return []
    begins, steps = bars
    start = round(note.start * STEPS_PER_BEAT)
    length = min(max(round(note.duration * STEPS_PER_BEAT), 1), LONGEST)
    b = int(np.searchsorted(begins, start, side="right")) - 1
    if b < 0:
        return []
    at = start - int(begins[b])
    sound = (note.pitch, note.velocity)
    rows: list[tuple[int, ...]] = [(b, number, at, length, *sound, 0, late)]
    left = length - (int(steps[b]) - at)
    if left > 1 and b + 1 < len(begins) and not is_drum:
        rows.append((b + 1, number, 0, left, *sound, TIED, 0))
    return rows


def _mark_doubling(
    here: Ints, pitch: Ints, onset: NDArray[np.bool_], tracks: Sequence[TrackSpec]
) -> int:
    """Flag the notes of a bar that play its melody along; give their distance in octaves."""
    struck = np.flatnonzero(onset & (pitch >= 0))
    if len(struck) < 2 or len(here) == 0:
        return -99
    others = [i for i, t in enumerate(tracks) if t.role in NEVER_DOUBLING]
    at = np.minimum(here[:, 2], len(pitch) - 1)
    same = onset[at] & (pitch[at] >= 0) & ((here[:, 4] - pitch[at]) % 12 == 0)
    same &= (here[:, 6] == 0) & ~np.isin(here[:, 1], others)
    if len(np.unique(here[same, 2])) < _DOUBLED * len(struck):
        return -99
    octaves = np.round((here[same, 4] - pitch[at[same]]) / 12).astype(np.int64)
    best = int(np.bincount(octaves + 10).argmax()) - 10
    chosen = np.flatnonzero(same)[octaves == best]
    here[chosen, 6] |= DOUBLES
    return best


def mark_leading(notes: Ints, first: Ints, chords: Ints, bass: int) -> None:
    """Flag what leads the bass, by a step or a semitone, to the bass of another chord.

    A tone of its own chord a whole step away is none: under other chords it is to be the same tone
    of theirs. Nor is what stands on the bar line, where the bass is taken for the chord's own.
    """
    number = np.repeat(np.arange(len(first) - 1), np.diff(first))
    there = np.flatnonzero((notes[:, TRACK] == bass) & (notes[:, FLAGS] & TIED == 0))
    state = chords[number, np.minimum(notes[:, START] // STEPS_PER_BEAT, chords.shape[1] - 1)]
    basses = np.array([kind.bass for kind in CHORD_KINDS])
    for here, then in pairwise(there):
        interval = int(notes[here, PITCH] - notes[then, PITCH])
        root, kind = divmod(int(state[here]), KINDS)
        # Of its triad: a seventh may be what passes to the next chord.
        is_tone = (int(notes[here, PITCH]) - root) % 12 in CHORD_KINDS[kind].tones[:TONES]
        is_near = number[then] - number[here] <= 1 and notes[here, DURATION] <= STEPS_PER_BEAT
        is_bass = (notes[then, PITCH] - state[then] // KINDS) % 12 == basses[state[then] % KINDS]
        is_step = abs(interval) == 1 or (abs(interval) == _WHOLE_STEP and not is_tone)
        is_inside = notes[here, START] > 0
        if is_step and is_inside and is_near and is_bass and state[here] != state[then]:
            notes[here, FLAGS] |= LEADS | (interval + 2) * INTERVAL
