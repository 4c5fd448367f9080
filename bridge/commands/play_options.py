"""What the options of `continuo play` mean: the settings of the engine, checked."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypedDict, cast

from bridge.commands.errors import UserError
from bridge.commands.generate_harmony import FROM_TRACK, check_chords, key_controls
from bridge.commands.generate_options import parse_controls
from bridge.commands.model_choice import check_controls, usable_model
from bridge.commands.unfit_defaults import fitting
from bridge.current_settings import CurrentSettings
from bridge.engine.harmony_commands import read_split
from bridge.osc.endpoints import OscPorts
from bridge.settings import PlaySettings
from models.artifact.catalogue import list_models
from models.artifact.manifest import Manifest
from models.music.tempo import Meter
from models.suggestions import near_names

LARGEST_PORT = 65535


class Options(TypedDict):
    """The command line, as click reads it; None where nothing was given."""

    model: str
    then: tuple[str, ...]
    bars: int | None
    extension: int | None
    bpm: float | None
    meter: str | None
    mode: str
    clock: str
    clock_offset: float
    clock_out: bool
    ahead: int
    commit: float
    osc_port: str | None
    osc_events: str
    osc_query: str
    live: bool
    midi: str | None
    input_name: str
    output_name: str
    seed: int
    controls: tuple[str, ...]
    programs: tuple[str, ...]
    sends_programs: bool
    key: str | None
    chords: str | None
    chords_track: bool
    split: str | None
    chord_channel: int | None
    chord_thru: bool
    octave: int
    auto_chord: str
    arpeggio: str
    arpeggio_rate: str
    arpeggio_octaves: int
    arpeggio_gate: float
    arpeggio_hold: bool
    takes: Path | None
    quantise: float
    click: bool
    count_in_bars: int
    echo: bool
    start: str | None
    pickup: float
    thru: bool
    demo: bool
    quiet: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """The engine's settings, and the manifests of all models that can play."""

    settings: PlaySettings
    manifests: tuple[Manifest, ...]

    @property
    def manifest(self) -> Manifest:
        """The manifest of the model that plays first."""
        return self.chain[0]

    @property
    def chain(self) -> tuple[Manifest, ...]:
        """The manifests of the models that play, in their order."""
        return CurrentSettings(self.settings, self.manifests).chain


def choose(options: Options) -> Chosen:
    """Check the options; UserError says in a sentence what is wrong with one."""
    if options["midi"] == "none" and (options["input_name"] or options["output_name"]):
        raise UserError("--input and --output need a MIDI system: leave --midi none away")
    if options["midi"] == "none" and options["clock"] == "midi" and not options["demo"]:
        raise UserError("--clock midi needs a MIDI system to come in by: leave --midi none away")
    _check_clock(options["clock"])
    _check_live(options)
    entries = list_models()
    names = (options["model"], *options["then"])
    chain = [usable_model(name, entries).require() for name in names]
    options = cast(Options, fitting(options, names, "controls", "key", "chords"))
    check_lead(options["chords"], chain)
    try:
        settings = _settings(options, parse_programs(options["programs"], chain))
        manifests = tuple(e.manifest for e in entries if e.manifest)
        current = CurrentSettings(settings, manifests)
        current.check_chain(settings.model, settings.then, settings.mode)
    except ValueError as error:
        raise UserError(str(error)) from error
    key = key_controls(options["key"], [m.name for m in chain])
    return Chosen(_with_controls(settings, chain, options["controls"], key), manifests)


def check_lead(chords: str | None, chain: Sequence[Manifest]) -> None:
    """Say what is wrong with `--chords`."""
    if chords is not None and chords.strip() == FROM_TRACK:
        raise UserError('--chords track reads a file; give names while playing: --chords "G D7 Em"')
    check_chords(chords, [m.name for m in chain])


def _settings(options: Options, programs: dict[str, int]) -> PlaySettings:
    """Take every setting that has an option of its name; None leaves it as it usually is."""
    read = {"meter", "controls", "programs", "split", "chord_channel"}
    named = {field.name for field in fields(PlaySettings)} - read
    given = {name: value for name, value in options.items() if name in named and value is not None}
    return PlaySettings(
        **cast(dict[str, Any], given),
        meter=_meter(options["meter"]),
        programs=programs,
        split=None if options["split"] is None else read_split(options["split"]),
        chord_channel=_channel(options["chord_channel"]),
        offsets_ms={options["clock"]: options["clock_offset"]},
    )


def _meter(text: str | None) -> Meter:
    try:
        return Meter.parse(text or "4/4")
    except ValueError as error:
        raise ValueError(f"--meter: {error}") from None


def _channel(channel: int | None) -> int | None:
    """Read a MIDI channel as people count it, 1-16; ValueError; None or 0: none."""
    if channel is not None and not 0 <= channel <= 16:
        raise ValueError(f"--chord-channel must be in range 1..16, or 0 for none, got {channel}")
    return channel - 1 if channel else None


def _check_clock(clock: str) -> None:
    """Say at once if a clock needs what is not installed."""
    needed = {"link": ("aalink", "Ableton Link", "link"), "jack": ("jack", "JACK", "jack")}
    if clock in needed:
        module, name, extra = needed[clock]
        if find_spec(module) is None:
            raise UserError(f"{name} needs an extra: pip install 'continuo[{extra}]'")


def _check_live(options: Options) -> None:
    """Say at once that Live cannot be reached."""
    wants_live = "--live" if options["live"] else "--clock live" * (options["clock"] == "live")
    if wants_live and options["osc_port"] == "none":
        raise UserError(f"{wants_live} needs OSC: leave --osc-port none away")


def parse_programs(given: Sequence[str], chain: Sequence[Manifest]) -> dict[str, int]:
    """Read `--program alto=52`, by the names of the models' tracks."""
    names = [track.name.casefold() for manifest in chain for track in manifest.tracks]
    out = {}
    for setting in given:
        name, equals, number = (part.strip() for part in setting.partition("="))
        if not (equals and number.isascii() and number.isdecimal()):
            raise UserError(f"--program must look like alto=52, got {setting!r}")
        if name.casefold() not in names:
            raise UserError(f"{chain[0].name} has no track {name!r}; {near_names(name, names)}")
        out[name.casefold()] = int(number)
    return out


def osc_ports(options: Options) -> OscPorts:
    """Read `--osc-port`, `--osc-events` and `--osc-query`."""
    port, events, query = options["osc_port"], options["osc_events"], options["osc_query"]
    if port == "none":
        return OscPorts(is_off=True)
    return OscPorts(
        None if port is None else _port("--osc-port", port),
        None if events == "none" else _port("--osc-events", events),
        None if query == "none" else _port("--osc-query", query),
    )


def _port(option: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > LARGEST_PORT:
        raise UserError(f"{option} must be in range 0..{LARGEST_PORT} or none, got {text!r}")
    return int(text)


def _with_controls(
    settings: PlaySettings,
    chain: Sequence[Manifest],
    given: Sequence[str],
    key: dict[str, float],
) -> PlaySettings:
    controls = parse_controls(given) | key
    if not controls:
        return settings
    for name, value in controls.items():
        owners = [m for m in chain if name in {c.name for c in m.controls}]
        # One that none has is refused in the words of the first.
        for manifest in (owners or chain)[:1]:
            check_controls(manifest, {name: value}, settings.meter.beats_per_bar, settings.bpm)
    return replace(settings, controls=controls)
