from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.music.clip import Clip, Note
from models.music.melody_forecast import cadence, continued, forecast
from models.music.tempo import EPSILON, Meter

FOUR = Meter(4, 4)


def tune(*pitches, duration=1.0):
    notes = tuple(Note(i * duration, duration, p) for i, p in enumerate(pitches))
    return Clip(notes, len(pitches) * duration)


def before(clip, at):
    notes = (n for n in clip.notes if n.start < at)
    return Clip(tuple(Note(n.start, min(n.duration, at - n.start), n.pitch) for n in notes), at)


def pitches(clip):
    return [n.pitch for n in clip.notes]


A_TUNE = (60, 62, 64, 65, 67, 65, 64, 62)


def test_a_tune_that_comes_again_goes_on_as_it_did():
    played = tune(*A_TUNE, 60, 60, 55, 55, *A_TUNE[:4])
    ahead = forecast(played, 16.0, 20.0, FOUR)
    assert pitches(ahead) == [67, 65, 64, 62]
    assert [n.start for n in ahead.notes] == [16.0, 17.0, 18.0, 19.0]


def test_a_sequence_goes_on_in_sequence():
    played = tune(60, 62, 64, 62, 62, 64, 65, 64, 64, 65, 67, 65)
    assert pitches(forecast(played, 12.0, 16.0, FOUR))[:2] == [65, 67]


def test_played_by_hand_it_is_recognised_all_the_same():
    off = (0.03, -0.04, 0.05, 0.0, -0.02)
    straight = tune(*A_TUNE, 60, 60, 55, 55, *A_TUNE[:4])
    played = Clip(
        tuple(
            Note(max(n.start + off[i % 5], 0), 0.9, n.pitch) for i, n in enumerate(straight.notes)
        )
    )
    ahead = forecast(played, 16.0, 20.0, FOUR)
    assert pitches(ahead) == [67, 65, 64, 62]
    assert [n.start for n in ahead.notes] == [16.0, 17.0, 18.0, 19.0]


def test_with_nothing_to_go_by_the_line_moves_by_steps_in_the_rhythm_of_the_bar_before():
    ahead = forecast(tune(67, 64, 60, 62), 4.0, 8.0, FOUR)
    assert [n.start for n in ahead.notes] == [4.0, 5.0, 6.0, 7.0]
    assert all(abs(a - b) <= 4 for a, b in pairwise((62, *pitches(ahead))))
    assert {p % 12 for p in pitches(ahead)} <= {0, 2, 4, 5, 7, 9, 11}


def test_a_note_still_held_sounds_on():
    played = Clip((*tune(*A_TUNE, 60, 62).notes, Note(10.0, 1.0, 64)))
    assert forecast(played, 11.0, 12.0, FOUR).notes[0].pitch == 65
    long = Clip((Note(0.0, 3.0, 64), Note(3.0, 1.0, 62), Note(4.0, 1.0, 64)))
    assert forecast(long, 5.0, 8.0, FOUR).notes[0] == Note(5.0, 2.0, 64)
    whole = continued(long, 5.0, 8.0, FOUR)
    assert whole.notes[2] == Note(4.0, 3.0, 64)


def test_a_note_struck_a_little_early_is_not_expected_once_more():
    early = Clip((*tune(67, 64, 60, 62).notes, Note(3.93, 0.04, 65)))
    ahead = forecast(early, 3.97, 8.0, FOUR)
    assert ahead.notes[0] == Note(3.97, 5.0 - 3.97, 65)
    assert ahead.notes[1].start == 5.0


@pytest.mark.parametrize("at", [9.0, 10.0, 12.0, 15.0])
def test_whoever_is_silent_is_expected_to_go_on(at):
    assert forecast(tune(*A_TUNE), at, at + 8.0, FOUR).notes


def test_of_chords_the_top_line_is_followed():
    lower = tuple(Note(n.start, 1.0, n.pitch - 12) for n in tune(*A_TUNE).notes)
    chords = Clip((*tune(*A_TUNE).notes, *lower))
    assert min(pitches(forecast(chords, 8.0, 12.0, FOUR))) >= 55


def test_nothing_is_expected_of_who_played_nothing():
    assert not forecast(Clip(), 4.0, 8.0, FOUR).notes
    assert not cadence(Clip(), 4.0, FOUR).notes


def test_a_cadence_goes_to_the_tonic_near_the_last_note_and_holds_it():
    rest = cadence(tune(*A_TUNE, 60, 64, 67, 62), 12.0, FOUR)
    assert rest.notes == (Note(12.0, 1.0, 62), Note(13.0, 3.0, 60))
    assert rest.length == 16.0


@pytest.mark.parametrize("pitch", [0, 3, 61, 124, 127])
@pytest.mark.parametrize("meter", [Meter(6, 8), Meter(1, 16)])
def test_a_cadence_fills_its_bar_at_any_height(pitch, meter):
    rest = cadence(tune(pitch), 8.0, meter)
    assert rest.notes[0].start == 8.0
    assert rest.end == rest.length == 8.0 + meter.beats_per_bar


notes = st.builds(
    Note, st.floats(0, 40), st.floats(0, 20), st.integers(0, 127), st.integers(1, 127)
)
meters = st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(7, 8), Meter(1, 64)])


@given(st.lists(notes, max_size=24), st.floats(0, 50), st.floats(0, 12), meters)
def test_the_forecast_is_one_line_inside_its_bar_and_always_the_same(played, at, length, meter):
    clip = before(Clip(tuple(played)), at)
    ahead = forecast(clip, at, at + length, meter)
    assert ahead == forecast(clip, at, at + length, meter)
    assert all(at <= n.start and n.end <= at + length + EPSILON for n in ahead.notes)
    assert all(a.end <= b.start + EPSILON for a, b in pairwise(ahead.notes))


@given(st.lists(notes, max_size=24), st.integers(0, 5000).map(lambda n: n / 100), meters)
def test_what_was_played_stays_as_it_was_under_the_forecast(played, at, meter):
    clip = before(Clip(tuple(played)), at)
    whole = continued(clip, at, at + 4, meter)
    starts = [(n.start, n.pitch) for n in whole.notes]
    assert all((n.start, n.pitch) in starts for n in clip.notes)
