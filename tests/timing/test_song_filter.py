"""Live's position through the filter: late by chance, never early, and round loop braces."""

import random

import pytest

from bridge.timing.song_filter import SongPositionFilter

POLL_SECONDS = 0.0103  # between two looks of the script, and a little more by chance
REPORT_SECONDS = 0.1


class Song:
    """Live's song as its script sees it: a position some milliseconds old, told later still."""

    def __init__(self, seed=0, bpm_at=lambda seconds: 120.0, jumps=(), hang=0.0):
        self.chance = random.Random(seed)
        self.bpm_at, self.jumps, self.hang = bpm_at, list(jumps), hang
        self.seconds = self.beat = 0.0

    def run(self, until_seconds, step=0.001):
        """Yield (now, true beat, report or None); a report is (arrival, beat, bpm)."""
        look = told = 0.0
        told_bpm = None
        while self.seconds < until_seconds:
            bpm = self.bpm_at(self.seconds)
            self.seconds += step
            self.beat += step * bpm / 60
            if self.jumps and self.beat >= self.jumps[0][0]:
                there = self.jumps.pop(0)
                self.beat += there[1] - there[0]
            report = None
            if self.seconds >= look:
                look = self.seconds + POLL_SECONDS + self.chance.expovariate(500)
                if told_bpm != bpm or self.seconds - told >= REPORT_SECONDS:
                    told, told_bpm = self.seconds, bpm
                    report = self._report(bpm)
            yield self.seconds, self.beat, report

    def _report(self, bpm):
        old_seconds = self.chance.uniform(0, 0.010)
        late_seconds = 0.0002 + self.chance.expovariate(1000)
        if self.chance.random() < 0.01:
            late_seconds += self.hang
        return self.seconds + late_seconds, self.beat - old_seconds * bpm / 60, bpm


def errors_ms(song, until_seconds=60.0, settle_seconds=1.0):
    """How far the filter is from the song, at every millisecond at which it knows where it is."""
    found, line = [], SongPositionFilter()
    known = False
    for now, beat, report in song.run(until_seconds):
        if known and now > settle_seconds:
            found.append((line.beat_at(now) - beat) * 60_000 / song.bpm_at(now))
        if report:
            arrival, told, bpm = report
            line.take(told, bpm, arrival)
            known = True
    return sorted(abs(error) for error in found)


def p(errors, part):
    return errors[int(part * (len(errors) - 1))]


SONGS = {
    "steady": {},
    "slow, in a busy Live": {"bpm_at": lambda s: 61.0, "hang": 0.06},
    "tempo steps": {"bpm_at": lambda s: 120.0 if int(s / 10) % 2 == 0 else 140.0},
    "a tempo curve": {"bpm_at": lambda s: 90 + 5 * int(s * 10) / 100},
}


@pytest.mark.parametrize("name", SONGS)
def test_it_is_nearer_to_the_song_than_any_report(name):
    errors = errors_ms(Song(1, **SONGS[name]))
    assert p(errors, 0.5) < 1.5
    assert p(errors, 0.99) < 3.5


def test_round_a_loop_brace_of_a_bar_the_line_stays_as_good_as_it_was():
    errors = errors_ms(Song(2, jumps=[(8.0, 4.0)] * 40))
    near = [error for error in errors if error < 500]  # until the jump is told it is a bar off
    assert p(near, 0.99) < 3.5
    assert len(near) > 0.93 * len(errors)


def test_a_song_put_elsewhere_is_there_at_the_first_report():
    line = SongPositionFilter()
    for i in range(20):
        line.take(i * 0.2, 120.0, i * 0.1 + 0.005)
    beat, has_jumped = line.take(40.3, 120.0, 2.005)
    assert has_jumped
    assert beat == pytest.approx(40.3, abs=0.02)


def test_going_back_even_a_little_is_a_jump():
    line = SongPositionFilter()
    for i in range(20):
        line.take(i * 0.2, 120.0, i * 0.1)
    assert line.take(3.7, 120.0, 2.0)[1]


def test_one_report_that_was_held_up_moves_nothing_and_two_do():
    line = SongPositionFilter()
    for i in range(20):
        line.take(i * 0.2, 120.0, i * 0.1)
    beat, has_jumped = line.take(4.0, 120.0, 2.3)
    assert not has_jumped
    assert beat == pytest.approx(4.6, abs=0.02)
    beat, has_jumped = line.take(4.2, 120.0, 2.4)
    assert has_jumped
    assert beat == pytest.approx(4.2, abs=0.02)
