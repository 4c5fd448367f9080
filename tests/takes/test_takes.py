import pytest
from simulated_player import composer, settings

from bridge.current_settings import CurrentSettings
from bridge.events import Generated, GenerateFailed
from bridge.offline import OfflineRun
from bridge.reports import TakeReport
from bridge.takes.latency import Latency
from bridge.takes.take_keeping import TakeKeeping
from bridge.takes.takes import Takes
from models.music.clip import Clip, Note

MELODY = Clip((Note(0, 1, 60),), 4)


def takes(**given) -> tuple[Takes, TakeKeeping, OfflineRun]:
    run, current = OfflineRun(), CurrentSettings(settings(**given))
    keeping = TakeKeeping(current, run, run)
    return Takes(current, composer(), keeping, run), keeping, run


def answer(request_id: str) -> Generated:
    return Generated(0.0, request_id, (), 0.1)


def test_the_seed_of_a_take_is_the_first_seed_plus_its_number():
    its_takes, _, _ = takes(seed=100)
    assert [its_takes.new_take().seed for _ in range(3)] == [100, 101, 102]


def test_the_newest_answer_wins_in_whatever_order_they_come():
    its_takes, _, _ = takes()
    take = its_takes.new_take()
    its_takes.request(take, MELODY, 120)
    its_takes.request(take, MELODY, 120)
    assert take.take_answer(answer("take-0-1"))
    assert take.take_answer(answer("take-0-0"))
    assert take.answer is not None
    assert take.answer[0].request_id == "take-0-1"
    assert not take.is_waiting


def test_an_answer_counts_once_and_only_for_its_own_take():
    its_takes, _, _ = takes()
    take = its_takes.new_take()
    its_takes.request(take, MELODY, 120)
    assert not take.take_answer(answer("take-1-0"))
    assert take.take_answer(answer("take-0-0"))
    assert not take.take_answer(answer("take-0-0"))


def test_after_a_failure_nothing_is_awaited():
    its_takes, _, _ = takes()
    take = its_takes.new_take()
    its_takes.request(take, MELODY, 120)
    assert take.is_waiting
    assert take.take_failure(GenerateFailed(0.0, "take-0-0", "ill"))
    assert not take.is_waiting
    assert not take.is_armed


def test_it_asks_a_beat_ahead_and_earlier_when_answers_take_longer():
    latency = Latency()
    assert latency.lookahead_seconds(120) == pytest.approx(1.0)  # nothing was measured yet
    latency.measured(1.0)
    assert latency.lookahead_seconds(120) == 1.6
    for _ in range(8):
        latency.measured(0.05)
    assert latency.lookahead_seconds(120) == 0.5
    assert latency.lookahead_seconds(400) == 0.25


def test_a_melody_without_notes_is_not_kept():
    _, keeping, run = takes()
    keeping.keep_melody(Clip((), 4), 120)
    keeping.keep_melody(MELODY, 120)
    assert len(run.takes) == 1


def test_a_take_whose_first_note_comes_late_begins_on_its_bar_line_all_the_same():
    its_takes, keeping, run = takes()
    take = its_takes.new_take()
    melody = Clip((Note(5, 1, 60),), 8)
    its_takes.request(take, melody, 120)
    take.take_answer(answer("take-0-0"))
    keeping.commit(take, melody, 120, 16)
    (report,) = [r for r in run.reports if isinstance(r, TakeReport)]
    assert report.begin == 16
    assert report.take.melody.clip == melody
