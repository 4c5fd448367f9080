"""Jitter between a clock's sender and us: how near the beats are that are played by it."""

import itertools

import numpy as np
import pytest

from bridge.timing.pulse_counter import PulseCounter
from bridge.timing.pulse_filter import PULSES_PER_BEAT, PulseFilter

SECONDS = 38.0
STEP = 0.002


def tempo(kind: str, t: np.ndarray) -> np.ndarray:
    """The tempo over time."""
    match kind:
        case "steady":
            return np.full_like(t, 113.0)
        case "step":
            return np.where((t // 10) % 2 == 0, 100.0, 140.0)
        case "ramp":
            return 60 + 120 * np.clip((t - 8) / 8, 0, 1) - 120 * np.clip((t - 24) / 8, 0, 1)
        case _:
            return 90 * (1 + 0.12 * np.sin(2 * np.pi * t / 5))


def jitter(kind: str, instants: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """When the pulses arrive, the mean delay taken off again."""
    if kind == "normal":
        came = instants + rng.normal(0, 0.0025, len(instants))
        came += 0.026 * (rng.random(len(instants)) < 0.01)
    elif kind == "usb":
        came = np.ceil(instants * 1000) / 1000 + rng.uniform(0, 0.002, len(instants)) - 0.0015
    else:
        period = int(kind) / 48_000
        came = (np.ceil(instants / period) - 0.5) * period
    return np.maximum.accumulate(came)


class Isobar:
    """The pulse as it came, and the last interval smoothed: what others do."""

    def __init__(self) -> None:
        self.at_seconds, self.period_seconds = 0.0, 0.0

    def begin(self, at_seconds: float) -> None:
        self.at_seconds = at_seconds

    def take(self, at_seconds: float) -> None:
        interval = at_seconds - self.at_seconds
        weight = 0.05 if self.period_seconds else 1.0
        self.period_seconds += weight * (interval - self.period_seconds)
        self.at_seconds = at_seconds


def errors_ms(by, kind: str, noise: str, seed: int = 1) -> np.ndarray:
    """How far from the truth sixteenths are played by this filter."""
    rng = np.random.default_rng(seed)
    t = np.arange(0, SECONDS, STEP)
    beats = np.concatenate([[0.0], np.cumsum(tempo(kind, t) / 60 * STEP)])[:-1]
    truth = np.interp(np.arange(int(beats[-1] * PULSES_PER_BEAT)) / PULSES_PER_BEAT, beats, t)
    came = jitter(noise, truth, rng)
    by.begin(came[0])
    wanted, out = 6, []
    for i, (at, following) in enumerate(itertools.pairwise(came[1:]), start=1):
        by.take(at)
        due = by.at_seconds + (wanted - i) * by.period_seconds
        while due < following and wanted < len(truth):
            out.append(max(due, at) - truth[wanted])
            wanted += 6
            due = by.at_seconds + (wanted - i) * by.period_seconds
    return 1000 * np.abs(out[4:])


# Half of the notes, and all but one in a hundred, are nearer than this (ms).
BOUNDS = [
    ("steady", "256", 0.5, 1.5),
    ("steady", "512", 1.0, 6.0),
    ("steady", "normal", 1.0, 4.0),
    ("steady", "usb", 0.4, 1.0),
    ("step", "512", 1.0, 4.0),
    ("step", "normal", 1.5, 8.0),
    ("step", "usb", 0.5, 3.0),
    ("ramp", "512", 1.5, 9.0),
    ("ramp", "usb", 0.5, 3.0),
    ("rubato", "512", 2.5, 9.0),
    ("rubato", "usb", 1.0, 4.0),
]


@pytest.mark.parametrize(("kind", "noise", "half_ms", "most_ms"), BOUNDS)
def test_notes_are_near_their_beats_and_nearer_than_by_the_pulses_as_they_come(
    kind, noise, half_ms, most_ms
):
    errors = errors_ms(PulseFilter(120), kind, noise)
    assert np.percentile(errors, 50) < half_ms
    assert np.percentile(errors, 99) < most_ms
    assert np.percentile(errors, 50) < 0.8 * np.percentile(errors_ms(Isobar(), kind, noise), 50)


def test_a_turning_tempo_leaves_no_lag_behind():
    errors = errors_ms(PulseFilter(120), "ramp", "usb")
    assert errors[-16:].max() < 1.0


@pytest.mark.parametrize("noise", ["512", "normal", "usb"])
def test_the_tempo_shown_is_steady_where_the_sender_is(noise):
    rng = np.random.default_rng(2)
    by = PulseFilter(120)
    came = jitter(noise, np.arange(2000) * 60 / 24 / 113, rng)
    by.begin(came[0])
    shown = [by.take(at) or by.bpm for at in came[1:]]
    assert np.percentile(np.abs(np.array(shown[200:]) - 113), 90) < 0.5


def count_at_end(kind: str, noise: str, seed: int) -> tuple[int, int]:
    rng = np.random.default_rng(seed)
    t = np.arange(0, SECONDS, STEP)
    beats = np.concatenate([[0.0], np.cumsum(tempo(kind, t) / 60 * STEP)])[:-1]
    truth = np.interp(np.arange(int(beats[-1] * PULSES_PER_BEAT)) / PULSES_PER_BEAT, beats, t)
    came = jitter(noise, truth, rng)
    count = PulseCounter(120)
    count.begin(came[0])
    return sum(count.take(at) for at in came[1:]), len(came) - 1


@pytest.mark.parametrize("noise", ["256", "512", "1024", "normal", "usb"])
@pytest.mark.parametrize("kind", ["steady", "step", "ramp", "rubato"])
def test_jitter_and_turning_tempos_are_never_taken_for_lost_pulses(kind, noise):
    counted, came = count_at_end(kind, noise, seed=3)
    assert counted == came
