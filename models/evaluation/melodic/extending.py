"""How a model goes on with melodies, beside how they really went on and beside repeating them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from time import perf_counter

import numpy as np

from models.artifact.generator import Generator
from models.evaluation.material import Material
from models.evaluation.melodic.clips import Excerpt, excerpts
from models.evaluation.report import EvaluationReport
from models.music.clip import Clip, Note
from models.music.key import MAJOR_SCALE, MINOR_SCALE, find_key
from models.techniques.extend import extend

PROMPT, BARS = 8, 8
PREFIX = "extended_"


def evaluate_extending(
    generator: Generator,
    material: Material,
    seeds: Sequence[int],
    controls: Mapping[str, float],
    done: Callable[[str], None],
) -> EvaluationReport:
    """Have the first eight bars of each melody extended by eight, and measure what is new."""
    found = list(excerpts(material.examples, PROMPT + BARS))
    rows: dict[str, list[Mapping[str, float]]] = {"model": [], "real": [], "repeat": []}
    ms: list[float] = []
    for excerpt in found:
        seam, end = PROMPT * excerpt.bar, (PROMPT + BARS) * excerpt.bar
        prompt = Clip(excerpt.clip.window(0.0, seam).notes, seam)
        rows["real"].append(_figures(excerpt, excerpt.clip.window(seam, end).notes))
        rows["repeat"].append(_figures(excerpt, prompt.notes))
        piece = replace(excerpt.piece, melody=replace(excerpt.piece.melody, clip=prompt))
        for seed in seeds:
            started_seconds = perf_counter()
            made = extend(generator, piece, seed, controls, seam, end)
            ms.append((perf_counter() - started_seconds) * 1000)
            rows["model"].append(_figures(excerpt, made.melody.clip.window(seam, end).notes))
        done(excerpt.name)
    names = rows["real"][0] if found else {}
    figures = {
        f"{PREFIX}{name}": {who: float(np.mean([r[name] for r in rows[who]])) for who in rows}
        for name in names
    }
    speed = {f"p{q}": float(np.percentile(ms, q)) for q in (50, 99)} if ms else {}
    return EvaluationReport(
        generator.manifest.name, "", len(found), figures, seeds, controls,
        generate_8_bars_ms=speed, left_out=material.left_out,
    )  # fmt: skip


def _figures(excerpt: Excerpt, new: Sequence[Note]) -> dict[str, float]:
    """Measure eight new bars, notes from beat 0, beside the eight before them."""
    bar, prompt = excerpt.bar, excerpt.clip.window(0.0, PROMPT * excerpt.bar)
    time = np.zeros(12)
    for note in prompt.notes:
        time[note.pitch % 12] += note.duration
    tonic, is_minor = find_key(time)
    scale = {(tonic + d) % 12 for d in (MINOR_SCALE if is_minor else MAJOR_SCALE)}
    sounding = sum(n.duration for n in new)
    old = [_bar(prompt.notes, k * bar, bar) for k in range(PROMPT)]
    now = [_bar(new, k * bar, bar) for k in range(BARS)]
    inside = sum(n.duration for n in new if n.pitch % 12 in scale)
    return {
        "notes": len(new) / (BARS * bar),
        "rest": 1 - sounding / (BARS * bar),
        "in_key": inside / sounding if sounding else 0.0,
        "like": float(np.mean([max(_agreement(a, b) for a in old) for b in now])),
        "again": float(np.mean([b in old for b in now])),
        "steps": _steps(new),
    }


def _bar(notes: Sequence[Note], begin: float, bar: float) -> frozenset[tuple[int, int]]:
    """Tell a bar as (place in twelfths of a beat, pitch)."""
    return frozenset(
        (round((n.start - begin) * 12), n.pitch) for n in notes if begin <= n.start < begin + bar
    )


def _agreement(a: frozenset[tuple[int, int]], b: frozenset[tuple[int, int]]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def _steps(notes: Sequence[Note]) -> float:
    moves = [abs(b.pitch - a.pitch) for a, b in pairwise(notes)]
    moves = [m for m in moves if m]
    return sum(m <= 2 for m in moves) / len(moves) if moves else 0.0
