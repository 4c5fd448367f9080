"""Whatever is ordered, whatever the clock says and however it is played: every note ends."""

from dataclasses import replace

import mido
from engine_strategies import latencies, notes, two_voices
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from manifests import GOOD
from simulated_player import BEAT, MODEL, assert_every_note_is_released, composer, settings

from bridge.events import (
    ClockChanged,
    ClockPosition,
    Command,
    MidiIn,
    ModelsChanged,
    PortChanged,
    WorkerChanged,
)
from bridge.offline import run_offline
from models.artifact.manifest import ControlSpec
from models.music.clip import Clip, Note
from models.music.tempo import Meter

END = 40.0
MODELS = (
    replace(GOOD, name=MODEL, controls=(ControlSpec("temperature", "Surprise", 0, 2, 1),)),
    replace(GOOD, name="choir", controls=()),
)

seconds = st.floats(0, END * BEAT)
clocks = st.sampled_from(["internal", "midi", "link", "jack"])
modes = st.sampled_from(["answer", "loop", "follow"])
names = st.sampled_from(["", "a", "b", "take-0", "take-1", "x" * 300])
odd = st.sampled_from([0.0, -1.0, 1e9, -1e9, float("nan"), float("inf"), "", "x" * 300, None])
tunes = st.sampled_from(
    [
        Clip((Note(0.0, 1.0, 60), Note(1.0, 9.0, 62)), 4.0),
        Clip((Note(-0.5, 1.0, 60), Note(5.5, 0.0, 62)), 8.0),
    ]
)


def order(name: str, *values: st.SearchStrategy) -> st.SearchStrategy[Command]:
    return st.builds(Command, seconds, st.just(name), st.tuples(*values))


beats = st.one_of(st.integers(-9, 80).map(float), st.floats(-9, 80))
commands = st.one_of(
    *(order(n) for n in ("transport/stop", "transport/start", "record/start", "record/stop")),
    *(order(n) for n in ("panic", "generate")),
    *(order(n) for n in ("status", "plan", "cc/list")),
    *(order(n, names) for n in ("generate", "take/keep", "take/drop", "take/next")),
    order("generate", names, st.integers(0, 3)),
    order("melody/end", names, tunes),
    order("mode", modes),
    order("clock", clocks),
    order("clock/offset", clocks, st.sampled_from([-500.0, 0.0, 500.0])),
    order("clock/out", st.integers(0, 1)),
    order("transport/locate", beats),
    order("transport/tempo", st.floats(20, 400)),
    order("bars", st.integers(1, 3)),
    order("control", st.just("temperature"), st.floats(0, 2)),
    order("model/load", st.sampled_from([MODEL, "choir", "nobody"])),
)
every_name = st.sampled_from(
    [
        "clock",
        "clock/offset",
        "clock/out",
        "transport/locate",
        "transport/tempo",
        "cps",
        "bars",
        "control",
        "mode",
        "model/load",
        "melody/end",
        "generate",
        "take/keep",
        "take/next",
        "cc/map",
        "cc/learn",
    ]
)
mistakes = st.builds(Command, seconds, every_name, st.lists(odd, max_size=3).map(tuple))
positions = st.builds(
    ClockPosition,
    seconds,
    st.sampled_from(["link", "link", "jack"]),
    beats,
    st.floats(20, 300),
    st.sampled_from([True, True, False]),
    has_jumped=st.booleans(),
)
pulses = st.builds(
    MidiIn,
    seconds,
    st.one_of(
        st.sampled_from(["clock", "start", "continue", "stop"]).map(mido.Message),
        st.integers(0, 99).map(lambda pos: mido.Message("songpos", pos=pos)),
    ),
)
keys = st.builds(MidiIn, seconds, notes)
pedals = st.builds(
    mido.Message,
    st.just("control_change"),
    control=st.sampled_from([1, 2, 64, 102, 103, 104, 105, 106, 107, 108, 123]),
    value=st.sampled_from([0, 127]),
)
programs = st.builds(mido.Message, st.just("program_change"), program=st.integers(0, 3))
others = st.one_of(
    st.builds(MidiIn, seconds, st.one_of(pedals, programs)),
    st.builds(WorkerChanged, seconds, st.sampled_from(["ready", "restarted", "failed"])),
    st.builds(PortChanged, seconds, st.sampled_from(["lost", "back"])),
    st.builds(ClockChanged, seconds, clocks, st.sampled_from(["found", "lost", "failed"])),
    st.builds(ModelsChanged, seconds, st.sampled_from([MODELS, MODELS[:1], ()])),
)
events = st.one_of(keys, keys, keys, commands, commands, positions, positions, pulses, others)
plays = st.fixed_dictionaries(
    {
        "mode": modes,
        "bars": st.integers(1, 2),
        "meter": st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(7, 8)]),
        "start": st.sampled_from(["note", "grid"]),
        "clock": clocks,
        "count_in_bars": st.integers(0, 1),
        "click": st.booleans(),
        "echo": st.booleans(),
        "clock_out": st.booleans(),
        "pickup": st.sampled_from([0.0, 0.5]),
        "ahead": st.integers(1, 3),
        "commit": st.sampled_from([0.25, 0.5, 1.0, 4.0]),
    }
)


def a_tune(played: bool, clock: str) -> list:
    """Somebody who plays on and on, by a clock that runs."""
    script = [ClockPosition(0.5, clock, 0.0, 120.0, True)] if clock in ("link", "jack") else []
    if clock == "midi":
        script = [MidiIn(0.5, mido.Message("start"))]
        script += [MidiIn(0.5 + i / 48, mido.Message("clock")) for i in range(24 * 30)]
    for beat in range(30 if played else 0):
        at_seconds, pitch = 0.5 + beat * BEAT, 64 + beat % 5
        script.append(MidiIn(at_seconds, mido.Message("note_on", note=pitch)))
        script.append(MidiIn(at_seconds + 0.4, mido.Message("note_off", note=pitch)))
    return script


def perform(script, waits, **given_):
    its_composer = composer(*waits, answering=two_voices)
    return run_offline(settings(**given_), script, its_composer, END * BEAT, manifests=MODELS)


@hypothesis_settings(max_examples=120)
@given(st.lists(events, max_size=50), st.booleans(), latencies, plays)
def test_every_note_ends_whatever_is_ordered_in_every_mode(script, plays_on, waits, given_):
    run = perform([*a_tune(plays_on, given_["clock"]), *script], waits, **given_)
    assert_every_note_is_released(run)
    for take in run.takes:
        assert all(note.start >= 0 for track in take.tracks for note in track.clip.notes)


@hypothesis_settings(max_examples=60)
@given(st.lists(st.one_of(mistakes, keys), max_size=20), latencies, plays)
def test_what_makes_no_sense_is_refused_and_the_music_goes_on(script, waits, given_):
    assert_every_note_is_released(perform(script, waits, **given_))
