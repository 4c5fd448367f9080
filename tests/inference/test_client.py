import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from queue import SimpleQueue

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paths import RIGS
from patience import PATIENCE_SECONDS
from toy_models import save_held_chord

from bridge.events import Generated, GenerateFailed, WorkerChanged
from bridge.inference.client import COMMAND, Limits, WorkerClient
from bridge.inference.messages import from_line, request_from_json, request_to_json, to_line
from bridge.interfaces import GenerateRequest
from models.formats.track_json import tracks_from_json, tracks_to_json
from models.music.clip import Clip, Note, Track
from models.music.tempo import Meter

PATIENT = Limits(
    answer_seconds=PATIENCE_SECONDS,
    answer_seconds_a_beat=0,
    first_pause_seconds=0.01,
    longest_pause_seconds=0.02,
)
# For workers that hang; still so long that one which does not hang is never taken for one.
SHORT = replace(PATIENT, answer_seconds=2.0)
FAKE = str(RIGS / "fake_worker.py")


def ask(model, request_id="1", seed=1):
    melody = Clip((Note(0.0, 1.0, 67, 90), Note(1.5, 0.5, 69)), 4.0)
    return GenerateRequest(request_id, model, melody, 4.0, Meter(), 100.0, seed)


class Inbox:
    """What the engine would see, waited for with patience."""

    def __init__(self):
        self.queue = SimpleQueue()
        self.seen = []

    def until(self, kind, **fields):
        while True:
            event = self.queue.get(timeout=PATIENCE_SECONDS)
            self.seen.append(event)
            if isinstance(event, kind) and all(getattr(event, k) == v for k, v in fields.items()):
                return event

    def states(self):
        return [event.state for event in self.seen if isinstance(event, WorkerChanged)]


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def start(inbox, tmp_path):
    workers = []

    def start(model="bach", command=(sys.executable, "-S", FAKE, str(tmp_path)), limits=PATIENT):
        clock = time.perf_counter
        worker = WorkerClient(inbox.queue.put, clock, model, command=command, limits=limits)
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        worker.close()


def test_a_request_is_answered_with_tracks(start, inbox):
    start().request(ask("any", "phrase 1"))
    answer = inbox.until(Generated)
    assert answer.request_id == "phrase 1"
    assert answer.tracks == (
        Track("alto", Clip((Note(0.0, 4.0, 64, 70),), 4.0), "alto", program=19, channel=1),
    )
    assert inbox.states() == ["loading", "ready"]


def test_only_the_newest_phrase_not_yet_begun_is_accompanied(start, inbox):
    worker = start()
    for number in range(20):
        worker.request(ask("any", str(number)))
    inbox.until(Generated, request_id="19")
    answered = [e.request_id for e in inbox.seen if isinstance(e, Generated)]
    assert len(answered) <= 2


def test_a_refusal_comes_with_its_reason_and_the_next_phrase_is_answered(start, inbox):
    worker = start()
    worker.request(ask("refuse", "1"))
    assert inbox.until(GenerateFailed).reason == "not this melody"
    worker.request(ask("any", "2"))
    assert inbox.until(Generated).request_id == "2"


def test_after_a_crash_the_phrase_is_accompanied_by_the_next_worker(start, inbox):
    start().request(ask("crash once"))
    inbox.until(Generated)
    assert inbox.states()[-3:] == ["restarted", "loading", "ready"]


def test_a_worker_killed_in_the_middle_comes_back(start, inbox):
    worker = start()
    inbox.until(WorkerChanged, state="ready")
    os.kill(worker.pid, signal.SIGTERM)
    assert "signal" in inbox.until(WorkerChanged, state="restarted").detail
    worker.request(ask("any"))
    inbox.until(Generated)


def test_a_worker_that_hangs_is_ended_and_the_phrase_asked_again(start, inbox):
    start(limits=SHORT).request(ask("hang once"))
    detail = inbox.until(WorkerChanged, state="restarted").detail
    assert "did not answer in time" in detail
    inbox.until(Generated)


def test_a_phrase_that_ends_two_workers_is_given_up(start, inbox):
    worker = start()
    worker.request(ask("crash", "bad"))
    assert "twice" in inbox.until(GenerateFailed, request_id="bad").reason
    worker.request(ask("any", "good"))
    inbox.until(Generated, request_id="good")


def test_a_phrase_asked_for_again_after_a_crash_is_still_given_up_in_the_end(start, inbox):
    worker = start()
    worker.request(ask("crash"))
    inbox.until(WorkerChanged, state="restarted")
    worker.request(ask("crash"))
    inbox.until(GenerateFailed)


def test_a_newer_phrase_replaces_the_one_over_which_the_worker_hung(start, inbox):
    worker = start(limits=SHORT)
    inbox.until(WorkerChanged, state="ready")
    worker.request(ask("hang", "old"))
    worker.request(ask("any", "new"))
    inbox.until(Generated, request_id="new")
    assert not [e for e in inbox.seen if isinstance(e, GenerateFailed)]


def test_lines_that_nobody_can_read_do_no_harm(start, inbox):
    start().request(ask("garbage"))
    assert inbox.until(Generated).request_id == "1"


def test_a_worker_that_never_starts_is_reported_with_its_last_words(start, inbox):
    start("never starts").request(ask("any"))
    assert "no such library" in inbox.until(WorkerChanged, state="failed").detail
    assert "no such library" in inbox.until(GenerateFailed).reason


def test_a_program_that_is_not_there_is_reported(start, inbox):
    start(command=("no-such-program-anywhere",))
    assert "cannot be started" in inbox.until(WorkerChanged, state="failed").detail


def test_a_model_can_be_made_ready_ahead(start, inbox):
    worker = start("first")
    inbox.until(WorkerChanged, state="ready")
    worker.load("second")
    assert inbox.until(WorkerChanged, state="loading").detail == "second"
    assert inbox.until(WorkerChanged, state="ready").detail == "second"
    worker.request(ask("any"))
    inbox.until(Generated)


def test_a_phrase_asked_for_while_a_model_loads_is_answered_after_it(start, inbox):
    worker = start("first")
    worker.load("second")
    worker.request(ask("any"))
    inbox.until(Generated)
    inbox.until(WorkerChanged, state="ready", detail="second")


def test_a_model_that_a_request_has_brought_into_memory_is_not_loaded_again(start, inbox):
    worker = start()
    worker.request(ask("not in memory"))  # both before the worker is there: music goes first
    worker.load("not in memory")
    inbox.until(Generated)
    worker.request(ask("any", "2"))
    inbox.until(Generated, request_id="2")
    loads = [e.state for e in inbox.seen if getattr(e, "detail", "") == "not in memory"]
    assert loads == ["loading", "ready"]


def test_a_model_that_cannot_be_loaded_is_told_and_the_other_plays_on(start, inbox):
    worker = start("first")
    worker.load("unknown")
    inbox.until(WorkerChanged, state="failed")
    worker.request(ask("any"))
    inbox.until(Generated)


def test_a_model_that_ends_the_worker_is_told_and_not_loaded_again(start, inbox):
    worker = start("first")
    inbox.until(WorkerChanged, state="ready")
    worker.load("deadly")
    assert "deadly" in inbox.until(WorkerChanged, state="failed").detail
    assert inbox.until(WorkerChanged, state="ready").detail == "first"
    worker.request(ask("any"))
    inbox.until(Generated)
    assert inbox.states().count("failed") == 1


def test_a_new_worker_begins_with_the_model_that_was_loaded_last(start, inbox):
    worker = start("first")
    worker.load("second")
    inbox.until(WorkerChanged, state="ready", detail="second")
    os.kill(worker.pid, signal.SIGTERM)
    inbox.until(WorkerChanged, state="restarted")
    assert inbox.until(WorkerChanged, state="ready").detail == "second"


@pytest.mark.skipif(os.name != "posix", reason="asks a process by signal 0")
def test_closing_leaves_no_process(start, inbox):
    worker = start()
    inbox.until(WorkerChanged, state="ready")
    pid = worker.pid
    worker.request(ask("hang"))
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.fixture
def models(tmp_path, monkeypatch):
    monkeypatch.setenv("CONTINUO_MODELS", str(tmp_path))
    return tmp_path


def test_the_real_worker_plays_a_model_by_name_and_says_what_it_cannot_do(start, inbox, models):
    save_held_chord(models)
    worker = start("heldchord", COMMAND, Limits())
    worker.request(ask("heldchord", "1"))
    answer = inbox.until(Generated)
    assert [track.name for track in answer.tracks] == ["alto", "tenor", "bass"]
    assert answer.tracks[2].clip.notes == (Note(0.0, 4.0, 48, 70),)
    worker.request(ask("helchord", "2"))
    assert "heldchord" in inbox.until(GenerateFailed).reason
    save_held_chord(models, "another")
    worker.request(ask("another", "3"))
    inbox.until(Generated, request_id="3")
    assert inbox.states()[-2:] == ["loading", "ready"]


def test_the_real_worker_writes_one_more_bar_and_returns_no_more_than_it(start, inbox, models):
    save_held_chord(models)
    worker = start("heldchord", COMMAND, Limits())
    context = (Track("bass", Clip((Note(0.0, 4.0, 50), Note(8.0, 4.0, 52)))),)
    worker.request(replace(ask("heldchord"), begin=4.0, context=context))
    bass = inbox.until(Generated).tracks[2]
    assert bass.clip.notes == (Note(4.0, 4.0, 48, 70),)


def test_the_real_worker_loads_a_model_ahead_and_says_why_it_cannot(start, inbox, models):
    save_held_chord(models)
    worker = start("heldchord", COMMAND, Limits())
    inbox.until(WorkerChanged, state="ready")
    save_held_chord(models, "another")
    worker.load("another")
    inbox.until(WorkerChanged, state="ready", detail="another")
    worker.load("anther")
    assert "another" in inbox.until(WorkerChanged, state="failed").detail
    worker.request(ask("another"))
    inbox.until(Generated)
    assert inbox.states().count("loading") == 3


def test_the_real_worker_ends_when_the_bridge_is_gone(models):
    # Killed or not, the bridge's end closes the pipe.
    done = subprocess.run([*COMMAND, "nothing"], input=b"", capture_output=True, check=False)
    assert done.returncode == 0


notes = st.builds(
    Note,
    st.floats(-4, 300),
    st.floats(0, 300),
    st.integers(0, 127),
    st.integers(1, 127),
)
clips = st.builds(Clip, st.lists(notes, max_size=8).map(tuple), st.floats(0, 300))
texts = st.text(max_size=8)


tracks = st.builds(Track, texts, clips, texts, st.integers(0, 127), st.integers(0, 15))


@given(texts, clips, st.floats(0, 300), st.integers(0, 2**62), st.lists(tracks, max_size=2))
def test_a_request_arrives_as_it_was_sent(name, clip, begin, seed, context):
    controls = {"temperature": 0.7}
    sent = GenerateRequest("id", name, clip, 4.0, Meter(6, 8), 99.5, seed, controls)
    sent = replace(sent, begin=begin, context=tuple(context))
    assert request_from_json(from_line(to_line(request_to_json(sent)))) == sent


@given(st.lists(tracks))
def test_tracks_arrive_as_they_were_sent(tracks):
    line = to_line({"tracks": tracks_to_json(tracks)})
    assert line.count(b"\n") == 1
    assert tracks_from_json(from_line(line)["tracks"]) == tuple(tracks)
