"""One outside clock at a time: who is heard, who is led, and that nothing of it ever waits."""

import threading
from time import perf_counter

import pytest
from event_inbox import Inbox
from patience import PATIENCE_SECONDS

from bridge.clocks.position_filter import ClockError
from bridge.clocks.sources import ClockSources
from bridge.events import ClockChanged, ClockPosition


class Made:
    """A clock that tells a position at each look, and remembers how it was led."""

    poll_seconds = 0.001

    def __init__(self, name, post, clock, meter_beats, bpm):
        self.name, self.post, self.clock = name, post, clock
        self.meter_beats, self.bpm = meter_beats, bpm
        self.led, self.closed, self.fails = [], threading.Event(), None

    def step(self):
        if self.fails:
            raise self.fails
        self.post(ClockPosition(self.clock(), self.name, 0.0, self.bpm, True))

    def lead(self, what, value=None):
        self.led.append((what, value))
        if what == "tempo":
            self.bpm = value
        self.step()

    def close(self):
        self.closed.set()


class Shop:
    """Makes clocks by name."""

    def __init__(self):
        self.made = []

    def makers(self, *names):
        return {name: lambda *a, name=name: self.make(name, *a) for name in names}

    def make(self, name, *arguments):
        self.made.append(Made(name, *arguments))
        return self.made[-1]


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def sources(inbox, shop):
    sources = ClockSources(
        inbox.put, perf_counter, meter_beats=3.0, bpm=90.0, makers=shop.makers("link", "jack")
    )
    yield sources
    sources.close()


def is_of(source):
    return lambda event: event.source == source


def test_the_clock_chosen_is_made_for_the_meter_and_the_tempo_and_heard(inbox, shop, sources):
    sources.choose("link")
    assert inbox.wait_for(is_of("link")).bpm == 90.0
    assert shop.made[0].meter_beats == 3.0


def test_after_another_choice_nothing_comes_from_the_clock_before(inbox, shop, sources):
    sources.choose("link")
    inbox.wait_for(is_of("link"))
    sources.choose("jack")
    count = len(inbox.events)
    inbox.wait_for(is_of("jack"))
    assert {event.source for event in inbox.events[count:]} == {"jack"}
    assert shop.made[0].closed.is_set()
    shop.made[0].step()
    assert inbox.events[-1].source == "jack"


@pytest.mark.parametrize("own", ["internal", "midi"])
def test_the_engines_own_clocks_let_the_outside_one_go(inbox, shop, sources, own):
    sources.choose("link")
    inbox.wait_for(is_of("link"))
    sources.choose(own)
    assert shop.made[0].closed.wait(PATIENCE_SECONDS)
    assert len(shop.made) == 1


def test_the_clock_chosen_is_led(inbox, shop, sources):
    sources.choose("jack")
    sources.lead("tempo", 100.0)
    sources.lead("stop")
    sources.lead("locate", 8.0)
    sources.lead("tempo", 70.0)
    inbox.wait_for(lambda event: event.bpm == 70.0)
    assert shop.made[0].led == [
        ("tempo", 100.0),
        ("stop", None),
        ("locate", 8.0),
        ("tempo", 70.0),
    ]


def test_the_next_clock_begins_with_the_tempo_of_the_one_before(inbox, sources):
    sources.lead("tempo", 77.0)
    sources.choose("link")
    assert inbox.wait_for(is_of("link")).bpm == 77.0
    sources.lead("tempo", 66.0)
    inbox.wait_for(lambda event: event.bpm == 66.0)
    sources.choose("jack")
    assert inbox.wait_for(is_of("jack")).bpm == 66.0


def test_a_clock_that_cannot_be_had_says_why_and_another_can_be_chosen(inbox, shop):
    def refuse(*_):
        raise ClockError("install it")

    makers = {"link": refuse, **shop.makers("jack")}
    sources = ClockSources(inbox.put, perf_counter, meter_beats=4.0, bpm=90.0, makers=makers)
    sources.choose("link")
    failed = inbox.wait_for(lambda event: isinstance(event, ClockChanged))
    assert (failed.source, failed.state, failed.detail) == ("link", "failed", "install it")
    sources.choose("jack")
    inbox.wait_for(is_of("jack"))
    sources.close()


def test_a_clock_that_breaks_is_let_go_and_another_can_be_chosen(inbox, shop, sources):
    sources.choose("link")
    inbox.wait_for(is_of("link"))
    shop.made[0].fails = RuntimeError("out of order")
    failed = inbox.wait_for(lambda event: isinstance(event, ClockChanged))
    assert failed.state == "failed"
    assert "out of order" in failed.detail
    assert shop.made[0].closed.is_set()
    sources.choose("jack")
    inbox.wait_for(is_of("jack"))


def test_choosing_leading_and_closing_wait_for_no_clock(inbox):
    there, go_on = threading.Event(), threading.Event()

    def hang(*_):
        there.set()
        go_on.wait(PATIENCE_SECONDS)
        raise ClockError("too late")

    sources = ClockSources(
        inbox.put, perf_counter, meter_beats=4.0, bpm=90.0, makers={"link": hang}
    )
    sources.choose("link")
    assert there.wait(PATIENCE_SECONDS)
    sources.lead("start")
    sources.choose("internal")
    sources.close()
    go_on.set()
    assert inbox.events == []


def test_a_clock_that_was_chosen_away_before_it_was_made_is_not_made(inbox, shop):
    there, go_on = threading.Event(), threading.Event()

    def hang(*_):
        there.set()
        go_on.wait(PATIENCE_SECONDS)
        raise ClockError("too late")

    makers = {"link": hang, **shop.makers("jack", "other")}
    sources = ClockSources(inbox.put, perf_counter, meter_beats=4.0, bpm=90.0, makers=makers)
    sources.choose("link")
    assert there.wait(PATIENCE_SECONDS)
    sources.choose("other")
    sources.choose("jack")
    go_on.set()
    inbox.wait_for(is_of("jack"))
    assert [made.name for made in shop.made] == ["jack"]
    sources.close()
