"""The script in a fake Live, and a Continuo that speaks to it over real UDP; runs on Python 3.7."""

import contextlib
import importlib
import pathlib
import shutil
import socket
import sys
import tempfile

from fake_live import VERSIONS, World
from paths import ROOT

SOURCE = ROOT / "ableton_remote_script"
NAME = "Continuo"
LOOPBACK = "127.0.0.1"
ECHO_MS = 20  # the timer's interval, and then some


class Rig:
    """One Live with the script in it, and the socket of a Continuo."""

    def __init__(self, version, folder, has_framework=True, **limits):
        self.world = World(version, **limits)
        self.world.has_framework = has_framework
        self.folder = folder
        self.script = None
        self.callback_ms = 0.0  # what each look at the clock costs, simulated
        self._looks = (0, 0)
        self.received = []
        self.everything = []
        self.bridge = self._open()
        self.script_port = None
        self._session = 0

    @property
    def song(self):
        return self.world.song

    def start(self):
        """Start Live with the script in its settings."""
        (self.folder / NAME / "port.txt").write_text(str(self.bridge.getsockname()[1]))
        self.world.install()
        self._forget_base()
        self.script = importlib.import_module(NAME)
        importlib.import_module(NAME + ".agent").clock = self._now
        self.world.load(self.script)
        return self

    def stop(self):
        try:
            self.world.quit()
        finally:
            self.bridge.close()
            self._forget_base()

    def meet(self, session=1):
        """Let the script say hello, and welcome it."""
        self.advance(ECHO_MS)
        self.send("welcome", "0.1.0", session)
        self.advance(ECHO_MS)

    def advance(self, ms):
        """Let Live run, and take what the script sends."""
        for _ in range(0, ms, 10):
            self.world.advance(min(10, ms))
            self._take()

    def send(self, name, *values):
        """Send a message to the script."""
        self.send_raw(self.encode(name, *values))

    def encode(self, name, *values):
        return self.encode_at("/continuo/live/" + name, *values)

    def encode_at(self, address, *values):
        return self._osc().encode(address, values)

    def send_raw(self, packet):
        self.bridge.sendto(packet, (LOOPBACK, self.script_port))

    def ask(self, name, *values, ms=ECHO_MS):
        """Send a message, let Live run, and answer what came back, without hello and song."""
        self.received.clear()
        self.send(name, *values)
        self.advance(ms)
        return self.answers()

    def answers(self, *names):
        """What came from the script, as (name, values); without names all but hello and song."""
        return [
            (name, values)
            for name, values in self.received
            if (name in names if names else name not in ("hello", "song"))
        ]

    def send_take(self, id_, voices, **options):
        """Send a take; voices as {name: [(pitch, start, duration, velocity, mute), ...]}."""
        head = dict(name="bach 7 take 1", length=16.0, fire=0, scene=-1, roles={})
        head.update(options)
        numbers = head["name"], len(voices), head["length"], head["fire"], head["scene"]
        self.send("write/begin", id_, *numbers)
        for number, (name, notes) in enumerate(voices.items(), 1):
            self.send("write/track", id_, number, name, head["roles"].get(name, name.lower()))
            for chunk, begin in enumerate(range(0, len(notes), 140)):
                part = notes[begin : begin + 140]
                self.send("write/notes", id_, number, chunk, *[x for note in part for x in note])
        self.send("write/end", id_, sum(len(notes) for notes in voices.values()))

    def write(self, id_, voices, ms=100, **options):
        """Send a take, let Live run, and answer what came back."""
        self.received.clear()
        self.send_take(id_, voices, **options)
        self.advance(ms)
        return self.answers()

    def restart_bridge(self):
        """End Continuo and start it again on the same port."""
        port = self.bridge.getsockname()[1]
        self.bridge.close()
        self.bridge = self._open(port)

    def tracks(self):
        return [track._name for track in self.song._tracks]

    def clips(self, scene):
        """The clips of a scene by the names of their tracks."""
        slots = [(track._name, track._slots[scene]._clip) for track in self.song._tracks]
        return {name: clip for name, clip in slots if clip is not None}

    def _now(self):
        at, looks = self._looks
        looks = looks + 1 if at == self.world.now_ms else 0
        self._looks = (self.world.now_ms, looks)
        return (self.world.now_ms + looks * self.callback_ms) / 1000

    def _take(self):
        while True:
            try:
                packet, sender = self.bridge.recvfrom(65536)
            except BlockingIOError:
                return
            self.script_port = sender[1]
            for address, values in self._osc().decode(packet):
                message = (address.replace("/continuo/live/", ""), values)
                self.received.append(message)
                self.everything.append(message)

    def _forget_base(self):
        """Have the script choose its base anew, where this Live has not the usual one."""
        if not self.world.has_framework:
            sys.modules.pop(NAME + ".surface", None)

    @staticmethod
    def _osc():
        return importlib.import_module(NAME + ".osc")

    @staticmethod
    def _open(port=0):
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.setblocking(False)
        opened.bind((LOOPBACK, port))
        return opened


def notes_of(clip):
    """A clip's notes as (pitch, start, duration, velocity), by their start."""
    found = [(n.pitch, n.start_time, n.duration, n.velocity) for n in clip._notes]
    return sorted(found, key=lambda note: (note[1], note[0]))


def script_module(name):
    """A module of the script that needs no Live."""
    folder = str(installed())
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(f"{NAME}.{name}")
    finally:
        sys.path.remove(folder)


_installed = []


def installed():
    """A folder with the script in it as it is installed; one for all tests of this process."""
    if not _installed:
        temporary = tempfile.TemporaryDirectory()
        folder = pathlib.Path(temporary.name)
        shutil.copytree(str(SOURCE), str(folder / NAME), ignore=shutil.ignore_patterns("__pyc*"))
        _installed.extend([folder, temporary])
    return _installed[0]


@contextlib.contextmanager
def live_rig(version, **limits):
    """A started rig."""
    folder = installed()
    sys.path.insert(0, str(folder))
    rig = Rig(version, folder, **limits)
    try:
        yield rig.start()
    finally:
        rig.stop()
        sys.path.remove(str(folder))


__all__ = ["VERSIONS", "Rig", "live_rig", "notes_of", "script_module"]
