"""Four-part music as frames: [T, 4] pitches of soprano, alto, tenor, bass on the sixteenth grid."""

from models.music.sixteenths import Frames

BAR = 16  # frames of the windows that stand for bars where no meter is known
VOICES = ("soprano", "alto", "tenor", "bass")
PAIRS = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))


def windows(frames: Frames, offset: int = 0, length: int = BAR) -> Frames:
    """Cut [N, length, voices] windows side by side from `offset`, those with rests left out."""
    count = max((len(frames) - offset) // length, 0)
    cut = frames[offset : offset + count * length].reshape(count, length, frames.shape[1])
    return cut[(cut >= 0).all(axis=(1, 2))]
