"""Runs a session in the terminal from its first line to a clean end, whatever signal comes."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from bridge.commands.errors import UserError
from bridge.commands.play_messages import ending, opening
from bridge.commands.play_options import Chosen
from bridge.commands.watch_log import log_to_file
from bridge.interfaces import PortError
from bridge.realtime import raise_priority
from bridge.reports import Listener
from bridge.session import Connections, Session
from bridge.setup.doctor import FAIL, check_takes
from bridge.storage.take_store import default_folder
from bridge.terminal.computer_keys import ComputerKeys, legend
from bridge.terminal.piano_roll import RollVoice, voices_of
from bridge.terminal.view import RollView, TerminalView
from bridge.timing.metronome import pulse
from models.music.clip import Track
from models.user_folders import expanded

LOG = "play.log"
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
# Windows sees Ctrl-C only between two waits.
LOOK_SECONDS = 0.5


class StopSignals:
    """Turns the signals that end a program into a request to end, from its first moment on."""

    def __init__(self) -> None:
        self._is_wanted = False
        self._stop: Callable[[], None] | None = None
        for name in SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and not self._is_under_nohup(name, number):
                signal.signal(number, self._caught)

    @staticmethod
    def _is_under_nohup(name: str, number: int) -> bool:
        # nohup ignores SIGHUP: a bridge started by it is to outlive its terminal. (A shell ignores
        # SIGINT for what it starts in the background, and means nothing by it.)
        return name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN

    def _caught(self, _number: int, _frame: FrameType | None) -> None:
        self._is_wanted = True
        if self._stop:
            self._stop()

    def then(self, stop: Callable[[], None]) -> None:
        """Say what ends the music; it is called at once if a signal has come already."""
        self._stop = stop
        if self._is_wanted:
            stop()


class PlaySession:
    """A session with its terminal view, between `open` and `close`."""

    def __init__(self, chosen: Chosen, connections: Connections, what: str = "") -> None:
        self._stop_signals = StopSignals()
        self._log = log_to_file(LOG)
        self.session = open_session(chosen, connections)
        settings = chosen.settings
        meter, roll = settings.meter, not connections.quiet
        roll_view = RollView(meter.beats_per_bar, pulse(meter), voices_of_model(chosen), roll)
        self.view = TerminalView(roll_view)
        self.view.start()
        ports, osc = self.session.ports, self.session.osc
        endpoints = [f"MIDI: {ports.describe()}", f"OSC: {osc.describe()}"]
        for line in [*endpoints, *opening(settings, chosen.chain, connections.takes, what)]:
            self.view.say(line)
        self._keys = ComputerKeys(self.session.ask)
        if self._keys.is_there:
            self.view.say(legend())
        for notice in (ports.notice, osc.notice):
            if notice:
                self.view.say(notice, "warning")

    def play(self, *listeners: Listener) -> None:
        """Play until the engine ends, by itself or by a signal."""
        self.session.start(self.view, *listeners)
        self._stop_signals.then(self.session.quit)
        self._keys.start()
        raise_priority(below=2)  # every look is a moment in which this thread has Python to itself
        while not self.session.runner.wait(LOOK_SECONDS):
            pass

    def close(self) -> int:
        """End everything, with takes on disk; return the exit code."""
        self._keys.close()
        has_ended = self.session.close()
        for line in ending(self.session.lateness, has_ended):
            self.view.say(line)
        if failure := self.session.runner.failure:
            self.view.say(f"the engine failed: {failure}; see {self._log or '--verbose'}", "error")
            return 1
        return 0 if has_ended else 1

    def leave(self, code: int) -> None:
        """Leave the process with `code`, though the terminal may take nothing more."""
        if not self.view.stop():
            # Python would wait for the thread that is stuck in writing.
            os._exit(code)
        sys.exit(code)


def perform(chosen: Chosen, connections: Connections) -> None:
    """Play until a signal comes."""
    playing = PlaySession(chosen, connections)
    playing.play()
    playing.leave(playing.close())


def open_session(chosen: Chosen, connections: Connections) -> Session:
    """Open the ports; UserError with the cure if that cannot be."""
    try:
        return Session(chosen.settings, connections, chosen.manifests)
    except PortError as error:
        raise UserError(f"{error} (see `continuo doctor`)") from error


def takes_folder(given: Path | None) -> Path:
    """Return the folder for takes; UserError if nothing can be written there."""
    folder = expanded(given or default_folder())
    for check in check_takes(folder):
        if check.status == FAIL:
            raise UserError(f"{check.finding}; {check.cure}")
    return folder.resolve()


def voices_of_model(chosen: Chosen) -> dict[int, RollVoice]:
    """Give the melody and each track of the model the letter and colour of its channel."""
    channels = chosen.settings.channels
    specs = {t.name: t for manifest in chosen.chain for t in manifest.tracks}
    tracks = [Track(t.name, channel=t.channel) for t in specs.values()]
    names = [track.name for track in tracks]
    return voices_of([(channels.thru, "melody"), *zip(channels.of(tracks), names, strict=True)])
