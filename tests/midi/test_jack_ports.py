import signal
import sys
from pathlib import Path

import pytest
from jack_rig import LEAD_SECONDS, LateError, Tone, wait_until
from paths import RIGS
from patience import PATIENCE_SECONDS

ECHO = str(RIGS / "port_echo.py")
ATTEMPTS, SOON_SECONDS = 4, 20.0

pytestmark = pytest.mark.ports


def notes_of(heard):
    return [
        (item.message.type, item.message.note)
        for item in heard
        if item.message.type in ("note_on", "note_off")
    ]


@pytest.fixture
def echo(rig):
    process = rig.spawn(sys.executable, ECHO, log="echo.log")
    wait_until(lambda: "open:" in rig.said("echo.log"), PATIENCE_SECONDS, "the ports")
    yield process
    rig.end(process, seconds=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert rig.said("echo.log").endswith("closed\n")


def play_through(rig, name):
    """Play two notes into Continuo In and give back what came out of Continuo Out.

    On a busy machine they may sound before anybody is connected: then they are played again.
    """
    heard = rig.record(f"{name}-ear", rig.port("Continuo Out:"))
    for attempt in range(ATTEMPTS):
        before, player = len(notes_of(heard())), f"{name}-hand{attempt}"
        tones = [Tone(LEAD_SECONDS, 0.2, 60), Tone(LEAD_SECONDS + 0.3, 0.2, 64)]
        hand = rig.play(player, tones)
        rig.connect(f"{player}:out", rig.port("Continuo In:"))
        is_last = attempt == ATTEMPTS - 1
        seconds = PATIENCE_SECONDS if is_last else SOON_SECONDS
        try:
            wait_until(lambda n=before: len(notes_of(heard())) >= n + 4, seconds, "four edges")
        except LateError:
            if is_last:
                raise
            rig.end(hand, signal.SIGKILL)
        else:
            break
    return notes_of(heard())[before:]


PLAYED = [("note_on", 72), ("note_off", 72), ("note_on", 76), ("note_off", 76)]


def test_the_ports_are_seen_under_the_names_that_a_daw_remembers(rig, echo):
    ours = [name for name in rig.ports() if "Continuo" in name]
    assert ours == ["Continuo In:Continuo In", "Continuo Out:Continuo Out"]


def test_a_note_from_another_program_comes_out_to_a_third(rig, echo):
    assert play_through(rig, "once")[:4] == PLAYED


def test_a_player_that_is_killed_is_told(rig, echo):
    heard = rig.record("ear", rig.port("Continuo Out:"))
    hand = rig.play("hand", [Tone(LEAD_SECONDS, 3000.0, 60)])
    rig.connect("hand:out", rig.port("Continuo In:"))
    wait_until(lambda: notes_of(heard()) != [], PATIENCE_SECONDS, "the key")
    rig.end(hand, signal.SIGKILL)
    wait_until(lambda: "source lost: hand:out" in rig.said("echo.log"), PATIENCE_SECONDS, "a word")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["ended", "killed"])
def test_when_jack_dies_the_ports_come_back_with_the_next_server(rig, echo, how):
    for number in (1, 2):
        rig.end(rig.server, how)
        wait_until(
            lambda n=number: rig.said("echo.log").count("lost:") == n, PATIENCE_SECONDS, "the loss"
        )
        assert echo.poll() is None
        rig.start_server()
        wait_until(
            lambda n=number: rig.said("echo.log").count("back:") == n,
            PATIENCE_SECONDS,
            "the return",
        )
        assert play_through(rig, f"round{number}")[:4] == PLAYED


def test_nothing_of_jacks_own_complaints_reaches_the_terminal(rig, echo):
    rig.end(rig.server)
    wait_until(lambda: "lost:" in rig.said("echo.log"), PATIENCE_SECONDS, "the loss")
    rig.start_server()
    wait_until(lambda: "back:" in rig.said("echo.log"), PATIENCE_SECONDS, "the return")
    starts = [line.split(":")[0] for line in rig.said("echo.log").splitlines()]
    assert starts == ["open", "lost", "back"]


def stands_still(pid):
    states = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/stat")]
    return {state.rpartition(")")[2].split()[0] for state in states} == {"T"}


def test_a_server_that_stands_still_does_not_freeze_us(rig, echo):
    rig.server.send_signal(signal.SIGSTOP)
    try:
        wait_until(
            lambda: stands_still(rig.server.pid), PATIENCE_SECONDS, "the server's standstill"
        )
        rig.end(echo, seconds=PATIENCE_SECONDS)
        assert echo.returncode == 0
    finally:
        rig.server.send_signal(signal.SIGCONT)


def test_a_server_that_stands_still_is_given_up_and_not_waited_for_for_ever(rig):
    opening = (
        "from bridge.midi.jack_server import JackWatch, NoServerError\n"
        "try: JackWatch(print)\n"
        "except NoServerError as error: print(error)\n"
    )
    rig.server.send_signal(signal.SIGSTOP)
    try:
        wait_until(
            lambda: stands_still(rig.server.pid), PATIENCE_SECONDS, "the server's standstill"
        )
        assert "does not answer" in rig.run(sys.executable, "-c", opening).stdout
    finally:
        rig.server.send_signal(signal.SIGCONT)
