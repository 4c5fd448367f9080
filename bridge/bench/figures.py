"""The figures of `continuo bench`: percentiles, lateness judged by the witness, table and JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields

from bridge.bench.witness import WitnessReport

LATE_SECONDS = 0.003


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 99th percentile, in ms; the witness's own beside them where it watched."""

    p50: float
    p99: float
    witness_p50: float | None = None
    witness_p99: float | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """One note that went out: when it was due and when it was sent, in seconds of one clock."""

    due_seconds: float
    sent_seconds: float

    @property
    def late_seconds(self) -> float:
        """How long after its time it went out; negative if before."""
        return self.sent_seconds - self.due_seconds


@dataclass(frozen=True, slots=True)
class Figures:
    """What `bench --json` prints; None where it could not be measured here."""

    machine: Mapping[str, object] = field(default_factory=dict)
    generate_8_bars_ms: Spread | None = None
    follow_bar_ms: Spread | None = None
    extended_first_bar_ms: Spread | None = None
    extended_next_bar_ms: Spread | None = None
    grid_error_ms: Spread | None = None
    late_notes: int | None = None
    notes_sent: int | None = None
    thru_ms: Spread | None = None
    osc_ping_ms: Spread | None = None
    clock_in_ms: Spread | None = None
    clock_out_ms: Spread | None = None
    link_phase_ms: Spread | None = None
    help_seconds: float | None = None
    ports_open_seconds: float | None = None
    bridge_mb: float | None = None
    worker_mb: float | None = None


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which `percent` of the values lie (the nearest one, never made up)."""
    ordered = sorted(values)
    return ordered[min(round(percent / 100 * (len(ordered) - 1)), len(ordered) - 1)]


def spread(seconds: Iterable[float], witness: WitnessReport | None = None) -> Spread | None:
    """Return p50 and p99 in ms of values in seconds; None without values."""
    values = list(seconds)
    if not values:
        return None
    p50, p99 = (_ms(percentile(values, p)) for p in (50, 99))
    if not witness or not witness.late_seconds:
        return Spread(p50, p99)
    return Spread(p50, p99, *(_ms(percentile(witness.late_seconds, p)) for p in (50, 99)))


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def count_late(sent: Iterable[Sent], witness: WitnessReport) -> int:
    """Count the notes more than 3 ms late while the witness, around them, was on time."""
    late = [note for note in sent if note.late_seconds > LATE_SECONDS]
    return sum(witness.worst_around(note.due_seconds) <= LATE_SECONDS for note in late)


def document(figures: Figures) -> dict[str, object]:
    """Return the JSON object: every figure under its own name, null where there is none."""
    out: dict[str, object] = {}
    for entry in fields(figures):
        value = getattr(figures, entry.name)
        out[entry.name] = _slim(value) if isinstance(value, Spread) else value
    return out


def _slim(value: Spread) -> dict[str, float]:
    return {name: number for name, number in asdict(value).items() if number is not None}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what, the goal, what was measured, what the witness saw."""

    what: str
    goal: str
    measured: str
    witness: str = ""


def table(figures: Figures) -> list[Row]:
    """Return the table of what Continuo holds itself to, with what was measured here."""
    late = (
        "not measured"
        if figures.notes_sent is None
        else f"{figures.late_notes} of {figures.notes_sent:,}"
    )
    return [
        _row("8 bars generated whole", "150 / 300 ms", figures.generate_8_bars_ms),
        _row("one more bar in follow mode", "25 / 60 ms", figures.follow_bar_ms),
        _row("first bar of an extension", "100 ms", figures.extended_first_bar_ms),
        _row("one more bar of an extension", "", figures.extended_next_bar_ms),
        Row("late notes, witness on time", "none", late),
        _row("send error against the grid", "0.3 / 1 ms", figures.grid_error_ms),
        _row("MIDI in to thru out", "0.5 / 2 ms", figures.thru_ms),
        _row("OSC ping through the engine", "1 ms", figures.osc_ping_ms),
        _row("notes by a jittery MIDI clock", "", figures.clock_in_ms),
        _row("pulses of MIDI clock sent", "", figures.clock_out_ms),
        _row("Ableton Link, phase of two peers", "3 ms", figures.link_phase_ms),
        Row("continuo --help", "0.4 s", _amount(figures.help_seconds, "s")),
        Row("ports open after start", "1 s", _amount(figures.ports_open_seconds, "s")),
        Row("memory of the bridge", "80 MB", _amount(figures.bridge_mb, "MB")),
        Row("memory of the worker", "700 MB", _amount(figures.worker_mb, "MB")),
    ]


def _row(what: str, goal: str, value: Spread | None) -> Row:
    if value is None:
        return Row(what, goal, "not measured")
    witness = ""
    if value.witness_p50 is not None and value.witness_p99 is not None:
        witness = f"{value.witness_p50:.2f} / {value.witness_p99:.2f} ms"
    return Row(what, goal, f"{value.p50:.2f} / {value.p99:.2f} ms", witness)


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "not measured"
    return f"{value:.0f} MB" if unit == "MB" else f"{value:.2f} {unit}"
