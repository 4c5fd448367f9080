"""How often the key of a melody is found: `keys_found.py KEYS.json MELODIES [CHORALES]`.

KEYS.json names the keys of the tunes in the folder MELODIES by the files' stems: {"twinkle": "C"}.
CHORALES is a folder of four-part pieces: their key is the one that all their voices tell, and where
they end; it is looked for under the top voice alone.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

from models.data.melody_choice import choose_melody, top_line
from models.evaluation.material import Wanted, read_material
from models.formats.midi_read import read_score
from models.music.clip import Composition
from models.music.key import key_label, read_key
from models.music.key_finder import melody_key
from models.music.written_ends import written_ends
from models.networks.chorale.key_label import piece_key

VOICES = 4


def found(piece: Composition) -> tuple[int, float]:
    """Find the key of a melody, 0..23, as `generate` does."""
    return melody_key(piece.melody.clip, piece.meter, fermatas=written_ends(piece))


def tune(path: Path) -> Composition:
    """Read the top line of a file's melody."""
    score = read_score(path)
    piece = score.composition(choose_melody(score).index)
    return replace(piece, melody=replace(piece.melody, clip=top_line(piece.melody)[0]))


def tell(name: str, key: int, real: int, certainty: float) -> bool:
    """Count a tune; say which one is read in another key."""
    if key != real:
        told, meant = (key_label(k % 12, k >= 12) for k in (key, real))
        sys.stdout.write(f"{name}: {told} ({certainty:.2f}) for {meant}\n")
    return key == real


def main(keys: str, melodies: str, chorales: str = "") -> None:
    right = 0
    known = json.loads(Path(keys).read_text())
    for stem, name in known.items():
        tonic, is_minor = read_key(name) or (0, False)
        key, certainty = found(tune(Path(melodies) / f"{stem}.mid"))
        right += tell(stem, key, tonic + 12 * is_minor, certainty)
    sys.stdout.write(f"tunes: {right} of {len(known)}\n")
    if not chorales:
        return
    examples = read_material(Path(chorales), Wanted(voices=VOICES)).examples
    right = 0
    for example in examples:
        frames = example.frames
        key, certainty = found(example.piece)
        right += tell(example.name, key, piece_key(frames, frames >= 0), certainty)
    sys.stdout.write(f"chorales: {right} of {len(examples)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
