"""Walking bass: a note a beat that leads from chord to chord."""

from collections.abc import Sequence
from random import Random

from models.arranging.parts import approach, bass_pitch
from models.music.clip import Note
from models.music.harmony import Chord
from models.music.key import MAJOR_SCALE, NATURAL_MINOR_SCALE

LOW, HIGH = 28, 50


def scale_of(chord: Chord) -> list[int]:
    """Give the pitch classes that passing notes over a chord come from."""
    above = {(t - chord.root) % 12 for t in chord.tones}
    is_minor = 3 in above and 4 not in above
    steps = set(NATURAL_MINOR_SCALE if is_minor else MAJOR_SCALE)
    if is_minor:
        steps = steps - {8} | {9}
    if 10 in above:
        steps = steps - {11} | {10}
    return [(chord.root + s) % 12 for s in steps | above]


def walk(chords: Sequence[Chord], before: int, random: Random) -> list[int]:
    """Choose a pitch for each beat, `chords` telling the chord of each and of one beat more.

    Where a chord begins its bass is played, before the next one a note that leads there; between
    them the line goes on by tones of the chord and steps of its scale.
    """
    out: list[int] = []
    at, upward = before, before < (LOW + HIGH) / 2
    for i, chord in enumerate(chords[:-1]):
        is_new = i == 0 or chords[i - 1] != chord
        leads = chords[i + 1] != chord
        if is_new:
            wanted = chord.bass if i == 0 or leads or random.random() < 0.8 else _third(chord)
            at = bass_pitch(wanted, at, LOW, HIGH)
            upward = at < LOW + 9 or (at < HIGH - 9 and random.random() < 0.5)
        elif leads or i == len(chords) - 2:
            target = bass_pitch(chords[i + 1].bass, at, LOW, HIGH)
            at = approach(target, at + (1 if random.random() < 0.5 else -1), scale_of(chord), LOW)
        else:
            at = _onward(at, chord, upward, random)
        out.append(at)
    return out


def _third(chord: Chord) -> int:
    above = {(t - chord.root) % 12 for t in chord.tones}
    return chord.root + (3 if 3 in above else 4)


def _onward(at: int, chord: Chord, upward: bool, random: Random) -> int:
    """Go on to the next tone of the chord, or a step of its scale."""
    by_step = random.random() < 0.4
    tones = scale_of(chord) if by_step else list(chord.tones)
    side = 1 if upward else -1
    for distance in range(1, 8):
        found = at + side * distance
        if found % 12 in tones and LOW <= found <= HIGH:
            return found
    return bass_pitch(chord.root, at - 5 * side, LOW, HIGH)


def two_feel(chords: Sequence[Chord], before: int, beats: int, random: Random) -> list[Note]:
    """Play two notes a bar: the bass of the chord and its fifth."""
    half = max(beats // 2, 1)
    first = bass_pitch(chords[0].bass, before, LOW, HIGH)
    if beats % 2:  # a waltz: one long note
        return [Note(0.0, beats - 0.25, first, 84)]
    same = chords[half] == chords[0]
    second = bass_pitch(chords[0].root + 7 if same else chords[half].bass, first, LOW, HIGH)
    notes = [Note(0.0, half - 0.25, first, 86), Note(float(half), half - 0.25, second, 80)]
    if random.random() < 0.3:
        target = bass_pitch(chords[-1].bass, second, LOW, HIGH)
        lead = approach(target, second, scale_of(chords[beats - 1]), LOW)
        notes[1] = Note(notes[1].start, half - 0.5, second, 80)
        notes.append(Note(beats - 0.5, 0.5, lead, 70))
    return notes
