"""Whatever a player, a worker and a port do: notes end, and the accompaniment is on the bar."""

import mido
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from playing import BEAT, assert_every_note_is_released, composer, play, reports

from bridge.events import Command, MidiIn, PortChanged, TakeReport, WorkerChanged
from models.clip import Clip, Note, Track
from models.tempo import Meter

beats = st.floats(0, 24).map(lambda beat: beat * BEAT)
notes = st.builds(
    mido.Message,
    st.sampled_from(["note_on", "note_on", "note_off"]),
    note=st.integers(60, 63),
    velocity=st.integers(0, 127),
    channel=st.integers(0, 1),
)
controls = st.builds(
    mido.Message,
    st.just("control_change"),
    control=st.sampled_from([1, 64, 64, 102, 107, 120, 123]),
    value=st.sampled_from([0, 127]),
)
programs = st.builds(mido.Message, st.just("program_change"), program=st.integers(0, 2))
commands = st.sampled_from(
    [("stop",), ("panic",), ("generate",), ("record",), ("tempo", (70.0,)),
     ("tempo", (190.0,)), ("record",), ("generate",)]
)  # fmt: skip
events = st.one_of(
    st.builds(MidiIn, beats, notes),
    st.builds(MidiIn, beats, notes),
    st.builds(MidiIn, beats, notes),
    st.builds(MidiIn, beats, st.one_of(controls, programs)),
    st.builds(lambda at, c: Command(at, *c), beats, commands),
    st.builds(WorkerChanged, beats, st.sampled_from(["ready", "restarted", "failed"])),
    st.builds(PortChanged, beats, st.sampled_from(["lost", "back"])),
)
latencies = st.lists(
    st.one_of(st.none(), st.floats(0, 3), st.floats(0, 0.2)), min_size=1, max_size=6
)
plays = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["answer", "loop"]),
        "bars": st.integers(1, 3),
        "meter": st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(7, 8), Meter(1, 4)]),
        "start": st.sampled_from(["note", "grid"]),
        "count_in_bars": st.integers(0, 1),
        "click": st.booleans(),
        "echo": st.booleans(),
        "quantise": st.sampled_from([0.0, 1.0]),
        "pickup": st.sampled_from([0.0, 0.5]),
        "models": st.just(("bass", "choir")),
    }
)
stalls = st.lists(
    st.tuples(st.floats(0, 12), st.floats(0, 4)).map(lambda s: (s[0], s[0] + s[1])), max_size=2
)


def two_voices(request):
    """Overlapping and repeated notes; a first one on every bar line; some requests fail."""
    if request.seed % 5 == 3:
        raise ValueError("the generator is ill")
    bar = request.meter.beats_per_bar
    starts = [i * bar for i in range(round(request.length / bar))]
    upper = [Note(s, bar * 1.5, 50, 60) for s in starts]
    lower = [Note(s + d, d * 2, 40, 60) for s in starts for d in (0.0, 0.3)]
    return (
        Track("alto", Clip(tuple(upper), request.length), "alto", 0, 3),
        Track("bass", Clip(tuple(lower), request.length), "bass", 0, 4),
    )


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.lists(events, max_size=40), latencies, plays, stalls)
def test_no_note_hangs_and_no_accompaniment_is_early_or_off_the_bar(script, waits, given_, sleeps):
    run = play(script, 40, composer(*waits, answering=two_voices), stalls=sleeps, **given_)

    assert_every_note_is_released(run)

    # The upper voice plays on bar lines only, and nothing sounds before the first take is in.
    bar = given_["meter"].beats_per_bar
    upper = [b for b, m in run.heard if m.type == "note_on" and m.channel == 1]
    assert all(abs(b / bar - round(b / bar)) < 1e-5 for b in upper)
    begins = [report.begin for report in reports(run, TakeReport)]
    assert all(begins and b >= min(begins) - 1e-6 for b in upper)

    # What is kept can be written: no note before the file begins.
    for take in run.takes:
        assert all(note.start >= 0 for track in take.tracks for note in track.clip.notes)
        assert take.melody.clip.notes


@hypothesis_settings(max_examples=30, deadline=None)
@given(st.lists(events, max_size=30), latencies, plays)
def test_the_same_playing_gives_the_same_music(script, waits, given_):
    first, second = (play(script, 30, composer(*waits), **given_) for _ in range(2))
    assert first.heard == second.heard
    assert first.takes == second.takes
