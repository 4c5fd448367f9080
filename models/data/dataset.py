"""Chorales out of a prepared folder: pieces of four voices as arrays, with what was left out."""

from dataclasses import dataclass, field
from pathlib import Path

from models.chorale.data import Chorale, chorale, unusable
from models.data.piece import Corpus, DatasetError, Piece
from models.data.prepare import prepare

__all__ = ["Dataset", "DatasetError", "chorales", "load_dataset"]

_VOICES = ("alto", "tenor", "bass")


@dataclass(frozen=True)
class Dataset:
    """Chorales to train on and to choose by; never two parts of one piece in both."""

    train: list[Chorale]
    valid: list[Chorale]
    left_out: list[str] = field(default_factory=list)


def load_dataset(folder: Path) -> Dataset:
    """Read the chorales of `folder`; DatasetError if there are not two that can be used."""
    corpus = prepare(folder)
    train, valid, reasons = chorales(corpus)
    left_out = [str(out) for out in corpus.left_out] + reasons
    if not train or not valid:
        why = f"; the first left out: {left_out[0]}" if left_out else ""
        raise DatasetError(
            f"{folder} has {len(train) + len(valid)} usable pieces, at least 2 are needed{why}"
        )
    return Dataset(train, valid, left_out)


def chorales(corpus: Corpus) -> tuple[list[Chorale], list[Chorale], list[str]]:
    """Give the four-part pieces as arrays: (train, valid, why other pieces are not among them)."""
    reasons: list[str] = []
    if sorted(track.role for track in corpus.tracks) != sorted(_VOICES):
        has = ", ".join(track.name for track in corpus.tracks)
        return [], [], [f"the pieces accompany with {has}, chorales with Alto, Tenor, Bass"]
    train, valid = (
        [found for piece in side if (found := _chorale(piece, reasons)) is not None]
        for side in (corpus.train, corpus.valid)
    )
    return train, valid, reasons


def _chorale(piece: Piece, reasons: list[str]) -> Chorale | None:
    composition = piece.composition
    clips = {track.role: track.clip for track in composition.accompaniment}
    voices = [composition.melody.clip, *(clips[voice] for voice in _VOICES)]
    absent = [v for v in _VOICES if not clips[v].notes]
    if absent:
        reasons.append(f"{piece.facts.file or piece.name}: no {', '.join(absent)}")
        return None
    found = chorale(piece.name, voices, composition.meter)
    reason = unusable(found)
    if reason:
        reasons.append(f"{piece.facts.file or piece.name}: {reason}")
    return None if reason else found
