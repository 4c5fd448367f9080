"""What an evaluation found: as one JSON object, and as a table for the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from models.evaluation.reported import FIGURES, LESS, MORE, Figure

Values = Mapping[str, float | None]
FEW_PIECES = 30
_DIGITS = 6
# From which share of the figures inside the middle 95 % of real music.
_VERDICTS = (
    (0.8, "Near to real music"),
    (0.5, "Halfway to real music"),
    (0.0, "Far from real music"),
)
_NARROW = 8  # characters that a column's heading may be wide


@dataclass(frozen=True)
class EvaluationReport:
    """Figures by name, each {"model", "real", ...baselines}, and how they were measured."""

    model: str
    data: str
    pieces: int
    figures: Mapping[str, Values]
    seeds: Sequence[int] = ()
    controls: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    generate_8_bars_ms: Mapping[str, float] = field(default_factory=dict)
    failed: Sequence[str] = ()
    left_out: Sequence[str] = ()
    caution: str = ""
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Give it as it is printed by `--json`; what could not be measured is null."""
        return {
            "model": self.model,
            "data": self.data,
            "pieces": self.pieces,
            "seeds": list(self.seeds),
            "controls": dict(self.controls),
            "figures": {
                name: {who: _rounded(v) for who, v in values.items()}
                for name, values in self.figures.items()
            },
            "real_intervals": {n: [_rounded(v) for v in p] for n, p in self.intervals.items()},
            "generate_8_bars_ms": {n: _rounded(v) for n, v in self.generate_8_bars_ms.items()},
            "failed": list(self.failed),
            "left_out": list(self.left_out),
            "caution": self.caution,
            "seconds": round(self.seconds, 1),
        }

    def remarks(self) -> Iterator[str]:
        """Say in sentences what a reader of the figures must know."""
        takes = f"mean of seeds {', '.join(map(str, self.seeds))}" if self.seeds else "one take"
        speed = self.generate_8_bars_ms
        if verdict := self.verdict():
            yield verdict
        yield f"{self.pieces} pieces; the model's figures are the {takes}."
        if self.caution:
            yield self.caution
        if speed:
            yield f"8 bars took {speed['p50']:.0f} ms (p50), {speed['p99']:.0f} ms (p99) here."
        if self.pieces < FEW_PIECES:
            yield f"Fewer than {FEW_PIECES} pieces: rough figures, the classifier's above all."
        if self.failed:
            yield f"{len(self.failed)} takes failed; the first: {self.failed[0]}"
        if self.left_out:
            yield f"{len(self.left_out)} files left out; the first: {self.left_out[0]}"

    def verdict(self) -> str:
        """Say in a sentence how near to real music it is; empty where that is not known."""
        distances = {
            name: _distance(model, self.intervals[name])
            for name, values in self.figures.items()
            if name in self.intervals and name in FIGURES
            if (model := values.get("model")) is not None and model == model
        }
        if not distances:
            return ""
        inside = [name for name, distance in distances.items() if not distance]
        share = len(inside) / len(distances)
        near = next(word for least, word in _VERDICTS if share >= least)
        farthest = sorted(distances, key=lambda name: -distances[name])[:3]
        said = f"{near}: {len(inside)} of {len(distances)} figures lie where real music's do"
        odd = [FIGURES[name].title for name in farthest if distances[name]]
        return f"{said}; farthest off: {', '.join(odd)}." if odd else f"{said}."


def _distance(value: float, interval: tuple[float, float]) -> float:
    """How many widths of the interval a value lies outside of it."""
    low, high = interval
    return max(low - value, value - high, 0.0) / max(high - low, 1e-9)


def measured(report: EvaluationReport) -> dict[str, float]:
    """Give the model's own figures, and on how many pieces they were taken."""
    own = {name: _rounded(values.get("model")) for name, values in report.figures.items()}
    known = {name: value for name, value in own.items() if value is not None}
    return {**known, "evaluated_pieces": report.pieces, "evaluated_seeds": len(report.seeds)}


def tables(report: EvaluationReport) -> Iterator[Table]:
    """Give one table a group of figures: the model, real music, the naive baselines.

    The model's value is green inside the middle 95 % of real music, where that is known.
    """
    order = list(FIGURES)
    known = [(n, v) for n, v in report.figures.items() if n in FIGURES and _is_known(v)]
    known.sort(key=lambda entry: order.index(entry[0]))
    for group, entries in groupby(known, key=lambda entry: FIGURES[entry[0]].group):
        rows = list(entries)
        sets = _sets([values for _, values in rows])
        shown = {n: report.intervals[n] for n, _ in rows if n in report.intervals}
        table = Table(title=group, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
        table.add_column("")
        for name in sets:
            heading = name.replace("-", "\n") if len(name) > _NARROW else name
            table.add_column(heading, justify="right", style="bold" if name == "model" else None)
        if shown:
            table.add_column("real,\n95 %", justify="right")
        for name, values in rows:
            table.add_row(*_row(name, [values.get(who) for who in sets], shown.get(name)))
        yield table


def _is_known(values: Values) -> bool:
    return any(v is not None for v in values.values())


def _row(
    name: str, values: Sequence[float | None], interval: tuple[float, float] | None
) -> list[str]:
    figure = FIGURES[name]
    cells = [_cell(v, figure) for v in values]
    model = values[0]
    if interval and model is not None:
        color = "green" if interval[0] <= model <= interval[1] else "yellow"
        cells[0] = f"[{color}]{cells[0]}[/]"
        cells.append(f"{interval[0]:.{figure.digits}f}-{interval[1]:.{figure.digits}f}")
    return [f"{figure.title} {_sign(figure)}".rstrip(), *cells]


def _sets(rows: Sequence[Values]) -> list[str]:
    """Name the sets that have a value in some row, the model first and real music after it."""
    names = dict.fromkeys(who for values in rows for who, v in values.items() if v is not None)
    # Sorting leaves the naive ones in the order in which they came.
    return sorted({"model": None} | names, key=lambda who: (who != "model", who != "real"))


def _sign(figure: Figure) -> str:
    return {LESS: "(less)", MORE: "(more)"}.get(figure.good, "")


def _cell(value: float | None, figure: Figure) -> str:
    return "" if value is None else f"{value:.{figure.digits}f}"


def _rounded(value: float | None) -> float | None:
    return None if value is None or value != value else round(value, _DIGITS)
