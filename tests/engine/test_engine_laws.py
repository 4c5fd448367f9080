"""Whatever a player, a worker and a port do: notes end, and the accompaniment is on the bar."""

from engine_strategies import events, latencies, plays, stalls, two_voices
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from simulated_player import assert_every_note_is_released, composer, play, reports

from bridge.reports import TakeReport


@hypothesis_settings(max_examples=150)
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


@hypothesis_settings(max_examples=30)
@given(st.lists(events, max_size=30), latencies, plays)
def test_the_same_playing_gives_the_same_music(script, waits, given_):
    first, second = (play(script, 30, composer(*waits), **given_) for _ in range(2))
    assert first.heard == second.heard
    assert first.takes == second.takes
