"""A bare Link peer in a process of its own, that tells what it reads: to be compared with ours."""

import subprocess
import sys
import threading
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import NamedTuple, TextIO

from bridge.clocks.link import make_link

READ_SECONDS = 0.002


class PeerReading(NamedTuple):
    """What the peer read at an instant of perf_counter (which processes share)."""

    at_seconds: float
    beat: float
    bpm: float
    is_playing: bool
    peers: int


class LinkPeer:
    """The process, from outside: give it commands, look at its readings."""

    def __init__(self, bpm: float, bar_beats: float) -> None:
        command = [sys.executable, "-P", "-m", "bridge.bench.link_peer", str(bpm), str(bar_beats)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.readings: list[PeerReading] = []
        self._reader = threading.Thread(target=self._read, name="link peer", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            at_seconds, beat, bpm, is_playing, peers = line.split()
            self.readings.append(
                PeerReading(
                    float(at_seconds), float(beat), float(bpm), is_playing == "1", int(peers)
                )
            )

    def command(self, text: str) -> None:
        """Order `start`, `stop` or `tempo 90`."""
        assert self._process.stdin
        self._process.stdin.write(text + "\n")

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        self._reader.join(5)
        assert self._process.stdout
        self._process.stdout.close()


# -- in the process ----------------------------------------------------------------------------
def _listen(commands: "SimpleQueue[str | None]", source: TextIO) -> None:
    for line in source:
        commands.put(line)
    commands.put(None)


def _next_command(commands: "SimpleQueue[str | None]") -> str | None:
    try:
        return commands.get(timeout=READ_SECONDS)
    except Empty:
        return ""


def main() -> None:
    """Join Link with the tempo and the bar given, and tell readings until the input ends."""
    link = make_link(float(sys.argv[1]))
    link.quantum = float(sys.argv[2])
    link.start_stop_sync_enabled = True
    link.enabled = True
    commands: SimpleQueue[str | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(commands, sys.stdin), daemon=True).start()
    while (command := _next_command(commands)) is not None:
        what, _, value = command.strip().partition(" ")
        if what == "tempo":
            link.tempo = float(value)
        elif what:
            link.playing = what == "start"
        # The later reading of two: by then the machine has all of this loop at hand.
        for _ in range(2):
            begin_seconds = perf_counter()
            beat = link.beat
            end_seconds = perf_counter()
        at_seconds = (begin_seconds + end_seconds) / 2
        figures = (at_seconds, beat, link.tempo, int(link.playing), link.num_peers)
        sys.stdout.write(" ".join(map(repr, figures)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
