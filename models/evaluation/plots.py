"""Pictures of an evaluation: figures beside real music, what sounds how often, one take."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import ContinuoError
from models.evaluation.report import EvaluationReport
from models.evaluation.reported import FIGURES
from models.music.clip import Clip, Composition

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

_SHOWN = (
    *("c2st_aligned", "c2st_straddling", "parallel_fifths", "parallel_octaves", "crossing"),
    *("spacing", "chordal", "dissonance", "note_in_chord", "held", "hr_frame", "agreement", "nll"),
    *("groove", "onsets_per_bar", "polyphony", "chroma_to_melody", "pitches_per_bar"),
    "training_similarity",
)
_MODEL, _REAL, _NAIVE = "#c0392b", "#2c3e50", "#b8bec4"
_VOICES = ("#2c3e50", "#c0392b", "#2980b9", "#d68910", "#27ae60", "#8e44ad", "#7f8c8d")
_COLUMNS = 4
_BEATS = 32.0
_WIDEST = 12  # semitones


class PlotError(ContinuoError, ValueError):
    """Pictures cannot be drawn; the message says why and what to do."""


def require_plots(folder: Path) -> None:
    """Raise PlotError if pictures cannot be drawn into `folder`."""
    if find_spec("matplotlib") is None:
        raise PlotError("pictures need matplotlib: pip install 'continuo[train]'")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlotError(f"cannot write to {folder}: {(error.strerror or '').lower()}") from None


def draw(
    folder: Path, report: EvaluationReport, real: Sequence[Composition], take: Sequence[Composition]
) -> list[Path]:
    """Draw the pictures into `folder`; give their paths. `take` accompanies the same melodies."""
    pictures = {
        "figures.png": _figures(report),
        "distributions.png": _distributions(report.model, real, take),
        "example.png": _example(report.model, real[0], take[0]),
    }
    paths = []
    for name, figure in pictures.items():
        paths.append(folder / name)
        try:
            figure.savefig(paths[-1], dpi=110)
        except OSError as error:
            raise PlotError(f"cannot write {paths[-1]}: {(error.strerror or '').lower()}") from None
    return paths


def _canvas(width: float, height: float) -> "Figure":
    from matplotlib.figure import Figure

    # A figure of its own, and no pyplot: nothing opens, and nothing is kept.
    return Figure(figsize=(width, height), layout="constrained")


def _figures(report: EvaluationReport) -> "Figure":
    shown = {n: _known(report.figures[n]) for n in _SHOWN if n in report.figures}
    names = [n for n, known in shown.items() if known]
    most = max((len(shown[n]) for n in names), default=1)
    rows = ceil(len(names) / _COLUMNS)
    figure = _canvas(3.1 * _COLUMNS, 2.5 * max(rows, 1))
    for place, name in enumerate(names, start=1):
        axes = figure.add_subplot(max(rows, 1), _COLUMNS, place)
        known = shown[name]
        colors = [{"model": _MODEL, "real": _REAL}.get(who, _NAIVE) for who, _ in known]
        labels = [report.model if who == "model" else who for who, _ in known]
        values = [v for _, v in known]
        bars = axes.barh(labels, values, color=colors)
        axes.bar_label(bars, fmt=f"%.{FIGURES[name].digits}f", padding=2, fontsize=7)
        axes.set_ylim(most - 0.4, -0.6)  # downwards, and bars of one thickness everywhere
        axes.set_xlim(right=max([*values, 1e-6]) * 1.25)
        if name in report.intervals:
            axes.axvspan(*report.intervals[name], color=_REAL, alpha=0.15, lw=0)
        if name.startswith("c2st"):
            axes.axvline(0.5, color=_REAL, lw=1, ls=":")
        axes.set_title(_short(name), fontsize=8, loc="left")
        _plain(axes)
    figure.suptitle(f"{report.model} beside real music and naive baselines, {report.pieces} pieces")
    return figure


def _known(values: Mapping[str, float | None]) -> list[tuple[str, float]]:
    return [(who, v) for who, v in values.items() if v is not None]


def _short(name: str) -> str:
    shown = FIGURES[name]
    return "agreement with the real one" if name == "agreement" else shown.title


def _distributions(
    model: str, real: Sequence[Composition], take: Sequence[Composition]
) -> "Figure":
    names = [t.name or f"track {i}" for i, t in enumerate(take[0].accompaniment, start=1)]
    if any(len(p.accompaniment) != len(names) for p in real):
        names = ["accompaniment"]  # there is no telling which track answers to which
    figure = _canvas(max(4.2 * len(names), 8), 6)
    for place, name in enumerate(names):
        for row, (title, measure, ticks) in enumerate(
            (
                ("moves (semitones)", _moves, np.arange(-_WIDEST, _WIDEST + 1)),
                ("pitch classes above the melody's last", _classes, np.arange(12)),
            )
        ):
            axes = figure.add_subplot(2, len(names), row * len(names) + place + 1)
            for shift, pieces, color, label in (
                (-0.2, real, _REAL, "real"),
                (0.2, take, _MODEL, model),
            ):
                clips = [_clip(p, place if len(names) > 1 else None) for p in pieces]
                tops = [p.melody.clip.notes[-1].pitch for p in pieces]
                axes.bar(ticks + shift, measure(clips, tops), 0.4, color=color, label=label)
            axes.set_title(f"{name}: {title}", fontsize=9, loc="left")
            axes.set_xticks(ticks[:: 4 if row == 0 else 1])
            axes.set_ylabel("share", fontsize=8)
            _plain(axes)
            if not row and not place:
                axes.legend(frameon=False, fontsize=8)
    figure.suptitle("What the accompaniment does, and how often")
    return figure


def _moves(clips: Sequence[Clip], finals: Sequence[int]) -> Array:
    """Shares of the moves from highest note to highest note, from an octave down to one up."""
    del finals
    counts = np.zeros(2 * _WIDEST + 1)
    for clip in clips:
        top: dict[float, int] = {}
        for note in clip.notes:
            top[note.start] = max(note.pitch, top.get(note.start, 0))
        for move in np.diff(list(top.values())):
            if abs(move) <= _WIDEST:
                counts[move + _WIDEST] += 1
    return _shares(counts)


def _classes(clips: Sequence[Clip], finals: Sequence[int]) -> Array:
    """Shares of the sounding time by semitones above the melody's last note, octaves apart."""
    counts = np.zeros(12)
    for clip, final in zip(clips, finals, strict=True):
        for note in clip.notes:
            counts[(note.pitch - final) % 12] += note.duration
    return _shares(counts)


def _clip(piece: Composition, track: int | None) -> Clip:
    """Give one accompanying track's notes, or those of all but the drums."""
    if track is not None:
        return piece.accompaniment[track].clip
    return Clip(tuple(n for t in piece.accompaniment if not t.is_drum for n in t.clip.notes))


def _shares(counts: Array) -> Array:
    return np.asarray(counts / max(counts.sum(), 1e-9), np.float64)


def _example(model: str, real: Composition, take: Composition) -> "Figure":
    figure = _canvas(12, 7)
    pitches = [
        n.pitch for p in (real, take) for t in p.tracks if not t.is_drum for n in t.clip.notes
    ]
    for row, (piece, label) in enumerate(((real, "real"), (take, model)), start=1):
        axes = figure.add_subplot(2, 1, row)
        _roll(axes, piece)
        axes.set_ylim(min(pitches) - 2, max(pitches) + 2)
        axes.set_title(label, fontsize=9, loc="left")
        axes.legend(
            loc="center left", bbox_to_anchor=(1, 0.5), reverse=True, frameon=False, fontsize=8
        )
        _plain(axes)
    axes.set_xlabel("beats")
    return figure


def _roll(axes: "Axes", piece: Composition) -> None:
    begin = piece.meter.bar_line(piece.melody.clip.notes[0].start)
    end = min(piece.length, begin + _BEATS)
    line = begin
    while line < end:
        axes.axvline(line, color="#dddddd", lw=0.8, zorder=0)
        line = piece.meter.next_bar_line(line)
    tracks = [t for t in piece.tracks if not t.is_drum]
    for number, track in reversed(list(enumerate(tracks))):
        notes = [n for n in track.clip.notes if begin <= n.start < end]
        axes.barh(
            [n.pitch for n in notes],
            [max(min(n.end, end) - n.start - 0.06, 0.05) for n in notes],
            left=[n.start for n in notes],
            height=0.9,
            color=_VOICES[number % len(_VOICES)],
            label=track.name or f"track {number}",
        )
    axes.set_xlim(begin, end)
    axes.set_ylabel("pitch", fontsize=8)


def _plain(axes: "Axes") -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=7)
