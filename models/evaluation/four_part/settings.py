"""All figures of four-part settings: the model's takes, Bach's and the naive harmonisers'."""

from collections.abc import Mapping, Sequence

import numpy as np

from models.evaluation.four_part.agreement import (
    diversity,
    mean_agreement,
    melody_kept,
    seen_melodies,
)
from models.evaluation.four_part.baselines import harmonise, harmonisers
from models.evaluation.four_part.harmony import harmony_figures, phrases_told_apart
from models.evaluation.four_part.overlap import overlap_area
from models.evaluation.four_part.rules import corpus_rules, count
from models.evaluation.means import mean_rows
from models.evaluation.two_sample_test import STRADDLING, c2st
from models.music.sixteenths import Frames

Values = dict[str, float]
Settings = Sequence[Frames]

NAN = float("nan")
_RESAMPLINGS = 1000


def naive_settings(real: Settings, training: Settings) -> dict[str, Settings]:
    """Set the real pieces' melodies by each naive harmoniser; `training` may be empty."""
    melodies = [p[:, 0] for p in real]
    return {name: harmonise(how, melodies) for name, how in harmonisers(training).items()}


def chorale_figures(
    real: Settings,
    takes: Sequence[Settings],
    deterministic: Settings,
    baselines: Mapping[str, Settings],
    training: Settings,
) -> dict[str, Values]:
    """Measure the model ("model", the mean of its takes), "real" music and each rival.

    All sets hold settings of the same melodies in the same order; `training` may be empty.
    """
    tunes = [p[:, 0] for p in training]
    seen = seen_melodies([p[:, 0] for p in real], tunes) if training else None
    rows = [setting_figures(real, take, seen) for take in takes]
    alike, identical = diversity(takes)
    model = mean_rows(rows)
    model |= _agreements(real, deterministic, seen, "agreement_certain")
    model |= {"two_seeds_agree": alike, "two_seeds_identical": identical}
    own = {**harmony_figures(real, real), **corpus_rules(real), **_halves(real)}
    out = {"model": model, "real": own}
    return out | {name: setting_figures(real, other, seen) for name, other in baselines.items()}


def setting_figures(real: Settings, other: Settings, seen: Sequence[bool] | None) -> Values:
    """Measure one set of settings against the real ones."""
    aligned, straddling = c2st(real, other), c2st(real, other, STRADDLING)
    return {
        "c2st": max(aligned, straddling),
        "c2st_aligned": aligned,
        "c2st_straddling": straddling,
        "overlap_area": overlap_area(real, other),
        **corpus_rules(other),
        "melody_kept": melody_kept(real, other),
        **_agreements(real, other, seen, "agreement"),
        **harmony_figures(real, other),
    }


def real_intervals(real: Settings) -> dict[str, tuple[float, float]]:
    """Give the middle 95 % of each rule's value over resamplings of the real pieces."""
    counts = [count(p) for p in real]
    random = np.random.default_rng(0)
    chosen = random.integers(len(counts), size=(_RESAMPLINGS, len(counts)))
    out: dict[str, tuple[float, float]] = {}
    for name in counts[0]:
        pairs = np.array([c[name] for c in counts])[chosen].sum(axis=1)
        values = pairs[:, 0] / np.maximum(pairs[:, 1], 1e-9)
        low, high = np.percentile(values, (2.5, 97.5))
        out[name] = (float(low), float(high))
    return out


def _agreements(real: Settings, other: Settings, seen: Sequence[bool] | None, name: str) -> Values:
    out = {name: mean_agreement(real, other)}
    if seen is not None:
        for suffix, wanted in (("seen", True), ("unseen", False)):
            pairs = [(a, b) for a, b, s in zip(real, other, seen, strict=True) if s == wanted]
            out[f"{name}_{suffix}"] = mean_agreement([a for a, _ in pairs], [b for _, b in pairs])
    return out


def _halves(real: Settings) -> Values:
    """Tell one half of the real pieces from the other: what chance alone gives."""
    even, odd = real[0::2], real[1::2]
    aligned, straddling = c2st(even, odd), c2st(even, odd, STRADDLING)
    return {
        "c2st": max(aligned, straddling),
        "c2st_aligned": aligned,
        "c2st_straddling": straddling,
        "overlap_area": overlap_area(even, odd),
        "c2st_phrases": phrases_told_apart(even, odd),
    }


def by_figure(sets: Mapping[str, Values]) -> dict[str, dict[str, float | None]]:
    """Turn {set: {figure: value}} into {figure: {set: value}}, None where there is no value."""
    names = dict.fromkeys(name for values in sets.values() for name in values)
    return {
        name: {who: _number(values.get(name, NAN)) for who, values in sets.items()}
        for name in names
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
