"""Regions: the sample, pitch, loudness, envelopes and filter for a range of keys and velocities.

Source: SoundFont Technical Specification 2.04, section 8.1 (generators and their defaults). Where
FluidSynth knowingly differs (attenuation counts .4, as on the hardware the banks were made for), so
does this.
"""

from dataclasses import dataclass
from math import log10

from models.sound.bank_file import (
    KEYS,
    SAMPLE,
    VELOCITIES,
    Generators,
    Header,
    Preset,
    SoundBank,
)

_EMU = 0.4
_NO_TIME = -12000  # timecents
# Generators by number, with what holds where nothing is said.
_DEFAULTS = {
    8: 13500, 21: _NO_TIME, 22: 0, 23: _NO_TIME, 24: 0,
    25: _NO_TIME, 26: _NO_TIME, 27: _NO_TIME, 28: _NO_TIME, 30: _NO_TIME,
    33: _NO_TIME, 34: _NO_TIME, 35: _NO_TIME, 36: _NO_TIME, 38: _NO_TIME,
    46: -1, 47: -1, 56: 100, 58: -1,
}  # fmt: skip
# These stand in instruments alone.
_NOT_ADDED = {0, 1, 2, 3, 4, 12, 45, 46, 47, 50, 54, 57, 58}
HIGHEST_CUTOFF_CENTS = 13500


@dataclass(frozen=True, slots=True)
class Envelope:
    """Delay, attack, hold, decay (to -100 dB), release (of 100 dB) in seconds; sustain in dB."""

    delay: float
    attack: float
    hold: float
    decay: float
    sustain_db: float
    release: float


@dataclass(frozen=True, slots=True)
class Vibrato:
    """A sine of `hz` after `delay` seconds: cents of pitch and dB of loudness each way."""

    delay: float
    hz: float
    cents: float
    db: float = 0.0


@dataclass(frozen=True, slots=True)
class Region:
    """One sample as it is played; `cutoff_cents` counts from 8.176 Hz."""

    sample: int
    header: Header
    loop: tuple[int, int] | None  # frames
    begin: int
    end: int  # frames left out at the sample's end
    root_key: int
    tuning_cents: float
    cents_per_key: float
    gain_db: float
    pan: float  # -1 left, 1 right
    envelope: Envelope
    cutoff_cents: float
    resonance_db: float
    sweep_cents: float
    sweep: Envelope
    vibratos: tuple[Vibrato, ...]
    choke: int
    reverb: float  # 0..1
    fixed_key: int
    fixed_velocity: int


def regions_for(bank: SoundBank, preset: Preset, key: int, velocity: int) -> list[Region]:
    """List what sounds for this key and velocity."""
    return [
        region(bank, outer, inner)
        for outer, inner in preset.zones
        if all(_covers(zone, key, velocity) for zone in (outer, inner))
    ]


def _covers(zone: Generators, key: int, velocity: int) -> bool:
    return _within(zone.get(KEYS), key) and _within(zone.get(VELOCITIES), velocity)


def _within(span: int | None, value: int) -> bool:
    return span is None or span & 255 <= value <= span >> 8


def region(bank: SoundBank, outer: Generators, inner: Generators) -> Region:
    """Merge a preset's zone (added) and an instrument's (in force)."""

    def get(number: int) -> int:
        value = inner.get(number, _DEFAULTS.get(number, 0))
        return value if number in _NOT_ADDED else value + outer.get(number, 0)

    header = bank.headers[inner[SAMPLE]]
    root = get(58) if get(58) >= 0 else header.pitch
    loop = (
        header.loop_begin + get(2) + 32768 * get(45),
        header.loop_end + get(3) + 32768 * get(50),
    )
    loops = get(54) in (1, 3) and loop[1] - loop[0] > 1
    return Region(
        sample=inner[SAMPLE],
        header=header,
        loop=loop if loops else None,
        begin=get(0) + 32768 * get(4),
        end=-(get(1) + 32768 * get(12)),
        root_key=root,
        tuning_cents=float(header.correction_cents + 100 * get(51) + get(52)),
        cents_per_key=float(get(56)),
        gain_db=-get(48) / 10 * _EMU,
        pan=max(-1.0, min(get(17) / 500, 1.0)),
        envelope=_envelope([get(n) for n in range(33, 39)]),
        cutoff_cents=min(float(get(8)), HIGHEST_CUTOFF_CENTS),
        resonance_db=get(9) / 10,
        sweep_cents=float(get(11)),
        sweep=_envelope([get(n) for n in range(25, 31)], _share_db(get(29))),
        vibratos=(
            Vibrato(_seconds(get(23)), _hertz(get(24)), float(get(6))),
            Vibrato(_seconds(get(21)), _hertz(get(22)), float(get(5)), get(13) / 10),
        ),
        choke=get(57),
        reverb=max(0.0, min(get(16) / 1000, 1.0)),
        fixed_key=get(46),
        fixed_velocity=get(47),
    )


def _envelope(values: list[int], sustain_db: float | None = None) -> Envelope:
    delay, attack, hold, decay, sustain, release = values
    return Envelope(
        delay=_seconds(delay),
        attack=_seconds(attack),
        hold=_seconds(hold),
        decay=_seconds(decay),
        sustain_db=max(sustain, 0) / 10 if sustain_db is None else sustain_db,
        release=_seconds(release),
    )


def _share_db(permille_less: int) -> float:
    """The envelope that moves the filter sustains at a share of its height, not in dB."""
    return -20 * log10(max(1 - permille_less / 1000, 1e-5))


def _seconds(timecents: int) -> float:
    return 0.0 if timecents <= _NO_TIME else float(2 ** (min(timecents, 8000) / 1200))


def _hertz(cents: int) -> float:
    return float(8.176 * 2 ** (cents / 1200))
