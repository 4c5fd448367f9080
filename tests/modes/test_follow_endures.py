"""Half an hour of mode follow, led by a jittery MIDI clock, on the simulated clock."""

from random import Random

import pytest
from follow_composers import one_a_beat
from simulated_player import assert_every_note_is_released, settings

from bridge.bench.players import PAUSE_EVERY_BARS, jittery_clock, random_player
from bridge.engine.engine import Engine, Services
from bridge.offline import OfflineRun, ScriptedComposer
from bridge.reports import NoticeReport, SoundReport

MINUTES = 30
BPM = 120.0


class Player:
    """Drives the engine event by event, and looks at its size now and then."""

    def __init__(self, random: Random, minutes: float) -> None:
        self.run = OfflineRun()
        self.composer = ScriptedComposer(
            one_a_beat, [random.uniform(0.01, 0.09) for _ in range(997)]
        )
        others = Services(self.run, self.composer, self.run)
        self.engine = Engine(settings(mode="follow", clock="midi", bars=8), others, self.run)
        self.sizes: list[int] = []
        seconds = minutes * 60
        inbox = [*jittery_clock(random, seconds, BPM), *random_player(random, seconds, BPM)]
        self.inbox = sorted(inbox, key=lambda event: event.at_seconds)

    def play(self) -> None:
        number, now_seconds = 0, 0.0
        self.engine.advance(0.0)
        while number < len(self.inbox):
            event = self.inbox[number]
            wakes = self.engine.next_wakeup_seconds()
            answers = self.composer.next_seconds
            due = min(s for s in (event.at_seconds, wakes, answers) if s is not None)
            now_seconds = self.composer.now_seconds = max(now_seconds, due)
            if answers is not None and answers <= due:
                self.engine.handle(self.composer.take(), now_seconds)
            elif event.at_seconds <= due:
                self.engine.handle(event, now_seconds)
                number += 1
            else:
                self.engine.advance(now_seconds)
            if number % 5000 == 0:
                self.sizes.append(held_by(self.engine))
        self.engine.close(now_seconds)


def held_by(engine: Engine) -> int:
    """Count what the engine holds that grows with what is played."""
    parts = engine._performance.parts
    mode = engine._performance.mode
    tracks = mode._piece.plan.tracks if mode._piece else ()
    plan = sum(len(track.clip.notes) for track in tracks)
    asked = sum(len(take.requests) for take in parts.takes._by_id.values())
    return plan + asked + len(parts.recorder.done()) + len(parts.scheduler._edges)


@pytest.fixture(scope="module")
def half_an_hour():
    player = Player(Random(4), MINUTES)
    player.play()
    return player


def test_no_note_hangs_after_half_an_hour(half_an_hour):
    assert_every_note_is_released(half_an_hour.run)


def test_every_accompaniment_note_is_on_its_beat_and_none_is_late(half_an_hour):
    sounds = [r for r in half_an_hour.run.reports if isinstance(r, SoundReport)]
    strikes = [r for r in sounds if r.message.type == "note_on" and r.message.channel == 1]
    assert len(strikes) > 2500
    places = [round(r.position % 1, 6) % 1 for r in strikes]
    # A sixteenth after a beat, or where that is too soon the next, comes what answers a note that
    # was not foreseen.
    assert set(places) <= {0.0, 0.25, 0.5}
    assert places.count(0.0) > 0.9 * len(places)
    assert max(r.late_ms for r in strikes) < 1e-6


def test_the_player_is_never_left_alone_while_playing(half_an_hour):
    strikes = {
        round(r.position)
        for r in half_an_hour.run.reports
        if isinstance(r, SoundReport) and r.message.type == "note_on" and r.message.channel == 1
    }
    for first in range(0, 60 * MINUTES // 2 // 4, PAUSE_EVERY_BARS):
        bars = range(first + 2, first + PAUSE_EVERY_BARS - 6)
        silent = [bar for bar in bars if not strikes & set(range(4 * bar, 4 * bar + 4))]
        assert not silent, f"bars without accompaniment: {silent}"


def test_nothing_goes_wrong_and_nothing_is_left_out(half_an_hour):
    notices = [r for r in half_an_hour.run.reports if isinstance(r, NoticeReport)]
    assert [r.text for r in notices if r.kind != "info"] == []


def test_the_engine_does_not_grow(half_an_hour):
    sizes = half_an_hour.sizes
    third = len(sizes) // 3
    assert max(sizes[2 * third :]) <= 2 * max(sizes[:third]), sizes
