"""Chords of a key, over the tone that is played."""

from models.music.key import MAJOR_SCALE, NATURAL_MINOR_SCALE

CHORD_SIZES = ("triad", "seventh", "power")
Key = tuple[int, bool]  # the tonic's pitch class, and whether it is minor
C_MAJOR: Key = (0, False)
_POWER = (0, 7, 12)
_DOMINANT = 7  # semitones above the tonic
_HIGHEST = 127
# In semitones above the root, what is likelier in tonal music first.
_THIRDS, _FIFTHS, _SEVENTHS, _DIMINISHED = (3, 4), (7, 6, 8), (10, 11, 9), (10, 9)


def chord_over(pitch: int, size: str, key: Key = C_MAJOR) -> tuple[int, ...]:
    """Give the pitches (0-127) of the key's chord whose root is `pitch`, from the bottom up.

    `size` is triad, seventh or power (root, fifth, octave); ValueError otherwise. The dominant of
    a minor key has its leading tone. A root that is no tone of the key gets the tones of the key
    above it that make a minor or diminished triad with it, or a major one.
    """
    if size not in CHORD_SIZES:
        raise ValueError(f"a chord must be one of {', '.join(CHORD_SIZES)}, got {size!r}")
    intervals = _POWER if size == "power" else _stacked(pitch, size == "seventh", key)
    return tuple(pitch + i for i in intervals if pitch + i <= _HIGHEST)


def _stacked(pitch: int, has_seventh: bool, key: Key) -> tuple[int, ...]:
    tonic, is_minor = key
    scale = {(tonic + step) % 12 for step in (NATURAL_MINOR_SCALE if is_minor else MAJOR_SCALE)}
    if is_minor and (pitch - tonic) % 12 == _DOMINANT:
        third = 4
    else:
        third = _first_of(_THIRDS, pitch, scale)
    # A major third wants a perfect fifth: an augmented triad is in no major key.
    fifth = 7 if third == 4 else _first_of(_FIFTHS, pitch, scale)
    chord = (0, third, fifth)
    if not has_seventh:
        return chord
    return (*chord, _first_of(_DIMINISHED if fifth == 6 else _SEVENTHS, pitch, scale))


def _first_of(intervals: tuple[int, ...], pitch: int, scale: set[int]) -> int:
    return next((i for i in intervals if (pitch + i) % 12 in scale), intervals[0])
