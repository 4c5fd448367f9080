"""How often MODEL plans the chord that a song has: `planned_chords.py MODEL FOLDER [pieces]`.

Of half bars (bars of 3/4) with melody, the share whose planned chord is the real one, major or
minor on the same root: planned under the whole melody (default controls, seed 1), and at
temperature 0 when the melody is known only up to the half bar, as in mode follow (64 of each
piece). The real chord is that of the track Chords, else of what stands below the melody.
"""

import sys
from dataclasses import replace
from pathlib import Path

import torch

from models.artifact.catalogue import find
from models.artifact.generator import Generator
from models.artifact.torchscript import load
from models.evaluation.any_style.slot_chords import Slots, as_harmonised
from models.evaluation.any_style.texture import Texture
from models.evaluation.material import Wanted, read_material
from models.music.clip import Composition
from models.music.harmony import Harmony, chord_track
from models.music.melody_forecast import continued
from models.music.sixteenths import STEPS_PER_BEAT
from models.techniques.planned import planned

SEED = 1
MOST = 64  # half bars of a piece that are chosen live


def as_slots(piece: Composition, harmony: Harmony) -> Slots:
    return Slots(
        Texture(piece.with_accompaniment((chord_track(harmony.chords, piece.length, 15),)))
    )


def live(generator: Generator, piece: Composition, slots: Slots) -> tuple[float, float]:
    """Count the slots that are chosen as they are, each when the melody before it is known."""
    same = judged = 0.0
    for number, (first, last) in enumerate(slots.bounds[:MOST]):
        begin, end = first / STEPS_PER_BEAT, last / STEPS_PER_BEAT
        real = slots.chords[number] if number < len(slots.chords) else -1
        if begin < 4 or real < 0 or not slots.sung[number]:
            continue
        heard = piece.melody.clip.window(0.0, begin)
        guessed = continued(heard, begin, end + 4.0, piece.meter.meter_at(begin))
        told = replace(piece, melody=replace(piece.melody, clip=guessed), accompaniment=())
        harmony = planned(generator, told, SEED, {"heard": begin, "temperature": 0.0}, begin, end)
        if harmony is None:
            raise SystemExit(f"{generator.manifest.name} plans no chords")
        found = as_slots(piece, harmony).chords
        judged += 1
        same += number < len(found) and found[number] == real
    return same, judged


def main(model: str, folder: str, pieces: int = 20) -> None:
    torch.set_num_threads(1)
    generator = load(find(model).path)
    sums = [0.0] * 4
    for example in read_material(
        Path(folder), Wanted(names=frozenset({"chords"})), pieces, None
    ).examples:
        piece, slots = example.piece, Slots(Texture(example.piece))
        harmony = planned(generator, piece.with_accompaniment(()), SEED)
        if harmony is None:
            raise SystemExit(f"{model} plans no chords")
        counts = (*as_harmonised(slots, as_slots(piece, harmony)), *live(generator, piece, slots))
        sums = [a + b for a, b in zip(sums, counts, strict=True)]
    sys.stdout.write(f"{model}: as in the piece {sums[0] / sums[1]:.3f} of {sums[1]:.0f}; ")
    sys.stdout.write(f"chosen before it is heard {sums[2] / sums[3]:.3f} of {sums[3]:.0f}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
