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


def shell(chord: Chord, near: Sequence[int], low: int, high: int) -> list[int]:
    """Voice a chord as jazz pianists do: third and seventh, a ninth and a fifth or sixth, no root.

    The colours are such that the chord stays what it is.
    """
    above = {(t - chord.root) % 12 for t in chord.tones}
    third = 3 if 3 in above and 4 not in above else 5 if not above & {3, 4} and 5 in above else 4
    flat = 6 in above and 7 not in above
    seventh = next((t for t in (10, 11, 9) if t in above), 9 if third != 3 else 10)
    wanted = [third, 6 if flat else 7, seventh]
    if not flat and 8 not in above:
        wanted.append(14)
    tones = [(chord.root + t) % 12 for t in wanted]
    middle = sum(near) / len(near) if near else (low + high) / 2
    bases = [b for b in range(low - 12, high) if (b - chord.root) % 12 in (third, seventh)]
    options = [[b + above for above in sorted((t - b) % 12 for t in tones)] for b in bases]
    fitting = [o for o in options if o[0] >= low and o[-1] <= high] or options
    return min(fitting, key=lambda o: (abs(sum(o) / len(o) - middle), o))


def approach(target: int, before: int, scale: Sequence[int], low: int) -> int:
    """Give a note that leads to a bass note: a step of the scale or a semitone, from its side."""
    side = 1 if before > target else -1
    steps = [target + side, target + 2 * side, target - side]
    in_key = [p for p in steps[:2] if p % 12 in scale]
    found = in_key[0] if in_key else steps[0]
    return found if found >= low else target + 1
