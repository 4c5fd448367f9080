"""Chorales as arrays: four voices on the sixteenth grid, with onsets and places in the bar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.chorale.net import LOWEST, MAX_BAR_STEPS, PITCHES
from models.clip import Clip, Track
from models.melody import mean_pitch
from models.midifile import MidiFileError, read_score
from models.tempo import MeterMap

STEPS_PER_BEAT = 4
VOICES = ("soprano", "alto", "tenor", "bass")
Array = NDArray[np.int64]


@dataclass(frozen=True)
class Chorale:
    """One piece: pitches [T, 4] (MIDI, gaps bridged), sounding and onset [T, 4], place and bar [T].

    `place` counts sixteenths from the bar line, `bar` is the length of that bar in sixteenths.
    """

    name: str
    pitches: Array
    sounding: NDArray[np.bool_]
    onset: NDArray[np.bool_]
    place: Array
    bar: Array

    def __len__(self) -> int:
        return len(self.pitches)


def voice_frames(clip: Clip, steps: int) -> tuple[Array, NDArray[np.bool_]]:
    """Put one voice on the grid: (pitch or -1, onset), each frame the note latest begun."""
    pitch = np.full(steps, -1, np.int64)
    onset = np.zeros(steps, np.bool_)
    for note in clip.notes:
        begin = round(note.start * STEPS_PER_BEAT)
        end = max(round(note.end * STEPS_PER_BEAT), begin + 1)
        if 0 <= begin < steps:
            pitch[begin:end] = note.pitch
            onset[begin] = True
    return pitch, onset


def bridge_gaps(pitch: Array) -> Array:
    """Hold each pitch through the rest after it (and the first one backwards)."""
    known = np.nonzero(pitch >= 0)[0]
    if len(known) == 0:
        return np.full_like(pitch, 60)
    at = np.searchsorted(known, np.arange(len(pitch)), side="right") - 1
    return pitch[known[np.maximum(at, 0)]]


def places(meter: MeterMap, steps: int) -> tuple[Array, Array]:
    """Find each frame's place in its bar and the bar's length, in sixteenths."""
    beats = np.arange(steps) / STEPS_PER_BEAT
    place = [round((b - meter.bar_line(b)) * STEPS_PER_BEAT) for b in beats]
    bar = [round(meter.meter_at(b).beats_per_bar * STEPS_PER_BEAT) for b in beats]
    limit = MAX_BAR_STEPS
    return np.minimum(np.array(place), limit - 1), np.minimum(np.array(bar), limit)


def chorale(name: str, clips: Sequence[Clip], meter: MeterMap) -> Chorale:
    """Build a Chorale from four clips, from the first frame in which all have begun to the last."""
    steps = round(max(c.end for c in clips) * STEPS_PER_BEAT)
    columns = [voice_frames(c, steps) for c in clips]
    pitch = np.stack([c[0] for c in columns], 1)
    onset = np.stack([c[1] for c in columns], 1)
    sounding = pitch >= 0
    place, bar = places(meter, steps)
    begin = int(np.argmax(sounding.any(1)))
    bridged = np.stack([bridge_gaps(pitch[:, v]) for v in range(4)], 1)
    cut = slice(begin, steps)
    return Chorale(name, bridged[cut], sounding[cut], onset[cut], place[cut], bar[cut])


def from_the_top(tracks: Sequence[Track]) -> list[Track]:
    """Order four voices soprano, alto, tenor, bass: by name if all are named so, else by pitch."""
    initials = [t.name.strip()[:1].upper() for t in tracks]
    if sorted(initials) == sorted("SATB"):
        return sorted(tracks, key=lambda t: "SATB".index(t.name.strip()[0].upper()))
    return sorted(tracks, key=lambda t: -mean_pitch(t.clip))


def load_folder(folder: Path) -> tuple[list[Chorale], list[str]]:
    """Read every four-part MIDI file below `folder`: (chorales, why others were left out)."""
    kept: list[Chorale] = []
    left: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".mid", ".midi")):
        try:
            score = read_score(path)
        except MidiFileError as error:
            left.append(str(error))
            continue
        if len(score.tracks) != 4:
            left.append(f"{path.name}: four voices wanted, it has {len(score.tracks)} tracks")
            continue
        piece = chorale(path.stem, [t.clip for t in from_the_top(score.tracks)], score.meter)
        reason = unusable(piece)
        if reason:
            left.append(f"{path.name}: {reason}")
        else:
            kept.append(piece)
    return kept, left


def unusable(piece: Chorale) -> str:
    """Say why a piece cannot be learnt from; empty if it can."""
    if len(piece) < 32:
        return f"{len(piece) / STEPS_PER_BEAT:g} beats long, at least 8 wanted"
    if piece.pitches.min() < LOWEST or piece.pitches.max() >= LOWEST + PITCHES:
        return f"pitches outside {LOWEST}..{LOWEST + PITCHES - 1}"
    if piece.sounding.mean() < 0.75:
        return f"rests in {100 - 100 * piece.sounding.mean():.0f} % of its cells"
    return ""


def ranges(pieces: Iterable[Chorale]) -> list[tuple[int, int]]:
    """Find the lowest and highest pitch of each voice."""
    pieces = list(pieces)
    low = np.min([p.pitches.min(0) for p in pieces], 0)
    high = np.max([p.pitches.max(0) for p in pieces], 0)
    return [(int(a), int(b)) for a, b in zip(low, high, strict=True)]
