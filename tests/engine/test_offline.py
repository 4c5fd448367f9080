from simulated_player import BEAT, composer, played, settings, whole_bars

from bridge.events import GenerateFailed
from bridge.interfaces import GenerateRequest
from bridge.offline import ScriptedComposer, run_offline
from models.music.clip import Clip
from models.music.tempo import Meter


def request(number: int) -> GenerateRequest:
    return GenerateRequest(str(number), "bass", Clip((), 4), 4, Meter(), 120, 0)


def test_an_hour_of_music_passes_without_waiting():
    events = played(*((4.0 * i, 4.0 * i + 1, 60) for i in range(8)))
    run = run_offline(settings(), events, composer(), 3600.0)
    assert len(run.takes) == 8


def test_the_composer_works_on_one_request_while_the_newest_waits():
    scripted = ScriptedComposer(whole_bars, (1.0,))
    for number in range(3):
        scripted.request(request(number))
    answers = []
    while (at_seconds := scripted.next_seconds) is not None:
        answers.append((at_seconds, scripted.take().request_id))
    assert answers == [(1.0, "0"), (2.0, "2")]


def test_a_composer_that_refuses_answers_with_the_reason():
    def refuse(_):
        raise ValueError("ill")

    scripted = ScriptedComposer(refuse, (1.0,))
    scripted.request(request(0))
    assert scripted.take() == GenerateFailed(1.0, "0", "ill")


def test_a_stalled_machine_does_everything_late():
    stalled = run_offline(
        settings(), played((0, 1, 60)), composer(), 4.0, stalls=[(0.9 * BEAT, 1.1 * BEAT)]
    )
    late = [r.late_ms for r in stalled.reports if getattr(r, "late_ms", 0)]
    assert [round(ms) for ms in late] == [50]
