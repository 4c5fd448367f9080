"""In mode follow a bar of melody that returns gets the chord and the pattern that it had."""

from dataclasses import replace

from band_player import BAND, BASS, DRUMS
from chord_player import C, chord
from simulated_player import BEAT, assert_every_note_is_released, composer, ons, played, settings

from bridge.offline import run_offline
from models.music.clip import Clip, Note, Track

ONE, TWO = (60, 64, 67, 72), (65, 69, 72, 77)
PLAIN = replace(BAND, sections=())


class Fickle:
    """A band that plays something else each time that it is asked."""

    def __init__(self):
        self.count = 0

    def __call__(self, request):
        self.count += 1
        begin, end = round(request.begin), round(request.begin + request.length)
        pitch = 30 + self.count % 30
        bass = tuple(Note(float(b), 1.0, pitch, 70) for b in range(begin, end))
        drum = tuple(Note(float(b), 0.25, pitch, 70) for b in range(begin, end))
        return (
            Track("Drums", Clip(drum, float(end)), "drums", 0, DRUMS),
            Track("Bass", Clip(bass, float(end)), "bass", 32, BASS),
        )


def song(bars):
    tune = [pitch for bar in range(bars) for pitch in (ONE, TWO)[bar % 2]]
    return played(*((float(b), b + 0.9, pitch) for b, pitch in enumerate(tune)))


def jam(events, until, manifest=BAND, **given):
    asked = composer(0.02, answering=Fickle())
    given = {"mode": "follow", "commit": 1.0, **given}
    return run_offline(settings(**given), events, asked, until * BEAT, (), [manifest])


def bars(run, channel, count):
    heard = ons(run, channel)
    return [[p for beat, p in heard if 4 * b <= beat < 4 * b + 4] for b in range(count)]


def test_a_bar_that_returns_is_played_as_it_was():
    run = jam(song(12), 48)
    for channel in (BASS, DRUMS):
        heard = bars(run, channel, 12)
        assert all(heard[5:])
        assert heard[6] == heard[8] == heard[10]
        assert heard[7] == heard[9] == heard[11]
    assert_every_note_is_released(run)


def test_where_a_chord_leads_it_is_asked_for_anew():
    run = jam([*song(12), *chord(28, 48, C)], 48, split=48)
    heard = bars(run, BASS, 12)
    assert heard[8] != heard[10]


def test_what_is_no_band_is_asked_each_time():
    heard = bars(jam(song(12), 48, manifest=PLAIN), BASS, 12)
    assert heard[8] != heard[10]
