"""Chorales as arrays: four voices on the sixteenth grid, with onsets and places in the bar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from models.music.clip import Clip
from models.music.sixteenths import STEPS_PER_BEAT, Bools, Ints, bridge_gaps, places, voice_frames
from models.music.tempo import MeterMap
from models.networks.chorale.chord_states import NO_CHORD, slot_chords
from models.networks.chorale.key_label import piece_key
from models.networks.chorale.layout import LOWEST, MAX_BAR_STEPS, PITCHES


@dataclass(frozen=True)
class Chorale:
    """One piece: pitches [T, 4] (MIDI, gaps bridged), sounding and onset [T, 4], place and bar [T].

    `place` counts sixteenths from the bar line, `bar` is the length of that bar in sixteenths.
    `slot` [T] numbers the beats, `chord` [T] is the chord of each frame's beat and `coming` [T]
    that of the next one (states of chord_states); `key` is the tonic, 12 more in minor.
    """

    name: str
    pitches: Ints
    sounding: Bools
    onset: Bools
    place: Ints
    bar: Ints
    slot: Ints
    chord: Ints
    coming: Ints
    key: int = 0

    def __len__(self) -> int:
        return len(self.pitches)


def chorale(name: str, clips: Sequence[Clip], meter: MeterMap) -> Chorale:
    """Build a Chorale from four clips, from the first frame in which all have begun to the last."""
    steps = round(max(c.end for c in clips) * STEPS_PER_BEAT)
    columns = [voice_frames(c, steps) for c in clips]
    pitch = np.stack([c[0] for c in columns], 1)
    onset = np.stack([c[1] for c in columns], 1)
    sounding = pitch >= 0
    place, bar = places(meter, steps)
    place, bar = np.minimum(place, MAX_BAR_STEPS - 1), np.minimum(bar, MAX_BAR_STEPS)
    begin = int(np.argmax(sounding.any(1)))
    bridged = np.stack([bridge_gaps(pitch[:, v]) for v in range(4)], 1)
    cut = slice(begin, steps)
    slot = beats(place[cut])
    chords = slot_chords(bridged[cut], sounding[cut], slot)
    following = np.append(chords[1:], NO_CHORD)
    return Chorale(
        name, bridged[cut], sounding[cut], onset[cut], place[cut], bar[cut],
        slot, chords[slot], following[slot], piece_key(bridged[cut], sounding[cut]),
    )  # fmt: skip


def beats(place: Ints) -> Ints:
    """Number the beats that frames belong to, from 0 on, from their places in bars [T]."""
    begins = place % STEPS_PER_BEAT == 0
    begins[0] = True
    return np.cumsum(begins) - 1


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
