"""What a take says of its harmony: its key, the names of its chords, a track of them."""

from dataclasses import replace

from models.music.clip import Composition
from models.music.harmony import Harmony, chord_track
from models.music.key_finder import melody_key
from models.music.sounding_chords import sounding_chords

_CHANNEL = 15  # of the track of chords in a file: no voice is there


def sounding_harmony(take: Composition) -> Harmony:
    """Find the key that the melody suggests, and the chords that sound."""
    key, certainty = melody_key(take.melody.clip, take.meter)
    chords = sounding_chords(take.tracks, 0.0, take.length) if take.accompaniment else ()
    return Harmony(chords, key, certainty).joined()


def with_names(take: Composition, harmony: Harmony) -> Composition:
    """Have a take say its key and the names of its chords, as its files tell them."""
    said = dict(take.provenance)
    if harmony.certainty > 0:
        said |= {"keys": [[0.0, harmony.key_name]], "key_certainty": round(harmony.certainty, 3)}
    if harmony.chords:
        said["chords"] = [[round(c.start, 6), c.name] for c in harmony.chords if c.name]
    return replace(take, provenance=said)


def with_chord_track(take: Composition, harmony: Harmony) -> Composition:
    """Add a track `Chords` with the chords written out, if there are any."""
    if not harmony.chords:
        return take
    track = chord_track(harmony.chords, take.length, _CHANNEL)
    return take.with_accompaniment((*take.accompaniment, track))
