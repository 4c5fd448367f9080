"""Judges an accompanist: gathers pieces, lets it play, and measures what it played."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from models.artifact.generator import Generator
from models.artifact.manifest import Manifest
from models.data.cache import load_corpus
from models.data.piece import DatasetError
from models.evaluation.any_style.accompaniments import (
    Pieces,
    all_general_figures,
    naive_pieces,
    takes_differ,
    texture_sets,
)
from models.evaluation.any_style.band import band_sets
from models.evaluation.any_style.montage import montage
from models.evaluation.four_part.agreement import seen_melodies
from models.evaluation.four_part.harmony import key_of
from models.evaluation.four_part.likelihood import Scorer, compared, hold_or_uniform, trimmed
from models.evaluation.four_part.ngram import NGram
from models.evaluation.four_part.settings import (
    Values,
    by_figure,
    chorale_figures,
    naive_settings,
    real_intervals,
)
from models.evaluation.material import (
    Example,
    Material,
    MaterialError,
    Wanted,
    framed_piece,
    piece_frames,
    read_material,
)
from models.evaluation.means import mean_of
from models.evaluation.report import EvaluationReport
from models.evaluation.takes import make_takes
from models.music.clip import Composition
from models.music.sixteenths import Frames
from models.techniques.planned import planned

_VOICES = 4
_MOST_TRAINING_PIECES = 200  # for the nearness of bars, of which so many have more than enough


@dataclass(frozen=True)
class Gathered:
    """The pieces to judge by and those of the training; `four_parts` where chorale rules hold.

    `caution` says what a reader must know of the pieces, if they are not the folder's own valid/.
    """

    data: str
    material: Material
    training: Sequence[Example]
    four_parts: bool
    caution: str = ""


@dataclass(frozen=True)
class Judged:
    """What was found, and the music: the real pieces, and each seed's takes of them."""

    report: EvaluationReport
    real: Sequence[Composition]
    takes: Sequence[Sequence[Composition]]


def gather(manifest: Manifest, data: Path, train: Path | None, limit: int | None) -> Gathered:
    """Read DATA/valid (or DATA itself) and the training's pieces from DATA/train or `train`.

    Of a folder without the two that the model was trained on, the pieces that were kept aside then.
    """
    judged, learnt, caution = _sides(manifest, data, train)
    material, wanted = _material(manifest, judged, limit)
    most = None if wanted.voices else _MOST_TRAINING_PIECES
    training = read_material(learnt.folder, wanted, most, learnt.only).examples if learnt else ()
    return Gathered(data.name, material, training, wanted.voices is not None, caution)


def gather_melodies(manifest: Manifest, data: Path, limit: int | None) -> tuple[Material, str]:
    """Read the melodies of DATA/valid (or DATA itself), and what must be said of them."""
    judged, _, caution = _sides(manifest, data, None)
    wanted = Wanted(melody_alone=True)
    return read_material(judged.folder, wanted, limit, judged.only), caution


class _Side(NamedTuple):
    """Files of a folder: all of them, or `only` some."""

    folder: Path
    only: frozenset[str] | None = None


def _sides(manifest: Manifest, data: Path, train: Path | None) -> tuple[_Side, _Side | None, str]:
    """Find (pieces to judge by, pieces of the training, what to say of them)."""
    if (data / "valid").is_dir():
        if train is None and (data / "train").is_dir():
            train = data / "train"
        return _Side(data / "valid"), _Side(train) if train else None, ""
    if train is not None:
        return _Side(data), _Side(train), ""
    if manifest.training.get("data") == data.resolve().name:
        with suppress(DatasetError):
            corpus = load_corpus(data)
            learnt, kept = (
                _Side(data, frozenset(p.facts.file for p in side))
                for side in (corpus.train, corpus.valid)
            )
            if kept.only:
                return kept, learnt, "Judged by the pieces that the training kept aside."
    return _Side(data), None, f"If it learnt from pieces in {data.name}, the figures flatter it."


def _material(manifest: Manifest, judged: _Side, limit: int | None) -> tuple[Material, Wanted]:
    """Read four-part pieces if the model writes three voices and there are any, else all pieces."""
    anything = Wanted(None, frozenset(t.name.casefold() for t in manifest.tracks))
    if not _may_be_four_parts(manifest):
        return read_material(judged.folder, anything, limit, judged.only), anything
    four_parts = Wanted(_VOICES)
    try:
        return read_material(judged.folder, four_parts, limit, judged.only), four_parts
    except MaterialError as error:
        try:
            return read_material(judged.folder, anything, limit, judged.only), anything
        except MaterialError:
            raise error from None


def _may_be_four_parts(manifest: Manifest) -> bool:
    drums = any(t.role == "drums" for t in manifest.tracks)
    return len(manifest.tracks) == _VOICES - 1 and not drums


def judge(
    generator: Generator,
    gathered: Gathered,
    seeds: Sequence[int],
    controls: Mapping[str, float],
    done: Callable[[str], None] = lambda name: None,
) -> Judged:
    """Let the generator accompany every melody with every seed and measure all of it."""
    examples = gathered.material.examples
    takes = make_takes(generator, examples, seeds, controls, done)
    kept = set(takes.complete([e.name for e in examples]))
    if not kept:
        raise MaterialError(f"no piece came out: {takes.failed[0]}")
    chosen = [e for e in examples if e.name in kept]
    real = [e.piece for e in chosen]
    made = [[take[e.name] for e in chosen] for take in takes.by_seed.values()]
    deterministic = [takes.deterministic[e.name] for e in chosen]
    training = [e.piece for e in gathered.training]
    if gathered.four_parts:
        sets, baselines = _four_parts(real, made, deterministic, training)
        sets["model"] |= _keys_found(generator, real, seeds[0], controls)
    else:
        is_band = bool(generator.manifest.sections)
        rivals = _rivals(generator, real, training, seeds[0], controls) if is_band else {}
        sets, baselines = _any_parts(real, made, rivals)
        if is_band:
            found = band_sets(real, made, baselines, training)
            sets = {who: {**values, **found[who]} for who, values in sets.items()}
    textures = texture_sets(real, made, baselines, training)
    sets = {who: {**values, **textures[who]} for who, values in sets.items()}
    report = EvaluationReport(
        model=generator.manifest.name,
        data=gathered.data,
        pieces=len(chosen),
        figures=by_figure(sets),
        seeds=seeds,
        controls=controls,
        intervals=real_intervals([e.frames for e in chosen]) if gathered.four_parts else {},
        generate_8_bars_ms=takes.timing(),
        failed=takes.failed,
        left_out=gathered.material.left_out,
        caution=gathered.caution,
    )
    return Judged(report, real, made)


def with_likelihood(
    report: EvaluationReport, gathered: Gathered, score: Scorer, frames: Sequence[Frames] | None
) -> EvaluationReport:
    """Add how likely the model finds the real voices: of `frames`, or else of the MIDI files."""
    if not gathered.four_parts:
        return report
    pieces = frames or [trimmed(e.frames) for e in gathered.material.examples]
    training = [trimmed(e.frames) for e in gathered.training]
    seen = seen_melodies([p[:, 0] for p in pieces], [p[:, 0] for p in training])
    scorers: dict[str, Scorer] = {"model": score}
    if training:
        scorers |= {"hold-or-uniform": hold_or_uniform(training), "n-gram": NGram(training)}
    sets = compared(scorers, pieces, seen if training else None)
    sets = {"model": sets["model"], "real": {}, **sets}
    return replace(report, figures={**report.figures, **by_figure(sets)})


def _four_parts(
    real: Pieces, made: Sequence[Pieces], deterministic: Pieces, training: Pieces
) -> tuple[dict[str, Values], dict[str, Pieces]]:
    voices, learnt = _frames(real), _frames(training)
    naive = naive_settings(voices, learnt)
    takes = [_frames(take) for take in made]
    sets = chorale_figures(voices, takes, _frames(deterministic), naive, learnt)
    baselines: dict[str, Pieces] = {
        name: [framed_piece(p, f) for p, f in zip(real, settings, strict=True)]
        for name, settings in naive.items()
    }
    return sets, baselines


def _keys_found(
    generator: Generator, real: Pieces, seed: int, controls: Mapping[str, float]
) -> dict[str, float]:
    """Share of the pieces whose key a generator that plans finds in their melody."""
    found = []
    for piece in real:
        harmony = planned(generator, piece.with_accompaniment(()), seed, controls)
        if harmony is None:
            return {}
        found.append(float(harmony.key == key_of(piece_frames(piece))))
    return {"key_found": mean_of(found)}


def _rivals(
    generator: Generator,
    real: Pieces,
    training: Pieces,
    seed: int,
    controls: Mapping[str, float],
) -> dict[str, Pieces]:
    """Play a band's own plan with phrases of its training music, if there is some."""
    melodies = [piece.with_accompaniment(()) for piece in real]
    plans = [planned(generator, melody, seed, controls) for melody in melodies]
    known = [plan for plan in plans if plan is not None]
    if not training or len(known) < len(plans):
        return {}
    return {"montage": montage(real, known, training)}


def _any_parts(
    real: Pieces, made: Sequence[Pieces], rivals: Mapping[str, Pieces]
) -> tuple[dict[str, Values], dict[str, Pieces]]:
    baselines = {**naive_pieces(real), **rivals}
    sets = all_general_figures(real, made, baselines)
    kept = [
        a.melody.clip == b.melody.clip for take in made for a, b in zip(real, take, strict=True)
    ]
    sets["model"] |= {"melody_kept": mean_of(kept), **takes_differ(made)}
    return sets, baselines


def _frames(pieces: Pieces) -> list[Frames]:
    return [piece_frames(p) for p in pieces]
