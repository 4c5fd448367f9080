"""Led by a clock from outside: bar lines, stops, jumps and tempo changes of the song."""

from math import ceil

import mido
import pytest
from simulated_player import (
    BEAT,
    assert_every_note_is_released,
    command,
    composer,
    edges,
    on,
    ons,
    play,
    played,
    reports,
)

from bridge.events import ClockChanged, ClockPosition, Command, MidiIn
from bridge.reports import BeatReport, NoticeReport, Reply, StateReport
from models.music.clip import Clip, Note, Track

BASS = 1


def at(seconds: float, beat: float, bpm: float = 120.0, playing: bool = True, **more):
    return ClockPosition(seconds, "link", beat, bpm, playing, **more)


def led(events, until_seconds, its_composer=None, **given):
    return play(events, until_seconds / BEAT, its_composer, clock="link", **given)


def struck(seconds: float, pitch: int, length_seconds: float = 0.2) -> list:
    on_, off_ = (mido.Message(f"note_{kind}", note=pitch) for kind in ("on", "off"))
    return [MidiIn(seconds, on_), MidiIn(seconds + length_seconds, off_)]


def scale(request) -> tuple[Track, ...]:
    """A long bass note a bar, its pitch the bar's number, so that one hears where it is."""
    bar = request.meter.beats_per_bar
    count = round(request.length / bar)
    notes = tuple(Note(i * bar, bar, 36 + i, 70) for i in range(count))
    return (Track("bass", Clip(notes, request.length), "bass", 32, 5),)


def beats(request) -> tuple[Track, ...]:
    """A bass note on every beat asked for."""
    places = [request.begin + i for i in range(ceil(request.length))]
    notes = tuple(Note(float(ceil(beat)), 1.0, 36, 70) for beat in places)
    return (Track("bass", Clip(notes, request.begin + request.length), "bass", 32, 5),)


def two_bars(*events, until: float, mode="answer", **given):
    """A clock that runs from 0 s at 120 bpm; a phrase of two bars (8 beats, 4 s) is played."""
    tune = [e for i in range(8) for e in struck(0.5 * i + 0.001, 60 + i)]
    events = [at(0.0, 0.0), *tune, *events]
    return led(events, until, composer(answering=scale), bars=2, mode=mode, **given)


def test_a_note_before_the_clock_runs_sounds_and_begins_nothing():
    run = led([*struck(0.1, 60)], 4.0)
    assert ons(run, 0) == [(0.0, 60)]
    assert reports(run, StateReport)[-1].state == "idle"


def test_what_is_tried_out_while_the_song_stands_is_no_part_of_the_phrase():
    tried = [e for i in range(5) for e in struck(0.1 * i, 40 + i, 0.05)]
    tune = [e for i in range(4) for e in struck(1.01 + 0.5 * i, 60 + i)]
    run = led([*tried, command(1.5, "record/start"), at(1.0, 0.0), *tune], 6)
    assert [n.pitch for n in run.takes[0].melody.clip.notes] == [60, 61, 62, 63]


def test_a_place_to_go_to_is_forgotten_with_the_clock_that_it_was_meant_for():
    commands = [command(0, "transport/start"), command(1, "transport/locate", 0.0)]
    run = play([*commands, command(2, "clock", "link"), at(2.0, 17.0)], 8, bars=1)
    assert reports(run, BeatReport)[-1].position > 20


def test_the_offset_of_a_clock_that_is_none_is_refused():
    run = play([Command(0.5, "clock/offset", ("sundial", 10.0))], 4)
    assert "sundial" in reports(run, NoticeReport)[0].text


def test_the_accompaniment_comes_in_on_the_bar_line_of_the_clock():
    run = two_bars(until=8.5)
    assert ons(run, BASS)[:2] == [(8.0, 36), (12.0, 37)]
    assert_every_note_is_released(run)


def test_a_clock_that_begins_elsewhere_has_its_own_bar_lines():
    tune = [e for i in range(4) for e in struck(0.5 * i + 0.55, 60 + i)]
    run = led([at(0.0, 18.9), *tune], 6, composer(answering=scale), bars=1)
    assert ons(run, BASS)[0] == (24.0, 36)


def test_the_clock_stops_and_goes_on_and_so_does_the_accompaniment():
    stop, go = at(5.0, 10.0, playing=False), at(7.0, 10.0)
    run = two_bars(stop, go, until=11)
    assert edges(run, BASS)[:6] == [
        (8.0, "on", 36), (10.0, "off", 36),  # silent while the song stands
        (10.0, "on", 36), (12.0, "off", 36),  # in the same bar of the answer
        (12.0, "on", 37), (16.0, "off", 37),
    ]  # fmt: skip
    assert_every_note_is_released(run)


def test_a_jump_within_the_answer_enters_in_the_right_bar():
    run = two_bars(at(5.0, 13.0, has_jumped=True), until=6.4)
    assert edges(run, BASS)[:4] == [
        (8.0, "on", 36), (10.0, "off", 36), (13.0, "on", 37), (15.8, "off", 37),
    ]  # fmt: skip


def test_a_jump_out_of_the_answer_leaves_it_and_a_jump_back_takes_it_up():
    run = two_bars(at(5.0, 40.0), at(6.0, 12.0), until=7.8)
    assert edges(run, BASS)[:4] == [
        (8.0, "on", 36), (10.0, "off", 36), (12.0, "on", 37), (15.6, "off", 37),
    ]  # fmt: skip
    assert_every_note_is_released(run)


@pytest.mark.parametrize("late_seconds", [-0.03, 0.0, 0.05])
def test_a_loop_brace_around_the_phrase_has_its_answer_from_the_brace_on(late_seconds):
    beat = max(late_seconds, 0.0) * 2
    run = two_bars(at(4.0 + late_seconds, beat, has_jumped=True), until=8.5)
    starts = [beat for beat, pitch in ons(run, BASS) if pitch == 36]
    assert any(0 <= beat < 0.2 for beat in starts), starts
    assert (4.0, 37) in ons(run, BASS)


@pytest.mark.parametrize(
    ("beat", "place"), [(0.0, 36), (4.0, 37), (20.0, 37), (32.0, 36), (6.0, 37)]
)
def test_a_loop_goes_on_in_the_bar_where_the_song_is(beat, place):
    run = two_bars(at(6.0, beat, has_jumped=True), until=6.5, mode="loop")
    assert (beat, place) in ons(run, BASS)
    assert_every_note_is_released(run)


def test_followed_round_a_loop_brace_all_passes_are_one_take_and_are_accompanied():
    tune = [e for i in range(64) for e in struck(0.5 * i, 60 + i % 16)]
    braces = [at(8.0 * i - 0.001, -0.002 if i == 1 else 0.0, has_jumped=True) for i in range(1, 4)]
    run = led([at(0.0, 0.0), *tune, *braces], 31.9, composer(answering=beats), mode="follow")
    assert len(ons(run, BASS)) >= 12 + 3 * 15
    (take,) = run.takes
    assert [n.start for n in take.melody.clip.notes] == pytest.approx(
        [float(i) for i in range(64)], abs=0.01
    )
    assert sum(len(t.clip.notes) for t in take.accompaniment) == len(ons(run, BASS))
    assert_every_note_is_released(run)


def test_a_jump_in_the_middle_of_a_phrase_keeps_what_was_played_of_it():
    run = two_bars(at(2.0, 100.0, has_jumped=True), until=3)
    assert len(run.takes[0].melody.clip.notes) == 4


def test_a_tempo_change_bends_what_is_laid_out_and_drops_nothing():
    ramp = [
        at(4.0 + 0.1 * i, 8.0 + sum(0.2 + 0.004 * j for j in range(i)), 120 + 2.4 * i)
        for i in range(20)
    ]
    run = two_bars(*ramp, until=8.5)
    assert [edge for edge in edges(run, BASS)][:4] == [
        (8.0, "on", 36), (12.0, "off", 36), (12.0, "on", 37), (16.0, "off", 37),
    ]  # fmt: skip
    assert not [r for r in reports(run, NoticeReport) if "left out" in r.text]


def test_a_clock_a_little_ahead_drops_no_note():
    ahead = at(4.3, 8.8)  # 100 ms further than thought
    run = two_bars(ahead, until=8.5)
    assert [pitch for _, pitch in ons(run, BASS)] == [36, 37]


def test_a_clock_that_runs_back_a_little_plays_nothing_twice():
    back = at(4.05, 7.95)
    run = two_bars(back, until=8.5)
    assert [pitch for _, pitch in ons(run, BASS)] == [36, 37]


def test_another_clock_than_the_chosen_one_is_not_listened_to():
    other = ClockPosition(4.5, "jack", 77.0, 300.0, True, has_jumped=True)
    assert ons(two_bars(other, until=8.5), BASS)[:2] == [(8.0, 36), (12.0, 37)]


def test_the_offset_lets_continuo_play_later():
    run = two_bars(until=8.5, offsets_ms={"link": 100.0})
    assert ons(run, BASS)[:2] == [(8.0, 36), (12.0, 37)]
    run = two_bars(command(2.0, "clock/offset", None), until=5)
    assert reports(run, NoticeReport)


def test_coming_home_to_the_own_clock_the_song_runs_on():
    run = two_bars(command(9.0, "clock", "internal"), until=8.5)
    assert ons(run, BASS)[:2] == [(8.0, 36), (12.0, 37)]
    assert [r.values[:2] for r in reports(run, Reply) if r.name == "clock"] == [
        ("internal", "chosen")
    ]


def test_a_clock_that_fails_is_said_and_the_song_is_ones_own_again():
    failed = ClockChanged(0.5, "link", "failed", "Ableton Link needs an extra")
    tune = [e for i in range(4) for e in struck(1.0 + 0.5 * i, 60)]
    run = led([failed, *tune], 6.0, composer(answering=scale), bars=1)
    assert [r.text for r in reports(run, NoticeReport) if r.kind == "error"] == [failed.detail]
    assert ons(run, BASS) == [(4.0, 36)]


def test_who_chose_a_clock_that_fails_is_told_so():
    asker = ("127.0.0.1", 5000)
    choice = Command(0.1, "clock", ("link",), asker, "/continuo/clock")
    failed = ClockChanged(0.5, "link", "failed", "Ableton Link needs an extra")
    run = play([choice, failed], 6.0)
    told = [(r.values[:2], r.sender) for r in reports(run, Reply) if r.name == "clock"]
    assert told[-2:] == [(("link", "failed"), asker), (("internal", "chosen"), asker)]
    assert [r.text for r in reports(run, NoticeReport) if r.kind == "error"] == [failed.detail]


def test_a_loop_that_stands_with_its_clock_does_not_say_that_it_plays():
    run = two_bars(at(6.0, 12.0, playing=False), until=7, mode="loop")
    states = [r.state for r in reports(run, StateReport)]
    assert "playing" in states
    assert states[-2:] == ["armed", "idle"]


# -- MIDI clock ------------------------------------------------------------------------------
def pulses(first_seconds: float, count: int, bpm: float = 120.0) -> list[MidiIn]:
    step = 60 / bpm / 24
    return [MidiIn(first_seconds + i * step, mido.Message("clock")) for i in range(count)]


def by_midi_clock(events, until_seconds, **given):
    more = {"clock": "midi", "bars": 1, **given}
    return play(events, until_seconds / BEAT, composer(answering=scale), **more)


def test_midi_clock_starts_and_the_accompaniment_is_on_its_bar_line():
    begin = MidiIn(0.99, mido.Message("start"))
    tune = [e for i in range(4) for e in struck(1.0 + 0.5 * i + 0.002, 60)]
    run = by_midi_clock([begin, *pulses(1.0, 24 * 9), *tune], 5.2)
    assert ons(run, BASS)[0] == (4.0, 36)


def test_a_first_note_that_is_heard_before_the_clocks_first_pulse_counts():
    begin = MidiIn(0.99, mido.Message("start"))
    tune = [e for i in range(4) for e in struck(1.0 + 0.5 * i - 0.005, 60 + i)]
    run = by_midi_clock([begin, *pulses(1.0, 24 * 9), *tune], 5.2)
    assert [n.pitch for n in run.takes[0].melody.clip.notes] == [60, 61, 62, 63]


def test_midi_clock_that_goes_silent_is_said_and_the_song_runs_on():
    begin = MidiIn(0.99, mido.Message("start"))
    tune = [e for i in range(4) for e in struck(1.0 + 0.5 * i + 0.002, 60)]
    run = by_midi_clock([begin, *pulses(1.0, 24 * 5), *tune], 7)
    assert ons(run, BASS)[0] == (4.0, 36)
    lost = [r for r in reports(run, NoticeReport) if "lost" in r.text]
    assert len(lost) == 1
    assert_every_note_is_released(run)


def test_a_clock_whose_song_does_not_run_is_said_once():
    run = by_midi_clock(pulses(0.1, 24 * 9), 5)
    said = [r.text for r in reports(run, NoticeReport)]
    assert said == ["MIDI clock comes, at about 120 bpm; it is followed from its Start on"]


def test_midi_clock_is_deaf_to_tempo_wishes_and_says_so():
    run = by_midi_clock([command(1.0, "transport/tempo", 90.0)], 2)
    assert "MIDI clock" in reports(run, NoticeReport)[0].text


def test_without_midi_clock_chosen_its_messages_are_nothing():
    begin = MidiIn(0.99, mido.Message("start"))
    run = play([begin, *pulses(1.0, 100), on(0, 60)], 10)
    assert [m.type for _, m in run.heard if m.type in ("clock", "start")] == []
    assert played  # the keyboard plays on as ever
