"""Lets a generator accompany the melodies that it is judged by, as `continuo generate` does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from models.artifact.generator import Generator
from models.artifact.manifest import ArtifactError, Manifest
from models.evaluation.material import Example
from models.music.clip import Composition
from models.techniques.accompany import accompany, melody_range

_BARS = 8
CHANCE = "temperature"  # the control that, at its lowest, takes chance out of a generator


@dataclass
class Takes:
    """What came of each seed: pieces by name; those that failed; milliseconds for 8 bars."""

    by_seed: dict[int, dict[str, Composition]] = field(default_factory=dict)
    deterministic: dict[str, Composition] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)

    def complete(self, names: Sequence[str]) -> list[str]:
        """Name the pieces that came out with every seed."""
        made = [*self.by_seed.values(), self.deterministic]
        return [n for n in names if all(n in take for take in made)]

    def timing(self) -> dict[str, float]:
        """Give p50 and p99 of the milliseconds that 8 bars took."""
        if not self.ms:
            return {"p50": float("nan"), "p99": float("nan")}
        return {f"p{p}": float(np.percentile(self.ms, p)) for p in (50, 99)}


def deterministic_controls(
    manifest: Manifest, controls: Mapping[str, float]
) -> dict[str, float] | None:
    """Give the controls for deterministic decoding; None if the generator has no such control."""
    for control in manifest.controls:
        if control.name == CHANCE:
            return {**controls, CHANCE: control.low}
    return None


def make_takes(
    generator: Generator,
    examples: Sequence[Example],
    seeds: Sequence[int],
    controls: Mapping[str, float],
    done: Callable[[str], None] = lambda name: None,
) -> Takes:
    """Accompany every melody with every seed, and once deterministically if that can be.

    `done` is called with each piece's name; a piece that fails is noted, and the others go on.
    """
    takes = Takes()
    deterministic = deterministic_controls(generator.manifest, controls)
    for seed in seeds:
        takes.by_seed[seed] = _take(takes, generator, examples, seed, controls, done)
    if deterministic is None:
        takes.deterministic = takes.by_seed[seeds[0]]
    else:
        timed = len(takes.ms)
        takes.deterministic = _take(takes, generator, examples, seeds[0], deterministic, done)
        del takes.ms[timed:]  # only the decoding that is played is timed
    return takes


def _take(
    takes: Takes,
    generator: Generator,
    examples: Sequence[Example],
    seed: int,
    controls: Mapping[str, float],
    done: Callable[[str], None],
) -> dict[str, Composition]:
    made: dict[str, Composition] = {}
    for example in examples:
        melody = example.piece.with_accompaniment(())
        begin, end = melody_range(melody)
        bars = melody.meter.bars(end) - melody.meter.bars(begin)
        started_seconds = perf_counter()
        try:
            made[example.name] = accompany(generator, melody, seed, controls)
        except ArtifactError as error:
            takes.failed.append(f"{example.name}, seed {seed}: {error}")
        else:
            ms = (perf_counter() - started_seconds) * 1000
            takes.ms.append(ms * _BARS / max(bars, 1))
        done(example.name)
    return made
