"""The bar that `continuo bench` asks for again and again."""

from contextlib import contextmanager
from itertools import pairwise
from queue import SimpleQueue

import pytest

from bridge.bench import follow
from bridge.bench.follow import CONTEXT_BARS, bars, time_follow
from bridge.bench.processes import BenchError
from bridge.demo.player import melodies
from bridge.events import Generated, GenerateFailed
from models.music.clip import Clip, Note, Track

MELODY = melodies()[0]


class Answers:
    """A worker that plays a note in each bar at once, and remembers what it was asked."""

    def __init__(self, reason=""):
        self.asked, self.inbox, self.reason = [], SimpleQueue(), reason

    def request(self, request):
        self.asked.append(request)
        name = request.request_id
        if self.reason:
            self.inbox.put(GenerateFailed(0.0, name, self.reason))
            return
        clip = Clip((Note(request.begin, request.length, 48),))
        self.inbox.put(Generated(0.0, name, (Track("bass", clip),), 0.0))


@pytest.fixture
def answers(monkeypatch):
    worker = Answers()

    @contextmanager
    def worker_of(model):
        yield worker, worker.inbox

    monkeypatch.setattr(follow, "worker_of", worker_of)
    return worker


def test_each_bar_begins_where_the_one_before_ended_and_knows_no_later_note():
    asked = list(bars(MELODY, "bach", seed=0))
    bar = MELODY.meter.beats_per_bar
    assert all(b.begin - a.begin == bar == b.length for a, b in pairwise(asked))
    assert all(r.melody.end <= r.begin + bar + 1e-6 for r in asked)


def test_as_many_bars_are_timed_as_were_wished_each_on_top_of_the_last_ones(answers):
    assert len(time_follow("any", 40)) == 40
    first, second = answers.asked[:2]
    assert first.context == ()
    assert second.context[0].clip.notes == (Note(first.begin, first.length, 48),)
    assert max(len(r.context[0].clip.notes) for r in answers.asked if r.context) == CONTEXT_BARS


def test_a_model_that_cannot_play_is_told(answers):
    answers.reason = "no such model"
    with pytest.raises(BenchError, match="no such model"):
        time_follow("none", 3)
