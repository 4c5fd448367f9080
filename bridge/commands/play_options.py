"""What the options of `continuo play` mean: the settings of the engine, checked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict

from bridge.commands.errors import UserError
from bridge.commands.generate_options import LARGEST_SEED, parse_controls
from bridge.settings import PlaySettings
from models.catalogue import Entry, UnknownModelError, find, list_models
from models.manifest import ArtifactError, Manifest
from models.tempo import Meter

LATER_CLOCKS = ("midi", "link", "jack")


class Options(TypedDict):
    """The command line, as click reads it; None where nothing was given."""

    model: str
    bars: int | None
    tempo: float | None
    meter: str | None
    mode: str
    clock: str
    midi: str | None
    input_name: str
    output_name: str
    seed: int
    controls: tuple[str, ...]
    takes: Path | None
    quantise: float
    click: bool
    count_in: int
    echo: bool
    start: str | None
    pickup: float
    thru: bool
    demo: bool
    quiet: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """The engine's settings and the manifest of the model that plays."""

    settings: PlaySettings
    manifest: Manifest


def choose(options: Options) -> Chosen:
    """Check the options; UserError says in a sentence what is wrong with one."""
    _refuse_what_comes_later(options)
    entries = list_models()
    manifest = _manifest(options["model"], entries)
    if not 0 <= options["seed"] <= LARGEST_SEED:
        raise UserError(f"seed must be in range 0..{LARGEST_SEED}, got {options['seed']}")
    bars, tempo = options["bars"], options["tempo"]
    try:
        settings = PlaySettings(
            model=options["model"],
            models=tuple(e.name for e in entries if e.manifest),
            bars=4 if bars is None else bars,
            bpm=100.0 if tempo is None else tempo,
            meter=Meter.parse(options["meter"] or "4/4"),
            mode=options["mode"],
            seed=options["seed"],
            quantise=options["quantise"],
            echo=options["echo"],
            click=options["click"],
            count_in_bars=options["count_in"],
            thru=options["thru"],
            start=options["start"],
            pickup=options["pickup"],
        )
    except ValueError as error:
        raise UserError(str(error)) from error
    return Chosen(_with_controls(settings, manifest, options["controls"]), manifest)


def _refuse_what_comes_later(options: Options) -> None:
    if options["mode"] == "follow":
        raise UserError("mode follow comes in a later version: choose answer or loop")
    if options["clock"] in LATER_CLOCKS:
        raise UserError(f"clock {options['clock']} comes in a later version: choose internal")
    if options["midi"] == "none" and (options["input_name"] or options["output_name"]):
        raise UserError("--input and --output need a MIDI system: leave --midi none away")


def _manifest(name: str, entries: Sequence[Entry]) -> Manifest:
    try:
        manifest = find(name, entries).require()
    except (UnknownModelError, ArtifactError) as error:
        raise UserError(f"{error} (see `continuo models`)") from error
    if manifest.technique != "accompany":
        raise UserError(
            f"{name} is made to {manifest.technique} melodies, not to accompany them: "
            "choose another --model"
        )
    return manifest


def _with_controls(
    settings: PlaySettings, manifest: Manifest, given: Sequence[str]
) -> PlaySettings:
    if not given:
        return settings
    # numpy comes with it: a musician without knobs need not wait for that.
    from models.generator import ControlError, resolve_controls

    controls = parse_controls(given)
    try:
        resolve_controls(manifest, controls, settings.meter.beats_per_bar, settings.bpm)
    except ControlError as error:
        raise UserError(f"{error} (see `continuo models {manifest.name}`)") from error
    return replace(settings, controls=controls)
