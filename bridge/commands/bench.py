"""`continuo bench`: how fast and how punctual Continuo is here, the witness beside it."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from math import ceil
from typing import TypedDict, Unpack

import click

from bridge.bench.figures import Figures, Spread, count_late, document, spread, table
from bridge.commands.errors import UserError
from bridge.commands.model_choice import usable_model
from bridge.commands.numbers import Number, Whole
from models.artifact.catalogue import DEFAULT_MODEL, UnknownModelError, find
from models.artifact.manifest import ArtifactError

EXTENDER = "bach-extend"
RUNS, QUICK_RUNS = 30, 10
TABLE_WIDTH = 100
Say = Callable[[str], None]
PLAY_SECONDS, QUICK_SECONDS = 15.0, 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: generations, and seconds of playing."""

    model: str
    runs: int
    seconds: float


class HowMuch(TypedDict):
    """The options that say how much is measured, as click reads them."""

    quick: bool
    duration: float | None
    notes: int | None


@click.command("bench")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Which model generates.")
@click.option("--quick", is_flag=True, help="A third of the measurements.")
@click.option("--duration", type=Number(), metavar="SECONDS", help="Play so long.  [default: 15]")
@click.option("--notes", type=Whole(), help="Play until so many notes are sent, instead.")
@click.option(
    "--endure", type=Number(), metavar="MINUTES", help="Follow a random player so long, instead."
)
@click.option("--busy", is_flag=True, help="Keep every core busy meanwhile, at normal priority.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def command(
    model: str, endure: float | None, busy: bool, as_json: bool, **how_much: Unpack[HowMuch]
) -> None:
    """Measure generation, lateness, clocks, start and memory here: about two minutes."""
    from bridge.bench.busy import busy_cores
    from bridge.machine import cores

    with busy_cores(cores()) if busy else nullcontext():
        if endure is not None:
            _endure(model, endure, as_json)
            return
        figures = measure(_plan(model, how_much), quiet=as_json)
    if busy:
        figures = replace(figures, machine={**figures.machine, "busy_cores": cores()})
    if as_json:
        click.echo(json.dumps(document(figures), indent=2))
    else:
        _print_table(figures)


def _endure(model: str, minutes: float, as_json: bool) -> None:
    from bridge.bench.endurance import endure

    if not 0.1 <= minutes <= 600:
        raise UserError(f"--endure must be in range 0.1..600 minutes, got {minutes:g}")
    found = endure(model, minutes * 60)
    click.echo(json.dumps(asdict(found), indent=2) if as_json else str(found))


def _plan(model: str, how_much: HowMuch) -> Plan:
    from bridge.bench.under_load import NOTES_A_SECOND

    quick, duration, notes = how_much["quick"], how_much["duration"], how_much["notes"]
    for name, value in (("--duration", duration), ("--notes", notes)):
        if value is not None and not 1 <= value <= 1_000_000:
            raise UserError(f"{name} must be in range 1..1000000, got {value:g}")
    usable_model(model)
    seconds = duration or (QUICK_SECONDS if quick else PLAY_SECONDS)
    if notes is not None:
        seconds = ceil(notes / NOTES_A_SECOND) + 1.5  # the first bar is the player's alone
    return Plan(model, QUICK_RUNS if quick else RUNS, seconds)


def measure(plan: Plan, quiet: bool) -> Figures:
    """Measure one thing after the other, saying which."""
    from bridge.machine import describe_machine

    def say(text: str) -> None:
        click.echo(text, err=True) if not quiet else None

    figures = Figures(machine=describe_machine())
    for part in (_generation, _extension, _playing, _clocks, _start):
        figures = part(figures, plan, say)
    return figures


def _generation(figures: Figures, plan: Plan, say: Say) -> Figures:
    from bridge.bench.follow import time_follow
    from bridge.bench.processes import time_generation

    say(f"generating 8 bars {plan.runs} times with {plan.model} ...")
    generated, worker_mb = time_generation(plan.model, plan.runs)
    say("following bar by bar ...")
    bars = time_follow(plan.model, 4 * plan.runs)
    return replace(
        figures,
        generate_8_bars_ms=spread(generated),
        follow_bar_ms=spread(bars),
        worker_mb=worker_mb,
    )


def _extension(figures: Figures, plan: Plan, say: Say) -> Figures:
    """Measure the model that extends, where there is one."""
    from bridge.bench.extend import time_extension

    try:
        find(EXTENDER).require()
    except (UnknownModelError, ArtifactError):
        return figures
    say(f"going on bar by bar with {EXTENDER} ...")
    extended = time_extension(EXTENDER, plan.runs)
    return replace(
        figures,
        extended_first_bar_ms=spread(extended.first_seconds),
        extended_next_bar_ms=spread(extended.next_seconds),
    )


def _playing(figures: Figures, plan: Plan, say: Say) -> Figures:
    from bridge.bench.osc_ping import time_ping
    from bridge.bench.under_load import play_under_load

    say(f"playing {plan.seconds:.0f} s while it generates ...")
    played = play_under_load(plan.model, plan.seconds)
    say("pinging ...")
    return replace(
        figures,
        grid_error_ms=spread([note.late_seconds for note in played.sent], played.witness),
        late_notes=count_late(played.sent, played.witness),
        notes_sent=len(played.sent),
        thru_ms=spread(played.thru_seconds, played.witness),
        osc_ping_ms=spread(time_ping(plan.model, 50 * plan.runs)),
    )


def _clocks(figures: Figures, plan: Plan, say: Say) -> Figures:
    from bridge.bench.midi_clock import follow_and_lead

    say("playing by MIDI clock, and by Ableton Link if it is installed ...")
    clocks = follow_and_lead(plan.model, plan.seconds)
    return replace(
        figures,
        clock_in_ms=clocks.followed_ms,
        clock_out_ms=clocks.led_ms,
        link_phase_ms=_link(plan.seconds),
    )


def _start(figures: Figures, plan: Plan, say: Say) -> Figures:
    from bridge.bench.processes import time_help, time_start

    say("starting ...")
    start = time_start(plan.model, _system())
    return replace(
        figures,
        help_seconds=time_help(),
        ports_open_seconds=start.ports_open_seconds,
        bridge_mb=start.bridge_mb,
        worker_mb=start.worker_mb or figures.worker_mb,
    )


def _link(seconds: float) -> Spread | None:
    """Measure Link where its extra is installed and its peers find each other."""
    if find_spec("aalink") is None:
        return None
    from bridge.bench.link_phase import measure_link
    from bridge.clocks.position_filter import ClockError

    try:
        return measure_link(seconds).phase_ms
    except ClockError:
        return None


def _system() -> str:
    """Open real ports where a MIDI system answers."""
    from bridge.midi.rtmidi_ports import problems

    return next((system for system, problem in problems().items() if not problem), "none")


def _print_table(figures: Figures) -> None:
    from rich.console import Console
    from rich.table import Table

    machine = figures.machine
    title = f"{machine['processor']}, {machine['cores']} cores, torch {machine['torch']}"
    if "busy_cores" in machine:
        title += ", all cores busy with something else"
    shown = Table("", "goal", "here", "witness", title=title, box=None, title_justify="left")
    for row in table(figures):
        shown.add_row(row.what, row.goal, row.measured, row.witness)
    console = Console()
    console.width = max(console.width, TABLE_WIDTH)
    console.print(shown)
    console.print(
        "Pairs are median / 99th percentile. The witness is a bare loop beside it: what both have "
        "is the machine's, what only Continuo has is ours."
    )
