"""Chorales out of a prepared folder: pieces of four voices as arrays, with what was left out."""

from models.data.piece import Corpus, Piece
from models.networks.chorale.data import Chorale, chorale, unusable

_VOICES = ("alto", "tenor", "bass")


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
