"""Judges an accompanist: gathers pieces, lets it play, and measures what it played."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.evaluation.chorale_figures import by_figure, chorale_figures, real_intervals
from models.evaluation.general_figures import add_texture, all_general_figures, takes_differ
from models.evaluation.material import (
    Example,
    Material,
    MaterialError,
    Wanted,
    piece_frames,
    read_material,
)
from models.evaluation.report import Report
from models.evaluation.takes import make_takes
from models.generator import Generator
from models.manifest import Manifest

_VOICES = 4
_MOST_TRAINING_PIECES = 200  # for the nearness of bars, of which so many have more than enough


@dataclass(frozen=True)
class Gathered:
    """The pieces to judge by and those of the training; `four_parts` where chorale rules hold."""

    data: str
    material: Material
    training: Sequence[Example]
    four_parts: bool


def gather(manifest: Manifest, data: Path, train: Path | None, limit: int | None) -> Gathered:
    """Read DATA/valid (or DATA itself) and the training's pieces from DATA/train or `train`."""
    split = (data / "valid").is_dir()
    judged = data / "valid" if split else data
    if train is None and split and (data / "train").is_dir():
        train = data / "train"
    four_parts = _may_be_four_parts(manifest)
    names = frozenset(t.name.casefold() for t in manifest.tracks)
    wanted = Wanted(_VOICES if four_parts else None, names)
    material = read_material(judged, wanted, limit)
    most = None if four_parts else _MOST_TRAINING_PIECES
    training = read_material(train, wanted, most).examples if train else ()
    return Gathered(data.name, material, training, four_parts)


def _may_be_four_parts(manifest: Manifest) -> bool:
    drums = any(t.role == "drums" for t in manifest.tracks)
    return len(manifest.tracks) == _VOICES - 1 and not drums


def judge(
    generator: Generator,
    gathered: Gathered,
    seeds: Sequence[int],
    controls: Mapping[str, float],
    done: Callable[[str], None] = lambda name: None,
) -> Report:
    """Let the generator accompany every melody with every seed and measure all of it."""
    examples = gathered.material.examples
    takes = make_takes(generator, examples, seeds, controls, done)
    kept = takes.complete([e.name for e in examples])
    if not kept:
        raise MaterialError(f"no piece came out: {takes.failed[0]}")
    chosen = [e for e in examples if e.name in set(kept)]
    report = Report(
        model=generator.manifest.name,
        data=gathered.data,
        pieces=len(chosen),
        figures={},
        seeds=seeds,
        controls=controls,
        generate_8_bars_ms=takes.timing(),
        failed=takes.failed,
        left_out=gathered.material.left_out,
    )
    real = [e.piece for e in chosen]
    made = [[take[e.name] for e in chosen] for take in takes.by_seed.values()]
    training = [e.piece for e in gathered.training]
    if gathered.four_parts:
        frames = [[piece_frames(p) for p in take] for take in made]
        certain = [piece_frames(takes.certain[e.name]) for e in chosen]
        voices = [e.frames for e in chosen]
        sets = chorale_figures(voices, frames, certain, [piece_frames(p) for p in training])
        report = replace(report, intervals=real_intervals(voices))
    else:
        sets = all_general_figures(real, made)
        sets["model"] |= takes_differ(made)
    add_texture(sets, real, made, training)
    return replace(report, figures=by_figure(sets))
