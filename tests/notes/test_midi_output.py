import mido

from bridge.notes.midi_output import MidiOutput, Moment
from bridge.notes.scheduler import Scheduler
from bridge.offline import OfflineRun
from models.music.clip import Clip, Note

THRU = 0


def midi_output() -> tuple[MidiOutput, OfflineRun]:
    run = OfflineRun()
    return MidiOutput(run, run), run


def edge_pair():
    scheduler = Scheduler()
    scheduler.play(Clip((Note(0, 1, 60),), 4), 0, 1, "a")
    return scheduler.take_due(4)


def late(seconds: float) -> Moment:
    return Moment(0.0, 10.0, 10.0 + seconds)


def kinds(run: OfflineRun) -> list[str]:
    return [message.type for _, message in run.heard]


def test_a_note_more_than_100_ms_late_is_left_out_and_needs_no_release():
    its_output, run = midi_output()
    for edge in edge_pair():
        its_output.sound([edge], late(0.11))
    assert kinds(run) == []
    assert its_output.lateness.dropped == 1


def test_a_release_is_sent_however_late():
    its_output, run = midi_output()
    strike, release = edge_pair()
    its_output.sound([strike], late(0.0))
    its_output.sound([release], late(60.0))
    assert kinds(run) == ["note_on", "note_off"]


def test_lateness_is_counted():
    its_output, _ = midi_output()
    strike, release = edge_pair()
    its_output.sound([strike], late(0.001))
    its_output.sound([release], late(0.05))
    lateness = its_output.lateness
    assert (lateness.sent, lateness.late, round(lateness.worst_ms)) == (2, 1, 50)


def test_a_lost_port_gets_nothing_and_what_sounded_there_counts_as_released():
    its_output, run = midi_output()
    strike, release = edge_pair()
    its_output.sound([strike], late(0))
    its_output.lose()
    its_output.sound([release], late(0))
    its_output.pass_through(mido.Message("note_on", note=70), THRU, late(0))
    its_output.panic(late(0))
    assert kinds(run) == ["note_on"]
    its_output.regain(late(0))
    assert "note_off" not in kinds(run)
    assert kinds(run)[1:] == ["control_change", "control_change", "pitchwheel"]
