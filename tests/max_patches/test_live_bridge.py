"""The Max panel, run by a stand-in for Max, plays the real bridge over UDP."""

import select
import socket
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest
from max_files import PANEL, load
from max_machine import Machine
from patience import PATIENCE_SECONDS

from bridge.api.address import EVENTS_PORT
from bridge.osc.wire import decode, encode

pytestmark = pytest.mark.ports

HOST = "127.0.0.1"
COMMAND = (sys.executable, "-c", "from bridge.cli import main; main()", "play")
OPTIONS = ("--midi", "none", "--bars", "1", "--tempo", "240", "--mode", "loop", "--osc-port", "0")


class Wired:
    """The panel with its cords in real sockets; its own port stands for the default one."""

    def __init__(self, ear: socket.socket):
        self.machine = Machine(load(PANEL))
        self.ear = ear
        self.own_port = ear.getsockname()[1]
        self.bridge_port = 0
        self.heard: list[str] = []
        self.then = perf_counter()

    def until(self, holds):
        """Go on until it holds; fail if it never does."""
        end = perf_counter() + PATIENCE_SECONDS
        while not holds():
            assert perf_counter() < end, f"in vain; heard {self.heard}, {self.shown('notice')!r}"
            self._go_on()

    def shown(self, name):
        return " ".join(str(atom) for atom in self.machine.named(name).shown.get("set", ()))

    def send(self, *message):
        self.machine.sent.append(message)

    def _go_on(self):
        now = perf_counter()
        self.machine.wait(1000 * (now - self.then))
        self.then = now
        while self.machine.sent and self.bridge_port:
            path, *values = self.machine.sent.pop(0)
            given = [self.own_port if value == EVENTS_PORT else value for value in values]
            self.ear.sendto(encode(path, given), (HOST, self.bridge_port))
        if select.select([self.ear], [], [], 0.02)[0]:
            for path, values in decode(self.ear.recv(65_536)):
                self._hear(path, values)

    def _hear(self, path, values):
        if path == "/continuo/startup":
            self.bridge_port = values[1]
        self.heard.append(path.removeprefix("/continuo/"))
        given = [EVENTS_PORT if value == self.own_port else value for value in values]
        self.machine.receive(path, *given)


@pytest.fixture
def panel(tmp_path: Path):
    """The panel in front of a bridge that has just begun."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind((HOST, 0))
        own = ("--osc-events", str(ear.getsockname()[1]), "--takes", str(tmp_path))
        bridge = subprocess.Popen(
            [*COMMAND, *OPTIONS, *own], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wired = Wired(ear)
            wired.machine.start()
            wired.until(lambda: wired.bridge_port)
            yield wired
        finally:
            bridge.terminate()
            bridge.wait(PATIENCE_SECONDS)


def test_a_performer_gets_a_clip_from_the_panel_hears_it_and_asks_for_the_next(panel):
    panel.until(lambda: panel.shown("state") == "idle" and panel.shown("label1") == "Temperature")
    panel.until(lambda: panel.machine.named("model").memory.get("items"))
    notes = [v for i in range(4) for v in (60 + 2 * i, float(i), 1.0, 80, 0)]
    panel.send("/continuo/melody/begin", "tune", 4.0)
    panel.send("/continuo/melody/note", *notes)
    panel.send("/continuo/melody/end", "tune")
    panel.machine.press("generate")
    panel.until(lambda: "clip/end" in panel.heard)
    assert panel.shown("clip").startswith("max-41: ")
    drawn = panel.machine.named("roll").memory["all"]
    assert any(command[0] == "paintrect" for command in drawn)

    panel.machine.press("play")
    panel.until(lambda: panel.shown("state") == "playing" and panel.shown("beat").endswith(": 3"))
    panel.machine.press("dial1", 0.25)
    panel.until(lambda: "control" in panel.heard and not panel.machine.sent)
    first = panel.shown("clip")
    panel.machine.press("next")
    panel.until(lambda: panel.shown("clip") != first)
    panel.machine.press("keep")
    panel.until(lambda: panel.shown("notice") == "max-41 is kept")
    panel.machine.press("bars", 99)
    panel.until(lambda: "bars" in panel.shown("notice") and "99" in panel.shown("notice"))
    panel.machine.press("stop")
    panel.until(lambda: panel.shown("state") == "idle")
