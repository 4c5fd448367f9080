"""Ardour without its window, beside a JACK rig: it records a port on MIDI tracks, one a channel."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jack_rig import JackRig, RigError, wait_until
from system import need_program

from models.clip import Track
from models.midifile import read_score

PROGRAM = "ardour7-lua"
SCRIPT = Path(__file__).with_name("ardour_record.lua")
START_SECONDS, SAVE_SECONDS, LEAVE_SECONDS = 40.0, 30.0, 15.0
PORT_SECONDS = 3.0  # Ardour's threads speak to JACK all at once as it opens: often it is lost then


@dataclass(frozen=True)
class Recorded:
    """What stands in one MIDI file of the session."""

    track: str
    parts: tuple[Track, ...]


class Ardour:
    """A session of its own; what makes it fail is a RigError: it is not what is tested."""

    def __init__(self, rig: JackRig, tracks: Sequence[str]) -> None:
        need_program(PROGRAM)
        self._rig, self._folder = rig, rig.folder / "ardour"
        self._folder.mkdir()
        self._tracks = tracks
        self._said = lambda: rig.said("ardour.log")
        self._process = rig.spawn(
            *(PROGRAM, str(SCRIPT), str(self._folder), *tracks),
            log="ardour.log",
            HOME=str(self._folder),
            XDG_CONFIG_HOME=str(self._folder / "config"),
            XDG_CACHE_HOME=str(self._folder / "cache"),
        )
        self._wait("OPEN", START_SECONDS)
        self._ports = [rig.port(f"ardour:{name}/midi_in", PORT_SECONDS) for name in tracks]

    def record(self, port: str) -> None:
        """Connect all tracks to the port, and roll."""
        for target in self._ports:
            self._rig.connect(port, target)
        (self._folder / "roll").touch()
        self._wait("ROLLING", START_SECONDS)

    def save(self) -> list[Recorded]:
        """Stop, and read the MIDI files of its session back, in the order of the tracks."""
        (self._folder / "stop").touch()
        self._wait("SAVED", SAVE_SECONDS)
        self._leave()
        files = sorted(self._folder.glob("session/interchange/*/midifiles/*.mid"))
        return [
            Recorded(name, read_score(path).tracks)
            for name in self._tracks
            for path in files
            if path.name.startswith(f"Take1_{name}-")
        ]

    def _wait(self, word: str, seconds: float) -> None:
        def is_over() -> bool:
            return word in self._said().split() or self._process.poll() is not None

        try:
            wait_until(is_over, seconds, f"Ardour to say {word}", 0.1)
        except RigError as error:
            raise RigError(f"{error}; it said:\n{self._said()}") from None
        if word not in self._said().split():
            code = self._process.poll()
            raise RigError(f"Ardour ended with {code} before {word}; it said:\n{self._said()}")

    def _leave(self) -> None:
        # All is on disk; whether it then ends well is its own affair.
        try:
            wait_until(lambda: self._process.poll() is not None, LEAVE_SECONDS, "Ardour's end", 0.1)
        except RigError:
            self._process.send_signal(signal.SIGKILL)
