"""Models that edit and extend, alone and in chains: whatever is played and ordered, notes end."""

from dataclasses import replace
from math import floor

from engine_strategies import events, latencies, notes, plays, stalls
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from mido import Message
from simulated_player import BEAT, assert_every_note_is_released, composer, play, reports
from technique_composers import MODELS, answering

from bridge.events import Command, MidiIn
from bridge.reports import TakeReport

beats = st.floats(0, 36).map(lambda beat: beat * BEAT)
names = st.sampled_from(["mender", "more", "bassist", "nobody"])
places = st.integers(-2, 14).map(float)


def order(name: str, *values: st.SearchStrategy) -> st.SearchStrategy[Command]:
    return st.builds(Command, beats, st.just(name), st.tuples(*values))


orders = st.one_of(
    order("fill", places, places),
    order("fill", places, places, st.sampled_from(["a", "b"])),
    order("extension", st.integers(1, 5)),
    order("then"),
    order("then", names),
    order("then", names, names),
    order("model/load", names),
    order("mode", st.sampled_from(["answer", "loop", "follow"])),
    order("generate", st.sampled_from(["", "a"])),
    order("transport/start"),
    order("transport/locate", st.sampled_from([0.0, 7.5, 16.0])),
    order("take/drop", st.just("")),
    order("record/stop"),
    order("bars", st.integers(1, 3)),
)
chains = st.lists(st.sampled_from(["mender", "more", "bassist"]), max_size=2).map(tuple)


@hypothesis_settings(max_examples=120)
@given(
    st.lists(st.one_of(events, events, events, orders), max_size=40),
    latencies,
    plays,
    stalls,
    st.sampled_from(["mender", "more", "more", "bassist"]),
    chains,
)
def test_no_note_hangs_and_every_take_can_be_written(script, waits, given_, sleeps, model, then):
    given_ = {**given_, "models": MODELS, "model": model, "then": then, "extension": 3}
    run = play(script, 40, composer(*waits, answering=answering), stalls=sleeps, **given_)
    assert_every_note_is_released(run)
    for take in (*run.takes, *(report.take for report in reports(run, TakeReport))):
        assert all(note.start >= 0 for track in take.tracks for note in track.clip.notes)


HIGH = 84  # nobody but the model plays up there
HAIR = 1e-6  # beats: a key struck so little before a beat is struck on it


def key(pitch):
    return Message("note_on", note=pitch, velocity=64)


def goes_on_high(request):
    """How `more` goes on, in the highest octaves."""
    made = answering(request)
    high = tuple(replace(n, pitch=HIGH + n.pitch % 12) for n in made.melody.notes)
    return replace(made, melody=replace(made.melody, notes=high))


@hypothesis_settings(max_examples=100)
@given(st.lists(st.builds(MidiIn, beats, notes), max_size=24), latencies, st.integers(1, 3))
# The last of these keys is struck the smallest part of a second before a bar line.
@example([MidiIn(s, key(60)) for s in (0.0, 15.5, 17.999999999999996)], [None, None, 0.0], 1)
def test_what_goes_on_yields_to_every_note_within_a_beat(script, waits, bars):
    its_composer = composer(*waits, answering=goes_on_high)
    run = play(script, 60, its_composer, models=MODELS, model="more", bars=bars, extension=5)
    edges = [(b, m) for b, m in run.heard if m.type.startswith("note_")]
    struck = [b for b, m in edges if m.type == "note_on" and m.note < HIGH]
    sounding: dict[int, float] = {}
    for beat, message in edges:
        if message.note < HIGH:
            continue
        begin = sounding.pop(message.note, None)
        if message.type == "note_on":
            sounding[message.note] = beat
            # Whoever plays begins a phrase: nothing of the model's is struck in the same bar.
            assert all(beat > floor(p / 4) * 4 + 4 - HAIR for p in struck if p < beat - HAIR)
        elif begin is not None:
            assert all(beat < floor(p + HAIR) + 1 + HAIR for p in struck if begin < p < beat)
