"""How much of what a composer wrote is written at temperature 0: `agreement.py MODEL TRAIN VALID`.

Of the four-part pieces of the folder VALID whose melody is in none of TRAIN (nine tenths of it, in
any key), the share of the sixteenths of the three lower voices whose pitch is the composer's.
"""

import sys
from pathlib import Path

import torch

from models.artifact.catalogue import find
from models.artifact.torchscript import load
from models.evaluation.four_part.agreement import agreement, seen_melodies
from models.evaluation.material import Wanted, piece_frames, read_material
from models.music.clip import Composition
from models.music.sixteenths import Frames
from models.techniques.accompany import accompany

WANTED = Wanted(voices=4)


def main(model: str, train: str, valid: str, most: int = 1000) -> None:
    torch.set_num_threads(1)
    path = Path(model)
    generator = load(path if path.suffix else find(model).path, patient=False)
    known = [e.frames[:, 0] for e in read_material(Path(train), WANTED).examples]
    examples = read_material(Path(valid), WANTED).examples
    seen = seen_melodies([e.frames[:, 0] for e in examples], known)
    unseen = [e for e, is_seen in zip(examples, seen, strict=True) if not is_seen][:most]
    shares: list[float] = []
    for example in unseen:
        alone = example.piece.with_accompaniment(())
        made = accompany(generator, alone, 1, {"temperature": 0.0})
        shares.append(agreement(in_time(made), example.frames))
        sys.stdout.write(f"{example.name} {shares[-1]:.3f} ({sum(shares) / len(shares):.3f})\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(unseen)} of {len(examples)}: {sum(shares) / len(shares):.3f}\n")


def in_time(made: Composition) -> Frames:
    """Put four voices on the grid, the melody's first."""
    return piece_frames(made)


if __name__ == "__main__":
    main(*sys.argv[1:4], *map(int, sys.argv[4:]))
