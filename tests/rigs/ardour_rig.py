"""Ardour without its window, beside a JACK rig: it records a port on MIDI tracks, one a channel."""

import signal
from collections.abc import Sequence
from pathlib import Path

from jack_rig import JackRig, RigError, wait_until
from system_programs import need_program

from models.formats.midi_read import read_score
from models.music.clip import Track

PROGRAM = "ardour7-lua"
SCRIPT = Path(__file__).with_name("ardour_record.lua")
START_SECONDS, SAVE_SECONDS, LEAVE_SECONDS = 40.0, 30.0, 10.0
PORT_SECONDS = 3.0  # Ardour's threads speak to JACK all at once as it opens: often it is lost then

# By the name of the track: what stands in its MIDI file, a part for each channel.
Recorded = dict[str, tuple[Track, ...]]


class Ardour:
    """A session of its own; what makes it fail is a RigError: it is not what is tested."""

    def __init__(self, rig: JackRig, tracks: Sequence[str]) -> None:
        need_program(PROGRAM)
        self._rig, self._folder = rig, rig.folder / "ardour"
        self._folder.mkdir()
        self._tracks = tracks
        self._round = 0
        self._process = rig.spawn(
            *(PROGRAM, str(SCRIPT), str(self._folder), *tracks),
            log="ardour.log",
            HOME=str(self._folder),
            XDG_CONFIG_HOME=str(self._folder / "config"),
            XDG_CACHE_HOME=str(self._folder / "cache"),
        )
        self._wait("OPEN", START_SECONDS)
        self._inputs = [self._port(name, "in") for name in tracks]

    def record(self, source: str) -> None:
        """Connect a port to all tracks, and roll."""
        for target in self._inputs:
            self._rig.connect(source, target)
        self._roll()

    def play_and_record(self, source: str, target: str) -> None:
        """Play what the first track has from the start into `target`; the others go on recording.

        The first track hears `source` no more: what it plays would come back for ever.
        """
        self._rig.run("jack_disconnect", source, self._inputs[0])
        self._rig.connect(self._port(self._tracks[0], "out"), target)
        self._roll()

    def stop(self) -> None:
        """Stop, and save the session."""
        self._order("stop")
        self._wait(f"SAVED-{self._round}", SAVE_SECONDS)

    def leave(self) -> tuple[Recorded, ...]:
        """Wait for its end, before which files may be empty; read them back, round by round.

        All is on disk then: whether it ends well is its own affair.
        """
        try:
            wait_until(lambda: self._process.poll() is not None, LEAVE_SECONDS, "Ardour's end", 0.1)
        except RigError:
            self._process.send_signal(signal.SIGKILL)
        return tuple(self._recorded(number) for number in range(1, self._round + 1))

    def _recorded(self, number: int) -> Recorded:
        files = sorted(self._folder.glob("session/interchange/*/midifiles/*.mid"))
        return {
            name: read_score(path).tracks
            for name in self._tracks
            for path in files
            if path.name.startswith(f"Take{number}_{name}-")
        }

    def _port(self, track: str, way: str) -> str:
        return self._rig.port(f"ardour:{track}/midi_{way}", PORT_SECONDS)

    def _roll(self) -> None:
        self._round += 1
        self._order("roll")
        self._wait(f"ROLLING-{self._round}", START_SECONDS)

    def _order(self, what: str) -> None:
        (self._folder / f"{what}-{self._round}").touch()

    def _said(self) -> str:
        return self._rig.said("ardour.log")

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
