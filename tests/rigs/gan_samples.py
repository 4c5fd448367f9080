"""Small pieces and small networks for the tests of the adversaries."""

import numpy as np
import torch

from models.artifact.manifest import TrackSpec
from models.data.piece import Corpus, Piece
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap
from models.networks.gan.learner import GanLearner, make_muse, make_unet
from models.training.compute import Compute

SMALL = {
    "width": 8.0,
    "widest": 8.0,
    "noise": 4.0,
    "latent": 8.0,
    "critic_width": 8.0,
    "batch_size": 4.0,
    "critic_batch": 2.0,
    "steps": 32.0,
    "critic_window": 16.0,
    "learning_rate": 1e-2,
    "warmup": 0.0,
}
CHORALE = (
    TrackSpec("Alto", "alto", 52, 1, 55, 72),
    TrackSpec("Tenor", "tenor", 52, 2, 48, 66),
    TrackSpec("Bass", "bass", 52, 3, 38, 58),
)
PIANO = (TrackSpec("Piano", "piano", 0, 1, 36, 72), TrackSpec("Drums", "drums", 0, 9, 36, 42))
MAKERS = {"unet-gan": make_unet, "muse-gan": make_muse}


def chorale(seed: int, beats: int = 24) -> Composition:
    """Triads under a random walk, each voice in quarters, the bass in halves."""
    random = np.random.default_rng(seed)
    key, scale = int(random.integers(12)), (0, 2, 4, 5, 7, 9, 11)
    degrees = random.integers(0, 7, beats)

    def voice(above: int, low: int, length: int = 1) -> Clip:
        notes = []
        for beat in range(0, beats, length):
            pitch = scale[(int(degrees[beat]) + above) % 7] + key
            notes.append(Note(float(beat), float(length), low + (pitch - low) % 12))
        return Clip(tuple(notes), float(beats))

    parts = (voice(2, 67), voice(0, 58), voice(4, 50), voice(0, 40, 2))
    names = ("melody", "alto", "tenor", "bass")
    tracks = [Track(n, c, n) for n, c in zip(names, parts, strict=True)]
    return Composition(tracks[0], tuple(tracks[1:]), meter=MeterMap.constant(Meter(4, 4)))


def song_with_piano(seed: int, beats: int = 24) -> Composition:
    """A tune over chords in quarters, with rests, and a drum on every beat."""
    piece = chorale(seed, beats)
    chords = [n for t in piece.accompaniment for n in t.clip.notes if int(n.start) % 4 < 2]
    drums = [Note(float(b), 0.25, 36 + 2 * (b % 2)) for b in range(beats)]
    return piece.with_accompaniment(
        (
            Track("piano", Clip(tuple(chords), float(beats)), "piano"),
            Track("drums", Clip(tuple(drums), float(beats)), "drums", 0, 9),
        )
    )


def corpus(tracks=CHORALE, make=chorale) -> Corpus:
    pieces = [Piece(f"piece {i}", make(i)) for i in range(6)]
    return Corpus(tracks, pieces[:5], pieces[5:])


def learner(architecture="unet-gan", seed=0, **options) -> GanLearner:
    torch.manual_seed(seed)
    return MAKERS[architecture](corpus(), Compute(), {**SMALL, **options})
