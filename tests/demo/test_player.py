"""The demo: a bundled melody played to the real engine, on a simulated clock."""

import queue

import pytest
from patience import PATIENCE_SECONDS
from simulated_player import assert_every_note_is_released, composer, edges, ons, reports

from bridge.demo.player import (
    FOLDER,
    LEAVE_SECONDS,
    Keyboard,
    Melody,
    keystrokes,
    last_beat,
    melodies,
    melody_in,
    render,
)
from bridge.events import Command, MidiIn
from bridge.offline import run_offline
from bridge.reports import BeatReport, TakeReport
from bridge.settings import PlaySettings
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter


def run(melody: Melody, *latencies_seconds, rounds=2):
    settings = PlaySettings(
        "bach", mode="loop", bars=melody.bars, bpm=melody.bpm, meter=melody.meter
    )
    played = [MidiIn(seconds, message) for seconds, message in keystrokes(melody.clip, melody.bpm)]
    end_seconds = rounds * melody.clip.length * 60 / melody.bpm - LEAVE_SECONDS
    events = [*played, Command(end_seconds, "quit")]
    return run_offline(settings, events, composer(*latencies_seconds), end_seconds + 1)


@pytest.mark.parametrize("melody", melodies(), ids=lambda melody: melody.name)
def test_the_melody_is_heard_alone_and_then_with_its_accompaniment(melody):
    heard = run(melody)
    length = melody.clip.length
    tune = [(round(n.start, 6), n.pitch) for n in melody.clip.notes]
    assert ons(heard, 0) == tune + [(beat + length, pitch) for beat, pitch in tune]
    accompanied = [beat for beat, _ in ons(heard, 1)]
    bar = melody.meter.beats_per_bar
    assert accompanied == [length + i * bar for i in range(melody.bars)]
    assert_every_note_is_released(heard)


@pytest.mark.parametrize("melody", melodies(), ids=lambda melody: melody.name)
def test_the_demo_is_short_and_ends_before_a_third_round(melody):
    assert 2 * melody.clip.length * 60 / melody.bpm < 32
    assert max(beat for beat, _, _ in edges(run(melody))) <= 2 * melody.clip.length


def test_a_take_of_the_demo_is_kept():
    assert [len(take.accompaniment) for take in run(melodies()[0]).takes] == [1]


def test_while_the_model_is_still_loading_the_melody_goes_round():
    melody = melodies()[0]
    heard = run(melody, 20.0, rounds=3)
    (take,) = reports(heard, TakeReport)
    entered = min(beat for beat, _ in ons(heard, 1))
    assert entered > melody.clip.length
    assert last_beat(take.begin, entered, melody.clip.length) == 3 * melody.clip.length


@pytest.mark.parametrize(("entered", "end"), [(32, 64), (40, 64), (48, 64), (52, 96), (64.1, 96)])
def test_at_least_half_a_round_is_heard_with_its_accompaniment(entered, end):
    assert last_beat(32, entered, 32) == end


def test_there_is_a_melody_in_four_four_and_one_in_three_four():
    assert melody_in(None) == melody_in(Meter(4, 4)) == melodies()[0]
    assert str(melody_in(Meter(3, 4)).meter) == "3/4"
    assert melody_in(Meter(7, 8)) is None


def test_a_repeated_note_is_released_before_it_is_struck_again():
    struck = keystrokes(Clip((Note(0, 1, 60), Note(1, 1, 60)), 2), 60)
    assert [(seconds, message.type) for seconds, message in struck] == [
        (0, "note_on"),
        (1, "note_off"),
        (1, "note_on"),
        (2, "note_off"),
    ]


def short_melody():
    return Melody("two notes", Clip((Note(0, 1, 60), Note(1, 1, 62)), 4), 400.0, Meter())


class FastClock:
    """A clock by which every wait is over at once."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        self.seconds += 10
        return self.seconds


def test_the_keyboard_plays_the_melody_waits_for_the_take_and_quits():
    inbox = queue.SimpleQueue()
    keyboard = Keyboard(short_melody(), inbox.put, FastClock())
    keyboard(BeatReport(1, 1, 400, 0.0))
    keyboard(TakeReport(Composition(Track("melody")), 4.0))
    keyboard.start()
    events = [inbox.get(timeout=PATIENCE_SECONDS) for _ in range(5)]
    assert [e.message.note for e in events if isinstance(e, MidiIn)] == [60, 60, 62, 62]
    assert [e.name for e in events if isinstance(e, Command)] == ["quit"]
    assert keyboard.accompanied


def test_a_keyboard_that_is_stopped_plays_no_more():
    inbox = queue.SimpleQueue()
    keyboard = Keyboard(short_melody(), inbox.put, lambda: 0.0)
    keyboard.start()
    keyboard.stop()
    assert inbox.empty()


def test_the_take_is_rendered_as_sound(tmp_path):
    said = render(FOLDER / "first_light.mid", tmp_path / "demo.wav")
    assert said == f"sound: {tmp_path / 'demo.wav'}"
    assert (tmp_path / "demo.wav").stat().st_size > 1_000_000


def test_a_take_that_cannot_be_read_makes_no_sound_and_says_why(tmp_path):
    assert render(tmp_path / "take.mid", tmp_path / "demo.wav").startswith(
        "no demo.wav: cannot read"
    )
