"""Continuo Out connected to Continuo In: nothing is played for ever, and nothing real is lost."""

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.notes.feedback import RETURN_SECONDS, FeedbackGuard


def note(pitch, on=True, velocity=90, channel=0):
    kind = "note_on" if on else "note_off"
    return mido.Message(kind, note=pitch, velocity=velocity if on else 0, channel=channel)


@pytest.mark.parametrize("latency", [0.0, 0.005, 0.03, 0.1])
def test_a_note_that_comes_back_while_it_sounds_goes_nowhere(latency):
    guard = FeedbackGuard()
    guard.sent(note(60), 1.0)
    assert guard.returns(note(60), 1.0 + latency)


def test_a_loop_is_told_once():
    guard = FeedbackGuard()
    told = []
    for i in range(6):
        guard.sent(note(60 + i), i * 0.5)
        guard.returns(note(60 + i), i * 0.5 + 0.01)
        told.append(guard.news())
    assert told.count(True) == 1


def test_a_loop_that_was_cut_and_made_again_is_told_again():
    guard = FeedbackGuard()
    for start in (0.0, 60.0):
        guard.returns(note(1), start)
        for i in range(3):
            guard.sent(note(60 + i), start + i * 0.5)
            guard.returns(note(60 + i), start + i * 0.5 + 0.01)
        assert guard.news()


def test_a_knob_in_a_loop_does_not_turn_for_ever():
    guard = FeedbackGuard()
    wheel = mido.Message("control_change", control=1, value=64)
    at, rounds = 0.0, 0
    while rounds < 100:
        guard.sent(wheel, at)
        at += 0.005
        if guard.returns(wheel, at):
            break
        rounds += 1
    assert rounds < 10
    assert guard.news()


def test_the_accompaniment_that_comes_back_is_no_melody():
    guard = FeedbackGuard()
    guard.sent(note(55, channel=1), 2.0)
    assert guard.returns(note(55, channel=1), 2.004)


@given(st.lists(st.tuples(st.integers(60, 63), st.floats(0.001, 0.2)), max_size=40))
def test_what_a_player_repeats_fast_at_one_velocity_is_heard(strikes):
    guard = FeedbackGuard()
    at = 0.0
    for pitch, duration in strikes:
        assert not guard.returns(note(pitch), at)
        guard.sent(note(pitch), at)
        at += duration
        assert not guard.returns(note(pitch, on=False), at)
        guard.sent(note(pitch, on=False), at)
        at += 0.001
    assert not guard.is_looping


def test_a_note_long_after_is_the_players():
    guard = FeedbackGuard()
    guard.sent(note(60), 1.0)
    assert not guard.returns(note(60), 1.0 + RETURN_SECONDS + 0.01)
