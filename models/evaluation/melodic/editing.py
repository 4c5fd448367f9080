"""How well a model mends melodies that were damaged, beside leaving them as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from models.artifact.generator import Generator
from models.data.damage import KINDS, Damage
from models.evaluation.material import Material
from models.evaluation.melodic.clips import Excerpt, excerpts, note_f1
from models.evaluation.report import EvaluationReport
from models.music.clip import Clip, Note
from models.music.sixteenths import STEPS_PER_BEAT
from models.techniques.edit import edit

BARS = 8
PREFIX = "mended_"


def evaluate_editing(
    generator: Generator,
    material: Material,
    seeds: Sequence[int],
    controls: Mapping[str, float],
    done: Callable[[str], None],
) -> EvaluationReport:
    """Damage eight bars of each melody in every way, have them mended, and compare: note F1."""
    found = list(excerpts(material.examples, BARS))
    scores: dict[str, dict[str, list[float]]] = {}
    ms: list[float] = []
    for number, excerpt in enumerate(found):
        for kind, _ in KINDS:
            bad = _damaged(excerpt, kind, number)
            own = scores.setdefault(f"{PREFIX}{kind.__name__}", {"model": [], "no edit": []})
            own["no edit"].append(note_f1(bad.clip.notes, excerpt.clip.notes))
            for seed in seeds:
                started_seconds = perf_counter()
                made = edit(generator, bad.piece, seed, controls)
                ms.append((perf_counter() - started_seconds) * 1000)
                own["model"].append(note_f1(made.melody.clip.notes, excerpt.clip.notes))
        done(excerpt.name)
    figures = {
        name: {who: float(np.mean(values)) for who, values in rows.items()}
        for name, rows in scores.items()
    }
    speed = {f"p{q}": float(np.percentile(ms, q)) for q in (50, 99)} if ms else {}
    return EvaluationReport(
        generator.manifest.name, "", len(found), figures, seeds, controls,
        generate_8_bars_ms=speed, left_out=material.left_out,
    )  # fmt: skip


def _damaged(excerpt: Excerpt, kind: Damage, number: int) -> Excerpt:
    """Damage an excerpt, the same each time."""
    random = np.random.default_rng([number, 1])
    voice = np.array(
        [(n.start * STEPS_PER_BEAT, n.end * STEPS_PER_BEAT, n.pitch) for n in excerpt.clip.notes]
    )
    steps = round(BARS * excerpt.bar * STEPS_PER_BEAT)
    rows = kind(voice, steps, random)
    notes = tuple(
        Note(a / STEPS_PER_BEAT, (b - a) / STEPS_PER_BEAT, int(min(max(p, 0), 127)))
        for a, b, p in rows.tolist()
    )
    return _with_notes(excerpt, notes)


def _with_notes(excerpt: Excerpt, notes: tuple[Note, ...]) -> Excerpt:
    clip = Clip(notes, BARS * excerpt.bar)
    melody = replace(excerpt.piece.melody, clip=clip)
    return replace(excerpt, piece=replace(excerpt.piece, melody=melody))
