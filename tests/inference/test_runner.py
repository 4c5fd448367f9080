import gc
import sys
import threading
from queue import SimpleQueue

import pytest
from patience import PATIENCE_SECONDS

from bridge.events import Command
from bridge.runner import MOST_FAILURES, Runner


class Player:
    """An engine that only writes down what it is told; `due` are the instants it wants."""

    def __init__(self, due=()):
        self.closed = False
        self.log = SimpleQueue()
        self.seen = []
        self.due = list(due)
        self.fails = set()

    def note(self, name, now):
        self.seen.append(name)
        self.log.put((name, now))
        if name in self.fails:
            raise RuntimeError(f"{name} went wrong")

    def handle(self, event, now):
        self.note(event.name, now)
        if event.name == "quit":
            self.close(now)

    def advance(self, now):
        if self.due and self.due[0] <= now:
            self.note("due", now)
            self.due.pop(0)

    def next_wakeup_seconds(self):
        return self.due[0] if self.due else None

    def close(self, now):
        self.note("close", now)
        self.closed = True

    def until(self, name):
        while (entry := self.log.get(timeout=PATIENCE_SECONDS))[0] != name:
            pass
        return entry[1]


def command(name):
    return Command(0.0, name)


@pytest.fixture
def run():
    runners = []

    def run(player, **options):
        runner = Runner(**options)
        runners.append((runner, player))
        runner.start(player)
        return runner

    yield run
    for runner, player in runners:
        player.fails.clear()
        runner.stop()


def test_events_reach_the_engine_in_the_order_they_came(run):
    player = Player()
    runner = run(player)
    for number in range(200):
        runner.put(command(str(number)))
    player.until("199")
    assert player.seen == [str(number) for number in range(200)]


def test_what_is_due_is_done_not_before_its_instant(run):
    player = Player()
    runner = Runner()
    start = runner._clock()
    player.due = [start + 0.01, start + 0.02, start + 0.0201]
    run(player)
    for due in (0.01, 0.02, 0.0201):
        assert player.until("due") >= start + due


def test_an_event_is_taken_in_while_the_engine_waits_for_the_next_bar(run):
    player = Player()
    player.due = [Runner()._clock() + 3600]
    runner = run(player)
    runner.put(command("play"))
    player.until("play")
    assert player.seen == ["play"]


def test_stopping_closes_the_engine_before_it_returns(run):
    player = Player()
    run(player).stop()
    assert player.seen == ["close"]


def test_the_command_to_quit_ends_the_run(run):
    player = Player()
    runner = run(player)
    assert not runner.wait(0)
    runner.put(command("quit"))
    assert runner.wait(PATIENCE_SECONDS)
    assert player.seen == ["quit", "close"]


def test_a_failure_is_followed_by_panic_and_the_music_goes_on(run):
    player = Player()
    player.fails = {"bad"}
    runner = run(player)
    runner.put(command("bad"))
    runner.put(command("good"))
    player.until("good")
    assert player.seen == ["bad", "panic", "good"]
    assert "went wrong" in str(runner.failure)


def test_a_failure_at_what_is_due_is_tried_again(run):
    player = Player([0.0])
    player.fails = {"due"}
    run(player)
    player.until("panic")
    player.fails.clear()
    player.until("due")


def test_an_engine_that_fails_at_everything_is_closed(run):
    player = Player([0.0])
    player.fails = {"due", "panic"}
    runner = run(player)
    assert runner.wait(PATIENCE_SECONDS)
    assert player.seen.count("due") == MOST_FAILURES
    assert player.closed


def test_any_thread_may_put_events(run):
    player = Player()
    runner = run(player)
    threads = [threading.Thread(target=runner.put, args=(command("hit"),)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in threads:
        player.until("hit")


def test_the_process_is_left_as_it_was_found(run):
    before = sys.getswitchinterval()
    player = Player()
    runner = run(player)
    runner.put(command("play"))
    player.until("play")
    assert not gc.isenabled()
    runner.stop()
    assert gc.isenabled()
    assert sys.getswitchinterval() == before
