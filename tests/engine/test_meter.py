"""The meter read and set while standing and playing, and followed where a clock tells it."""

from dataclasses import replace

import pytest
from engine_requests import BASS, MODELS, ask, errors, perform, sent, told
from manifests import GOOD
from simulated_player import (
    BEAT,
    MODEL,
    assert_every_note_is_released,
    composer,
    ons,
    play,
    played,
    reports,
    settings,
)

from bridge.engine.engine import Engine, Services
from bridge.events import ClockPosition, ModelsChanged
from bridge.offline import OfflineRun
from bridge.reports import BeatReport, NoticeReport
from models.music.tempo import Meter

WALTZ = Meter(3, 4)


def bars(run):
    """Where each bar began: (beat of the song, its number)."""
    return [(r.position, r.bar) for r in reports(run, BeatReport) if r.beat == 1]


def test_it_is_told_to_who_asks():
    assert told(perform(ask(1, "meter")), "meter") == [(4, 4)]
    assert told(perform(ask(1, "meter"), meter=Meter(6, 8)), "meter") == [(6, 8)]


@pytest.mark.parametrize("meter", [Meter(17, 16), Meter(7, 8), Meter(13, 32)], ids=str)
def test_odd_meters_have_their_bars(meter):
    bar = meter.beats_per_bar
    keys = played(*((i * bar / 4, i * bar / 4 + 0.1, 60 + i) for i in range(8)))
    run = play(keys, 6 * bar, meter=meter, bars=1, mode="loop")
    assert [beat for beat, _ in ons(run, BASS)][:4] == [bar, 2 * bar, 3 * bar, 4 * bar]


def test_set_while_standing_it_counts_at_once():
    run = perform(ask(0, "meter", 3, 4), ask(1, "transport/start"), until=10.5)
    assert told(run, "meter") == [(3, 4)]
    assert bars(run) == [(0, 1), (3, 2), (6, 3), (9, 4)]


def test_set_while_playing_it_counts_from_the_next_bar_line_on_and_is_told_then():
    run = perform(ask(0, "transport/start"), ask(5, "meter", 3, 4), ask(6, "meter"), until=15.5)
    assert bars(run) == [(0, 1), (4, 2), (8, 3), (11, 4), (14, 5)]
    assert told(run, "meter") == [(4, 4), (3, 4)]


def test_changed_twice_the_bars_are_counted_on():
    events = (ask(0, "transport/start"), ask(1, "meter", 3, 4), ask(8, "meter", 6, 8))
    assert bars(perform(*events, until=16.5))[:6] == [
        (0, 1), (4, 2), (7, 3), (10, 4), (13, 5), (16, 6),
    ]  # fmt: skip


def test_stopped_and_started_again_the_song_goes_on_in_the_new_meter():
    events = (
        ask(0, "transport/start"),
        ask(5, "transport/stop"),
        ask(6, "meter", 3, 4),
        ask(7, "transport/start"),
    )
    assert bars(perform(*events, until=13.5)) == [(0, 1), (4, 2), (8, 3), (11, 4), (14, 5)]


def test_a_phrase_after_it_is_of_bars_in_the_new_meter():
    tune = played((0, 0.9, 60), (1, 1.9, 62), (2, 2.9, 64))
    run = perform(ask(0, "meter", 3, 4), *shifted(tune, 1), until=12)
    assert run.requests[0].meter == WALTZ
    assert run.requests[0].length == 3.0
    assert ons(run, BASS)[0] == (3.0, 36)


def shifted(events, beats):
    return [replace(e, at_seconds=e.at_seconds + beats * BEAT) for e in events]


@pytest.mark.parametrize("mode", ["answer", "loop", "follow"])
def test_what_sounds_in_the_old_meter_ends_there_and_what_was_played_is_kept(mode):
    run = perform(*played((0, 3.9, 60), (4, 7.9, 64)), ask(9, "meter", 3, 4), mode=mode, until=40)
    assert told(run, "meter") == [(3, 4)]
    assert max((beat for beat, _ in ons(run, BASS)), default=0) < 12
    kept = {n.pitch for take in run.takes for n in take.melody.clip.notes}
    assert kept == ({60} if mode == "loop" else {60, 64})  # over a loop one plays, unrecorded
    assert_every_note_is_released(run)


def test_a_take_that_is_asked_for_after_it_is_in_the_new_meter():
    run = perform(ask(0, "transport/start"), ask(1, "meter", 3, 4), *sent(ask(5, "generate", "a"),
                  at=4.5), until=20)  # fmt: skip
    assert run.requests[0].meter == WALTZ
    assert ons(run, BASS)[0][0] == 7.0


@pytest.mark.parametrize(
    ("values", "word"),
    [((3, 5), "power of two"), ((3,), "numerator and a denominator"), ((17, 16), "17/16")],
)
def test_a_meter_that_cannot_be_is_refused_with_a_sentence(values, word):
    run = perform(ask(1, "meter", *values), ask(2, "meter"))
    assert word in errors(run)[0].text
    assert told(run, "meter") == [(4, 4)]


def test_a_meter_for_which_another_model_was_made_is_taken_and_that_is_said():
    other = replace(GOOD, name="other", meters=("7/8",))
    run = perform(ModelsChanged(0.1, (MODELS[0], other)), ask(1, "meter", 7, 8))
    assert told(run, "meter") == [(7, 8)]
    assert f"{MODEL} was not made for 7/8" in " ".join(r.text for r in reports(run, NoticeReport))


def test_a_pickup_that_is_longer_than_the_bars_is_said():
    assert "pickup" in errors(perform(ask(1, "meter", 2, 4), pickup=3.0))[0].text


# -- clocks ------------------------------------------------------------------------------------
def at(seconds, beat, meter=None, source="jack"):
    return ClockPosition(seconds, source, beat, 120.0, True, meter=meter)


def test_a_clocks_meter_is_followed_at_once_and_said():
    run = perform(at(0, 0.0), at(0.1, 0.2, WALTZ), clock="jack", until=7.5)
    assert bars(run) == [(0, 1), (3, 2), (6, 3)]
    assert told(run, "meter") == [(3, 4)]
    assert "JACK's transport is in 3/4: followed" in [r.text for r in reports(run, NoticeReport)]


def test_a_clocks_meter_that_no_model_plays_is_said_once_and_ours_stays():
    odd = Meter(17, 16)
    run = perform(at(0, 0.0), at(0.1, 0.2, odd), at(0.2, 0.4, odd), clock="jack", until=7.5)
    (said,) = [r.text for r in reports(run, NoticeReport) if "17/16" in r.text]
    assert said.startswith("JACK's transport is in 17/16, Continuo in 4/4: no model plays in 17/16")
    assert bars(run) == [(0, 1), (4, 2)]


def test_a_meter_set_by_hand_stays_until_the_clock_tells_another():
    waltz = [at(i / 4, i / 2, WALTZ) for i in range(16)]
    events = (*waltz, ask(2, "meter", 6, 8), at(4.0, 8.0, Meter(2, 4)))
    run = perform(*events, clock="jack", until=12)
    assert told(run, "meter") == [(3, 4), (6, 8), (2, 4)]


def test_links_quantum_follows():
    led = []

    class Clocks:
        def choose(self, source):
            pass

        def lead(self, what, value=None):
            led.append((what, value))

    run = OfflineRun()
    engine = Engine(settings(), Services(run, composer(), run, Clocks()), run, MODELS)
    engine.advance(0.0)
    engine.handle(ask(0, "meter", 6, 8), 0.0)
    assert led == [("meter", 3.0)]
