"""What is killed under `continuo play` while it plays, and how little of it is heard."""

import os
import signal
from pathlib import Path

import pytest
from jack_play import Performance, children_of, expect, melody, on_jack, workers_of
from jack_rig import JackRig
from patience import PATIENCE_SECONDS
from recorded_notes import Sounded, hanging

from models.formats.midi_read import read_score

pytestmark = pytest.mark.ports

BPM = 120.0
BAR = 4 * 60 / BPM
# Whether a bar is there at all is asked here, not how exactly: that is test_play's.
NEAR = 2  # times the tolerance
LOOP = ("--mode", "loop", "--bars", "1", "--tempo", f"{BPM:g}")


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def start_loop(rig: JackRig) -> Performance:
    """A one-bar loop that has gone round once."""
    bridge = Performance(rig, LOOP)
    bridge.play(melody(4, BPM))
    bridge.first_accompaniment()
    return bridge


def bars_heard(
    notes: list[Sounded], first_bar_line_seconds: float, near_seconds: float
) -> set[int]:
    """The numbers of the bars, from the first bar line on, on whose down-beat a note begins."""
    out = set()
    for note in notes:
        bars = (note.start_seconds - first_bar_line_seconds) / BAR
        if abs(bars - round(bars)) * BAR < near_seconds:
            out.add(round(bars))
    return out


def wait_for_bars(bridge: Performance, count: int) -> None:
    """Wait until `count` more bars have passed in the loop."""
    begin = bridge.accompaniment()[-1].start_seconds
    bridge.expect(
        lambda: bridge.accompaniment()[-1].start_seconds > begin + (count - 0.5) * BAR,
        count * BAR + PATIENCE_SECONDS,
        f"{count} more bars",
    )


def test_the_loop_goes_on_while_a_killed_worker_comes_back(tmp_path):
    def scenario(rig: JackRig) -> tuple[Performance, int]:
        bridge = start_loop(rig)
        [worker], said = workers_of(bridge.process.pid), len(bridge.said())
        os.kill(worker, signal.SIGKILL)
        bridge.expect(
            lambda: workers_of(bridge.process.pid) not in ([], [worker]),
            PATIENCE_SECONDS,
            "a new worker",
        )
        bridge.expect(
            lambda: "is ready" in bridge.said()[said:], PATIENCE_SECONDS, "the new worker's model"
        )
        wait_for_bars(bridge, 3)
        return bridge, bridge.end()

    bridge, exit_code = on_jack(scenario, tmp_path)
    accompaniment, thru = bridge.accompaniment(), bridge.thru()
    begin = thru[0].start_seconds
    near = NEAR * bridge.tolerance_seconds
    # It may come in a bar late where the machine is busy; once in, it must not leave a bar out.
    first, last = (
        int((n.start_seconds - begin + near / 2) / BAR)
        for n in (accompaniment[0], accompaniment[-1])
    )
    assert last >= first + 3
    assert bars_heard(accompaniment, begin, near) >= set(range(first, last + 1))
    # The end may come between two notes of one bar line; a moment later both must have sounded.
    ended = max(n.end_seconds or 0.0 for n in (*accompaniment, *thru))
    is_whole = ended > begin + last * BAR + near
    bars = set(range(last + is_whole))
    assert bars_heard(thru, begin, near) >= bars, "the melody loops with it"
    assert hanging(bridge.heard()) == []
    assert exit_code == 0


def test_a_killed_bridge_leaves_its_takes_and_no_process(tmp_path):
    def scenario(rig: JackRig) -> Performance:
        bridge = start_loop(rig)
        children = children_of(bridge.process.pid)
        assert children
        bridge.expect(lambda: any(bridge.takes.rglob("*.json")), PATIENCE_SECONDS, "the take")
        bridge.process.kill()
        bridge.process.wait(PATIENCE_SECONDS)
        expect(lambda: not any(map(is_alive, children)), PATIENCE_SECONDS, "its children's end")
        return bridge

    bridge = on_jack(scenario, tmp_path)
    takes = list(bridge.takes.rglob("*.mid"))
    assert takes
    for take in takes:
        assert read_score(take).tracks[0].name.lower() == "melody"
        assert take.with_suffix(".json").exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_end_of_the_jack_server_is_told_and_survived(tmp_path, how):
    def scenario(rig: JackRig) -> tuple[Performance, int]:
        bridge = start_loop(rig)
        said = len(bridge.said())
        rig.end_server(how)
        bridge.expect(
            lambda: "JACK" in bridge.said()[said:], PATIENCE_SECONDS, "a sentence about JACK"
        )
        rig.start_server()
        bridge.listen()
        bridge.first_accompaniment()
        bridge.play(melody(4, BPM, up=24))
        pitches = {h.message.note for h in bridge.sent()}
        bridge.expect(
            lambda: pitches <= {n.pitch for n in bridge.thru()},
            PATIENCE_SECONDS,
            "the melody on the new server",
        )
        return bridge, bridge.end()

    bridge, exit_code = on_jack(scenario, tmp_path)
    assert hanging(bridge.heard()) == []
    assert list(bridge.takes.rglob("*.mid"))
    assert exit_code == 0
    assert "Traceback" not in bridge.said()


def test_it_ends_where_there_is_no_server_any_more(tmp_path):
    def scenario(rig: JackRig) -> tuple[Performance, int]:
        bridge = start_loop(rig)
        rig.end_server()
        return bridge, bridge.end(signal.SIGINT)

    bridge, exit_code = on_jack(scenario, tmp_path)
    assert exit_code == 0
    assert list(bridge.takes.rglob("*.mid"))
