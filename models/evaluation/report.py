"""What an evaluation found: as one JSON object, and as a table for the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from models.evaluation.figures import FIGURES, LESS, MORE, Figure

Values = Mapping[str, float | None]
FEW_PIECES = 30
_DIGITS = 6


@dataclass(frozen=True)
class Report:
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
            "seconds": round(self.seconds, 1),
        }

    def remarks(self) -> Iterator[str]:
        """Say in sentences what a reader of the figures must know."""
        takes = f"mean of seeds {', '.join(map(str, self.seeds))}" if self.seeds else "one take"
        speed = self.generate_8_bars_ms
        yield f"{self.pieces} pieces; the model's figures are the {takes}."
        if speed:
            yield f"8 bars took {speed['p50']:.0f} ms (p50), {speed['p99']:.0f} ms (p99) here."
        if self.pieces < FEW_PIECES:
            yield f"Fewer than {FEW_PIECES} pieces: rough figures, the classifier's above all."
        if self.failed:
            yield f"{len(self.failed)} takes failed; the first: {self.failed[0]}"
        if self.left_out:
            yield f"{len(self.left_out)} files left out; the first: {self.left_out[0]}"


def tables(report: Report) -> Iterator[Table]:
    """Give one table a group of figures: the model, real music, the naive baselines."""
    known = [(n, FIGURES[n], v) for n, v in report.figures.items() if n in FIGURES]
    order = list(FIGURES)
    known.sort(key=lambda entry: order.index(entry[0]))
    for group, entries in groupby(known, key=lambda entry: entry[1].group):
        rows = list(entries)
        sets = _sets([values for _, _, values in rows])
        table = Table(title=group, title_justify="left", title_style="bold", box=SIMPLE)
        table.add_column("", no_wrap=True, min_width=40)
        for name in sets:
            table.add_column(name, justify="right", style="bold" if name == "model" else None)
        if report.intervals:
            table.add_column("real, 95 %", justify="right")
        for name, figure, values in rows:
            cells = [_cell(values.get(who), figure) for who in sets]
            if report.intervals:
                cells.append(_interval(report.intervals.get(name), figure))
            table.add_row(f"{figure.title} {_sign(figure)}".rstrip(), *cells)
        yield table


def _sets(rows: Sequence[Values]) -> list[str]:
    """Name the sets that have a value in some row, the model and real music always first."""
    names = dict.fromkeys(who for values in rows for who, v in values.items() if v is not None)
    return ["model", "real", *(n for n in names if n not in ("model", "real"))]


def _sign(figure: Figure) -> str:
    return {LESS: "(less)", MORE: "(more)"}.get(figure.good, "")


def _cell(value: float | None, figure: Figure) -> str:
    return "" if value is None else f"{value:.{figure.digits}f}"


def _interval(values: tuple[float, float] | None, figure: Figure) -> str:
    return f"{values[0]:.{figure.digits}f}-{values[1]:.{figure.digits}f}" if values else ""


def _rounded(value: float | None) -> float | None:
    return None if value is None or value != value else round(value, _DIGITS)
