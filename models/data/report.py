"""What a prepared folder holds and what was left out, in numbers and as a document."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.artifact.manifest import TrackSpec
from models.data.piece import Corpus, LeftOut, Piece
from models.music.clip import Clip, Composition
from models.music.key import key_name


@dataclass(frozen=True)
class RoleReport:
    """One track of the corpus, or the melody: how often, how high and how busy it is."""

    name: str
    role: str
    pieces: int
    notes: int
    low: int
    high: int
    notes_per_bar: float  # over the bars of the pieces that have it


@dataclass(frozen=True)
class DatasetReport:
    """The figures of a corpus; shares are 0..1, keys estimated from the notes.

    `polyphony` is the mean number of voices while any sounds. `other_roles` are in the files, but
    in too few to be learnt. `meters` count bars, `keys` pieces.
    """

    train: int
    valid: int
    bars: int
    hours: float
    notes: int
    notes_per_bar: float
    polyphony: float
    off_grid: float
    triplets: float
    triplet_heavy: tuple[str, ...]
    keys: dict[str, int]
    meters: dict[str, int]
    melodies: dict[str, int]  # how they were found
    tracks: tuple[RoleReport, ...]
    other_roles: dict[str, int]
    duplicates: int
    refused: dict[str, int]
    left_out: tuple[LeftOut, ...]
    steps_per_beat: int

    def document(self) -> dict[str, Any]:
        """Give the report as values that JSON has."""
        return asdict(self)


def report(corpus: Corpus) -> DatasetReport:
    """Count what a corpus holds and why files were left out of it."""
    pieces = [*corpus.train, *corpus.valid]
    bars = sum(piece.bars for piece in pieces)
    notes = [_count(piece.composition) for piece in pieces]
    kinds = Counter(out.kind for out in corpus.left_out)
    return DatasetReport(
        train=len(corpus.train),
        valid=len(corpus.valid),
        bars=bars,
        hours=sum(p.composition.tempo.seconds_at(p.composition.length) for p in pieces) / 3600,
        notes=sum(notes),
        notes_per_bar=_share(sum(notes), bars),
        polyphony=_polyphony([p.composition for p in pieces], corpus.steps_per_beat),
        off_grid=_weighed([p.facts.off_grid for p in pieces], notes),
        triplets=_weighed([p.facts.triplets for p in pieces], notes),
        triplet_heavy=tuple(p.name for p in pieces if p.facts.is_triplet_heavy),
        keys=_sorted(Counter(_key(piece.composition) for piece in pieces)),
        meters=_sorted(_meters(p.composition for p in pieces)),
        melodies=_sorted(Counter(p.facts.melody for p in pieces)),
        tracks=tuple(_roles(pieces, corpus.tracks)),
        other_roles=_other_roles(pieces, corpus.tracks),
        duplicates=kinds["duplicate"],
        refused=_sorted(kinds),
        left_out=tuple(corpus.left_out),
        steps_per_beat=corpus.steps_per_beat,
    )


def _count(composition: Composition) -> int:
    return sum(len(track.clip.notes) for track in composition.tracks)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _weighed(values: Sequence[float], weights: Sequence[int]) -> float:
    return _share(sum(v * w for v, w in zip(values, weights, strict=True)), sum(weights))


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common())


def _key(composition: Composition) -> str:
    return key_name(track.clip for track in composition.tracks if not track.is_drum)


def _meters(pieces: Iterable[Composition]) -> Counter[str]:
    """Count the bars of each meter."""
    bars: Counter[str] = Counter()
    for piece in pieces:
        for begin, end, meter in piece.meter.segments(piece.length):
            bars[str(meter)] += max(round((end - begin) / meter.beats_per_bar), 1)
    return bars


def _polyphony(pieces: Iterable[Composition], steps_per_beat: int) -> float:
    """Find the mean number of notes sounding in the steps in which any does, without drums."""
    sounding = steps = 0
    for piece in pieces:
        voices = np.zeros(round(piece.length * steps_per_beat) + 1, np.int64)
        for track in piece.tracks:
            if not track.is_drum and track.clip.notes:
                _add_edges(voices, track.clip, steps_per_beat)
        voices = np.cumsum(voices)
        sounding += int(voices.sum())
        steps += int((voices > 0).sum())
    return _share(sounding, steps)


def _add_edges(voices: NDArray[np.int64], clip: Clip, steps_per_beat: int) -> None:
    edges = np.array([(n.start, n.end) for n in clip.notes]) * steps_per_beat
    begin, end = np.round(edges).astype(np.int64).T
    np.add.at(voices, np.minimum(begin, len(voices) - 1), 1)
    np.add.at(voices, np.minimum(end, len(voices) - 1), -1)


def _roles(pieces: Sequence[Piece], tracks: Sequence[TrackSpec]) -> Iterable[RoleReport]:
    for i, spec in enumerate((TrackSpec("Melody", "melody"), *tracks)):
        having = [p for p in pieces if p.composition.tracks[i].clip.notes]
        pitches = [n.pitch for p in having for n in p.composition.tracks[i].clip.notes]
        bars = sum(p.bars for p in having)
        yield RoleReport(
            spec.name,
            spec.role,
            len(having),
            len(pitches),
            min(pitches, default=0),
            max(pitches, default=0),
            _share(len(pitches), bars),
        )


def _other_roles(pieces: Sequence[Piece], tracks: Sequence[TrackSpec]) -> dict[str, int]:
    kept = {spec.role for spec in tracks}
    return _sorted(Counter(r for p in pieces for r in p.facts.roles if r not in kept))
