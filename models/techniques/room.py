"""Room for the voices: a melody in the cellar has no place below it, so they go above.

The models learn voices below a melody. One that lies below C3 throughout is shown to them octaves
higher, and what they answer is placed above it: the melody is the bass.
"""

from dataclasses import replace

from models.music.clip import Clip, Composition, Track

LOW_PITCH = 48  # C3
_SUNG_PITCH = 60  # at least so high is the lowest note that the model is shown


def is_low(clip: Clip) -> bool:
    """Whether all notes lie below C3."""
    return bool(clip.notes) and max(note.pitch for note in clip.notes) < LOW_PITCH


def raised(piece: Composition) -> Composition:
    """The piece as a model is shown it, its melody by octaves higher."""
    clip = piece.melody.clip
    lowest = min(note.pitch for note in clip.notes)
    octaves = -(-(_SUNG_PITCH - lowest) // 12)
    return replace(piece, melody=replace(piece.melody, clip=clip.transposed(12 * octaves)))


def settled(made: Composition, piece: Composition) -> Composition:
    """What was made of the raised piece, its melody as it was and all voices above it."""
    highest = max(note.pitch for note in piece.melody.clip.notes)
    placed = tuple(_above(track, highest) for track in made.accompaniment)
    melody = replace(made.melody, clip=piece.melody.clip)
    return replace(made, melody=melody, accompaniment=placed)


def _above(track: Track, pitch: int) -> Track:
    """The track by octaves higher, so far as it is not above `pitch` and below G9."""
    if track.is_drum or not track.clip.notes:
        return track
    low, high = (f(n.pitch for n in track.clip.notes) for f in (min, max))
    octaves = max(-(-(pitch + 1 - low) // 12), 0)
    return replace(track, clip=track.clip.transposed(12 * min(octaves, (127 - high) // 12)))
