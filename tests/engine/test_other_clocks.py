"""Two clocks at once: one is followed, the other named and left out. And one that never comes."""

import mido
from live_script import hellos, said
from live_script import play as play_beside_live
from simulated_player import BEAT, command, play, reports

from bridge.events import MidiIn
from bridge.reports import BeatReport, NoticeReport, Reply

SECONDS = 1 / BEAT


def pulses(first_seconds, count, bpm=120.0, port=""):
    step = 60 / bpm / 24
    return [MidiIn(first_seconds + i * step, mido.Message("clock"), port) for i in range(count)]


def start(seconds, port=""):
    return MidiIn(seconds, mido.Message("start"), port)


def words(run, kind=None):
    return [r.text for r in reports(run, NoticeReport) if kind in (None, r.kind)]


def test_of_clocks_at_two_ports_the_first_is_followed_and_the_other_named_once():
    ours = [start(0.9), *pulses(1.0, 400)]
    others = [start(2.0, "Keystation"), *pulses(2.01, 400, 97.0, "Keystation")]
    run = play([*ours, *others], 9 * SECONDS, clock="midi")
    assert words(run, "warning") == [
        "two clocks at once: MIDI clock is followed, MIDI clock from Keystation is left out"
    ]
    assert [round(r.bpm) for r in reports(run, BeatReport)][-1] == 120
    assert [(r.bar, r.beat) for r in reports(run, BeatReport)][:9] == [
        *[(1, n) for n in (1, 2, 3, 4)], *[(2, n) for n in (1, 2, 3, 4)], (3, 1),
    ]  # fmt: skip


def test_when_the_one_ends_the_other_is_followed():
    events = [start(0.9), *pulses(1.0, 100), start(6.0, "Keystation")]
    run = play([*events, *pulses(6.1, 200, 97.0, "Keystation")], 10 * SECONDS, clock="midi")
    assert round([r.bpm for r in reports(run, BeatReport)][-1]) == 97


def test_two_senders_at_one_port_are_said_once():
    run = play(
        [start(0.9), *pulses(1.0, 480), *pulses(1.004, 480, 120.0)], 12 * SECONDS, clock="midi"
    )
    said = [text for text in words(run, "warning") if "two senders" in text]
    assert len(said) == 1
    assert "cannot tell its senders apart" in said[0]


def test_midi_clock_beside_another_clock_is_named():
    run = play(pulses(1.0, 300), 8 * SECONDS, clock="link")
    assert words(run, "warning") == [
        "two clocks at once: Ableton Link is followed, MIDI clock is left out"
    ]


def test_midi_clock_beside_our_own_is_said_with_how_to_follow_it():
    (text,) = words(play(pulses(1.0, 300), 8 * SECONDS))
    assert "/continuo/clock midi" in text


def test_some_pulses_are_no_clock():
    assert words(play(pulses(1.0, 10), 8 * SECONDS, clock="link")) == []


def test_chosen_anew_the_other_is_named_anew():
    run = play([*pulses(1.0, 500), command(6, "clock", "jack")], 11 * SECONDS, clock="link")
    assert [text.split(": ")[1].split(" is")[0] for text in words(run, "warning")] == [
        "Ableton Link", "JACK's transport",
    ]  # fmt: skip


def test_lives_song_beside_midi_clock_is_named():
    song = [said(1.0 + i / 10, "song", i / 5, 133.0, 1, 4, 4) for i in range(50)]
    run = play_beside_live(
        *hellos(8.0), *song, start(0.9), *pulses(1.0, 300), until_seconds=6.0, clock="midi"
    )
    assert "two clocks at once: MIDI clock is followed, Live's song is left out" in words(run)


# -- a clock that is chosen and never comes ----------------------------------------------------
def clocks(run):
    return [r.values[:2] for r in reports(run, Reply) if r.name == "clock"]


def test_midi_clock_that_never_comes_is_said_with_what_to_do():
    run = play([], 30 * SECONDS, clock="midi")
    (text,) = words(run)
    assert "no MIDI clock comes into Continuo In" in text
    assert "/continuo/clock internal" in text
    assert clocks(run) == [("midi", "lost")]


def test_chosen_while_playing_it_is_waited_for_as_well():
    run = play([command(2, "clock", "midi")], 30 * SECONDS)
    assert clocks(run) == [("midi", "chosen"), ("midi", "lost")]


def test_midi_clock_that_comes_late_is_found():
    run = play([start(8.9), *pulses(9.0, 100)], 20, clock="midi")
    assert clocks(run) == [("midi", "lost"), ("midi", "found")]
    assert words(run)[-1] == "MIDI clock is there"


def test_midi_clock_that_is_there_is_not_waited_for():
    run = play([start(0.9), *pulses(1.0, 48 * 9)], 9 * SECONDS, clock="midi")
    assert words(run) == []
