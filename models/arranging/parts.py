"""What arrangers write for one bar: rhythms as text, bass lines, voicings."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.music.harmony import Chord

ACCENTS = {"X": 14, "x": 0, "o": -18}
HOLD, REST = "-", "."
STEP = 0.25


@dataclass(frozen=True)
class Hit:
    """A stroke of a rhythm: beats from the bar line, its length, the sign that stands for it."""

    start: float
    duration: float
    sign: str


def hits(rhythm: str) -> list[Hit]:
    """Read a rhythm, a sign for each sixteenth: `-` holds what was struck, `.` is silence."""
    out: list[Hit] = []
    for i, sign in enumerate(rhythm):
        if sign == HOLD and out:
            last = out[-1]
            out[-1] = Hit(last.start, (i + 1) * STEP - last.start, last.sign)
        elif sign not in (HOLD, REST):
            out.append(Hit(i * STEP, STEP, sign))
    return out


def legato(found: Sequence[Hit], size: float) -> list[Hit]:
    """Hold each stroke of a bar of `size` beats until just before the next one."""
    ends = [*(hit.start for hit in found[1:]), size][: len(found)]
    return [
        Hit(h.start, max(e - h.start - STEP, STEP), h.sign)
        for h, e in zip(found, ends, strict=True)
    ]


def bass_pitch(pitch_class: int, near: int, low: int, high: int) -> int:
    """Give the pitch of a class that is nearest to another, between two limits."""
    there = [p for p in range(low, high + 1) if p % 12 == pitch_class % 12]
    return min(there, key=lambda p: (abs(p - near), p)) if there else near


def voicing(chord: Chord, near: Sequence[int], low: int, high: int, count: int) -> list[int]:
    """Choose `count` tones of a chord, close together, that move least from those before."""
    tones = sorted(chord.tones, key=lambda t: (t - chord.root) % 12)
    there = [p for p in range(low, high + 1) if p % 12 in tones]
    options = [there[i : i + count] for i in range(max(len(there) - count + 1, 1))]
    middle = sum(near) / len(near) if near else (low + high) / 2
    return min(options, key=lambda o: (abs(sum(o) / max(len(o), 1) - middle), o))


def comping(chord: Chord, near: Sequence[int], low: int, high: int) -> list[int]:
    """Voice a chord as a pianist comps: all its tones, up to four, close together."""
    return voicing(chord, near, low, high, min(len(chord.tones), 4))


def approach(target: int, before: int, scale: Sequence[int], low: int) -> int:
    """Give a note that leads to a bass note: a step of the scale or a semitone, from its side."""
    side = 1 if before > target else -1
    steps = [target + side, target + 2 * side, target - side]
    in_key = [p for p in steps[:2] if p % 12 in scale]
    found = in_key[0] if in_key else steps[0]
    return found if found >= low else target + 1
