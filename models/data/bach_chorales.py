"""Bach's four-part chorales from the music21 package's corpus, as a folder to train on."""

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.data.music21_score import EngravedError, composition
from models.data.prepare import Progress
from models.data.similarity import KnownPieces, features
from models.data.split import place
from models.errors import ContinuoError
from models.formats.midi_bytes import MidiFileError
from models.formats.midi_read import read_score
from models.formats.midi_write import write_composition
from models.formats.whole_file import FileWriteError, replace_file
from models.music.clip import Composition

_KEPT, _LEFT = "index.tsv", "left_out.tsv"
_HEADS = {
    _KEPT: "file\tbwv\ttitle\tkey_signature\tmeter\tbars\tpickup_beats\tnotes",
    _LEFT: "score\treason",
}
_README = """# Four-part chorales by J. S. Bach

Written by `continuo dataset bach` from the corpus of the Python package music21 {version}
(music21.org, folder corpus/bach), split by piece: train/, valid/.

- Standard MIDI files, type 1, tracks Soprano, Alto, Tenor, Bass. Rhythms, repeated notes, ties,
  meters and key signature as in the score; repeats are not played out; nominal tempo 80.
- A pick-up is silence at the start of the first bar, so that bar lines fall where the score has
  them. Two short measures that make one bar are one bar; other odd bars have a meter of their own.
- index.tsv lists the pieces, left_out.tsv the scores that are not among them, and why.

Licence: the works are in the public domain (Bach died in 1750). The music21 software is under the
BSD licence, which does not cover its corpus: its file corpus/license.txt names no licence for the
encodings of the chorales. Train with them; read that file before you pass these files on.
"""


class BachError(ContinuoError, ValueError):
    """The chorales cannot be written, said in a sentence."""


@dataclass(frozen=True)
class Done:
    """How many chorales are on each side, and how many scores of the corpus are not among them."""

    train: int
    valid: int
    left_out: int


def write_chorales(out: Path, valid_share: float, progress: Progress) -> Done:
    """Write train/, valid/, index.tsv and README.md below `out`, going on where it was stopped."""
    scores = _scores()
    try:
        _begin(out)
        builder = _Builder(out, valid_share)
        for i, (name, path) in enumerate(scores):
            progress(i, len(scores))
            builder.take(name, path)
        progress(len(scores), len(scores))
        version = importlib.import_module("music21").__version__
        replace_file(out / "README.md", _README.format(version=version).encode())
    except (MidiFileError, FileWriteError) as error:
        raise BachError(str(error)) from error
    except OSError as error:
        raise BachError(f"cannot write {out}: {(error.strerror or str(error)).lower()}") from error
    return builder.done()


def _scores() -> list[tuple[str, Path]]:
    """List (name, path) of the corpus's works by Bach, in an order that never changes."""
    try:
        corpus = importlib.import_module("music21.corpus")
    except ImportError as error:
        raise BachError(
            "the chorales come with the package music21, which is not installed: "
            "pip install 'continuo[datasets]'"
        ) from error
    found: dict[str, Path] = {}
    paths = [Path(p) for p in corpus.getComposer("bach")]
    for suffix in (".mxl", ".xml", ".krn"):  # the same work may be there twice; krn has no mode
        for path in paths:
            if path.suffix == suffix and path.name.startswith("bwv"):
                found.setdefault(path.stem, path)
    if not found:
        raise BachError("this music21 has no works by Bach in its corpus: install music21 again")
    return sorted(found.items(), key=lambda item: _natural(item[0]))


def _natural(name: str) -> list[tuple[int, str]]:
    """Order bwv2.6 before bwv10.7."""
    return [(int(t), "") if t.isdigit() else (-1, t) for t in re.split(r"(\d+)", name)]


def _begin(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise BachError(f"{out} is a file: give --out a folder")
    if out.is_dir() and any(out.iterdir()) and not (out / _KEPT).exists():
        raise BachError(f"{out} has other files in it: give --out a new folder")
    for folder in (out, out / "train", out / "valid"):
        folder.mkdir(parents=True, exist_ok=True)
    for name, head in _HEADS.items():
        if not (out / name).exists():
            replace_file(out / name, f"{head}\n".encode())


class _Builder:
    """Takes score after score; what an earlier run wrote down is not done again."""

    def __init__(self, out: Path, valid_share: float) -> None:
        self._out, self._valid_share = out, valid_share
        self._heard = KnownPieces()
        self._count = {"train": 0, "valid": 0}
        self._left = {row[0] for row in _rows(out / _LEFT)}
        self._kept: dict[str, str] = {}
        for row in _rows(out / _KEPT):
            self._recall(row[0])

    def _recall(self, file: str) -> None:
        path = self._out / file
        name = path.stem
        if file != self._file(name):
            raise BachError(
                f"{self._out} was begun with another --valid-share: give that one again"
            )
        if not path.exists():
            raise BachError(f"{path} is missing though index.tsv has it: give --out a new folder")
        self._remember(name, read_score(path).composition(0))

    def _file(self, name: str) -> str:
        return f"{'valid' if place(name) < self._valid_share else 'train'}/{name}.mid"

    def _remember(self, name: str, piece: Composition) -> None:
        self._heard.add(name, features(piece.melody.clip, piece.accompaniment))
        self._kept[name] = self._file(name)
        self._count[self._kept[name].partition("/")[0]] += 1

    def take(self, name: str, path: Path) -> None:
        """Write one score's chorale, or write down why there is none."""
        if name in self._kept or name in self._left:
            return
        try:
            piece = _read(path, name)
            same = self._heard.same(features(piece.melody.clip, piece.accompaniment))
            if same is not None:
                raise EngravedError(f"the same music as {same}")
        except EngravedError as error:
            self._left.add(name)
            _append(self._out / _LEFT, (name, str(error)))
            return
        file = self._file(name)
        write_composition(self._out / file, piece)
        _append(self._out / _KEPT, (file, *_described(name, piece)))
        self._remember(name, piece)

    def done(self) -> Done:
        """Count what there is."""
        return Done(self._count["train"], self._count["valid"], len(self._left))


def _read(path: Path, name: str) -> Composition:
    converter = importlib.import_module("music21.converter")
    try:
        # From the source: music21 would leave a pickle of every score in the temporary folder.
        score = converter.parse(str(path), forceSource=True)
    except Exception as error:
        raise EngravedError(f"music21 cannot read it ({type(error).__name__})") from error
    if not hasattr(score, "parts"):
        raise EngravedError("a collection of scores")
    return composition(score, _title(score, name))


def _title(score: Any, name: str) -> str:  # noqa: ANN401 - music21 is optional
    found = str(getattr(score.metadata, "bestTitle", None) or "") if score.metadata else ""
    number = name.removeprefix("bwv")
    return f"BWV {number}" if not found or found.startswith("bwv") else f"BWV {number} {found}"


def _described(name: str, piece: Composition) -> Iterator[str]:
    keys = piece.provenance.get("keys", ())
    meters = dict.fromkeys(str(meter) for _, meter in piece.meter.changes)
    yield name.removeprefix("bwv")
    yield str(piece.provenance["title"])
    yield keys[0][1] if keys else ""
    yield " ".join(meters)
    yield str(piece.meter.bars(piece.length))
    yield f"{piece.provenance['pickup']:g}"
    yield str(sum(len(track.clip.notes) for track in piece.tracks))


def _rows(path: Path) -> list[list[str]]:
    """Read a table without its head; a last line that was cut short is not there."""
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        replace_file(path, whole.encode())
    return [line.split("\t") for line in whole.splitlines()[1:]]


def _append(path: Path, cells: tuple[str, ...]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("\t".join(" ".join(cell.split()) for cell in cells) + "\n")
