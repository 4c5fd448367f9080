"""What Hypothesis lets a player, a worker and a port do to the engine."""

import mido
from hypothesis import strategies as st
from simulated_player import BEAT

from bridge.events import Command, MidiIn, PortChanged, WorkerChanged
from models.music.clip import Clip, Note, Track
from models.music.tempo import Meter

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
    [
        ("transport/stop",),
        ("panic",),
        ("generate",),
        ("record/start",),
        ("transport/tempo", (70.0,)),
        ("transport/tempo", (190.0,)),
        ("record/start",),
        ("generate",),
    ]
)


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
