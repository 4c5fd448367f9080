from itertools import pairwise

import mido
from hypothesis import given
from hypothesis import strategies as st

from bridge.notes.recorder import Recorder


def message(kind: str, pitch: int, velocity: int = 80, channel: int = 0) -> mido.Message:
    return mido.Message(kind, note=pitch, velocity=velocity, channel=channel)


def pedal(value: int) -> mido.Message:
    return mido.Message("control_change", control=64, value=value)


def recorded(*timed: tuple[float, mido.Message]) -> Recorder:
    recorder = Recorder()
    for beat, each in timed:
        recorder.play(each, beat)
    return recorder


def spans(recorder: Recorder) -> list[tuple[float, float, int]]:
    return [(n.start, n.end, n.pitch) for n in recorder.done()]


def test_a_note_lasts_from_key_down_to_key_up_with_its_velocity():
    recorder = recorded((0.5, message("note_on", 60, 33)), (1.5, message("note_off", 60)))
    assert [(n.start, n.duration, n.velocity) for n in recorder.done()] == [(0.5, 1.0, 33)]


def test_a_note_on_without_velocity_is_a_release():
    recorder = recorded((0, message("note_on", 60)), (1, message("note_on", 60, 0)))
    assert spans(recorder) == [(0, 1, 60)]


def test_a_key_struck_again_ends_its_first_note():
    recorder = recorded(
        (0, message("note_on", 60)), (1, message("note_on", 60)), (2, message("note_off", 60))
    )
    assert spans(recorder) == [(0, 1, 60), (1, 2, 60)]


def test_the_same_pitch_from_two_channels_is_two_notes():
    recorder = recorded(
        (0, message("note_on", 60, channel=0)),
        (1, message("note_on", 60, channel=1)),
        (2, message("note_off", 60, channel=0)),
        (3, message("note_off", 60, channel=1)),
    )
    assert spans(recorder) == [(0, 2, 60), (1, 3, 60)]


def test_the_pedal_makes_notes_last_until_it_is_lifted():
    recorder = recorded(
        (0, message("note_on", 60)),
        (0.5, pedal(127)),
        (1, message("note_off", 60)),
        (3, pedal(0)),
    )
    assert spans(recorder) == [(0, 3, 60)]


def test_a_note_that_rings_in_the_pedal_ends_when_it_is_struck_again():
    recorder = recorded(
        (0, pedal(127)),
        (0, message("note_on", 60)),
        (1, message("note_off", 60)),
        (2, message("note_on", 60)),
        (3, pedal(0)),
    )
    assert spans(recorder) == [(0, 2, 60)]
    assert [n.start for n in recorder.held(4)] == [2]


def test_a_held_note_lasts_as_long_as_is_assumed():
    recorder = recorded((1, message("note_on", 60)))
    assert [(n.start, n.end) for n in recorder.held(4)] == [(1, 4)]
    assert recorder.done() == []


def test_a_release_without_a_strike_is_nothing():
    assert spans(recorded((1, message("note_off", 60)))) == []


def test_what_is_forgotten_is_gone_and_the_rest_stays():
    recorder = recorded(
        (0, message("note_on", 60)), (1, message("note_off", 60)),
        (4, message("note_on", 62)), (5, message("note_off", 62)),
    )  # fmt: skip
    recorder.forget(4)
    assert spans(recorder) == [(4, 5, 62)]


@given(
    st.lists(
        st.one_of(
            st.builds(
                message,
                st.sampled_from(["note_on", "note_off"]),
                st.integers(60, 62),
                st.integers(0, 127),
            ),
            st.builds(pedal, st.sampled_from([0, 127])),
        )
    )
)
def test_every_strike_becomes_one_note_that_never_overlaps_its_own_pitch(messages):
    recorder = recorded(*enumerate(messages))
    recorder.release_all(len(messages))
    strikes = [m for m in messages if m.type == "note_on" and m.velocity > 0]
    assert len(recorder.done()) == len(strikes)
    assert recorder.held(99) == []
    for pitch in (60, 61, 62):
        own = sorted(s for s in spans(recorder) if s[2] == pitch)
        assert all(a[1] <= b[0] for a, b in pairwise(own))
