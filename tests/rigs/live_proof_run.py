"""The whole way in real time: a fake Live with the script in it, and `continuo play` beside it.

`python tests/rigs/live_proof_run.py [TIMES]` prints how long it takes from "harmonise this clip"
to the clips in the set, launched; and how far Continuo's song is behind Live's with `--clock live`.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from threading import Event
from time import perf_counter

from fake_live import World
from live_rig import NAME, installed, notes_of
from osc_client import OscClient
from osc_play import continuo_play
from patience import PATIENCE_SECONDS

LIVE = "12.4.6"
# Soprano of a chorale: sixteen beats, with the rests and the held notes that a clip has.
MELODY = (
    *((67, 0.0, 1.0), (69, 1.0, 1.0), (71, 2.0, 1.0), (74, 3.0, 1.0), (72, 4.0, 1.0)),
    *((71, 5.0, 1.0), (69, 6.0, 2.0), (71, 8.0, 1.0), (74, 9.0, 1.0), (76, 10.0, 1.0)),
    *((74, 11.0, 0.5), (72, 11.5, 0.5), (71, 12.0, 1.0), (67, 13.0, 1.0), (69, 14.0, 2.0)),
)
BEATS, SCENE = 16.0, 2


class RunningLive:
    """A fake Live in real time, in whose set a melody is selected; stepped by whoever waits."""

    def __init__(self, bridge_port: int) -> None:
        folder = installed()
        (folder / NAME / "port.txt").write_text(str(bridge_port))
        sys.path.insert(0, str(folder))
        self.world = World(LIVE)
        self.port = bridge_port
        self.client = OscClient(bridge_port)
        self.client.socket.setblocking(False)
        self.heard: list[tuple[str, tuple[object, ...]]] = []
        self._began_seconds = perf_counter()
        self._pause = Event()
        self.world.install()
        _forget_script()
        lead = self.world.add_track("Lead")
        self.clip = self.world.add_clip(lead, SCENE, "Verse", MELODY, BEATS)
        self.world.select(self.clip)
        self.world.load(__import__(NAME))

    def restart(self) -> None:
        """Choose another control surface in the settings, and this one again."""
        self.world.unload()
        self.world.load(sys.modules[NAME])

    def close(self) -> None:
        """End Live."""
        self.world.quit()
        self.client.socket.close()
        _forget_script()
        sys.path.remove(str(installed()))

    def step(self) -> None:
        """Let Live run up to now, and take what came for the client."""
        ms = int((perf_counter() - self._began_seconds) * 1000) - self.world.now_ms
        self.world.advance(max(ms, 0))
        while True:
            try:
                message = self.client.receive()
            except BlockingIOError:
                break
            self.heard.append((message.address, message.arguments))
        self._pause.wait(0.0005)

    @property
    def song_beat(self) -> float:
        """Where the song is now, a fraction of a millisecond after Live's last step."""
        passed_ms = (perf_counter() - self._began_seconds) * 1000 - self.world.now_ms
        song = self.world.song
        return song._beat + passed_ms * song._tempo / 60_000

    def run(self, seconds: float) -> None:
        """Let Live run for so long."""
        end_seconds = perf_counter() + seconds
        while perf_counter() < end_seconds:
            self.step()

    def until(self, is_done: Callable[[], bool], what: str) -> None:
        """Let Live run until something is so; AssertionError if that takes too long."""
        end_seconds = perf_counter() + PATIENCE_SECONDS
        while not is_done():
            assert perf_counter() < end_seconds, f"no {what}; heard {self.heard[-3:]}"
            self.step()

    def answer(self, name: str) -> tuple[object, ...]:
        """Let Live run until a message of this name, or an error, came; return its values."""
        self.until(lambda: any(n in (name, "error") for n, _ in self.heard), name)
        found = next((n, values) for n, values in self.heard if n in (name, "error"))
        assert found[0] == name, found
        return found[1]

    def ask(self, name: str, *values: float | str, answer: str) -> tuple[object, ...]:
        """Send a command and return the answer's values."""
        self.meet()  # between two tests Live stands still: on a busy machine it counts as gone
        self.heard.clear()
        self.client.send(name, *values)
        return self.answer(answer)

    def meet(self) -> None:
        """Let the script and Continuo find each other."""

        def is_there() -> bool:
            answers = [values for name, values in self.heard if name == "live"]
            return bool(answers) and answers[-1][0] == "found"

        def ask() -> bool:
            self.client.send("live")
            for _ in range(50):
                self.step()
            return is_there()

        self.until(ask, "script that Continuo has found")

    def clips(self, scene: int) -> dict[str, object]:
        """What lies in a scene, by the names of the tracks."""
        slots = ((track._name, track._slots[scene]._clip) for track in self.world.song._tracks)
        return {name: clip for name, clip in slots if clip is not None}


def _forget_script() -> None:
    """Have Python load the script anew: other tests give it a clock and a Live of theirs."""
    for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[name]


@contextmanager
def running_live(folder: Path, *options: str) -> Iterator[RunningLive]:
    """A fake Live and a Continuo that have met."""
    with continuo_play(folder, *options) as (_, port):
        live = RunningLive(port)
        try:
            live.meet()
            yield live
        finally:
            live.close()


def measure_clock(folder: Path, seconds: float) -> list[float]:
    """Return how many milliseconds Continuo's song is after Live's, asked many times a second."""
    late_ms = []
    with running_live(folder, "--clock", "live") as live:
        live.world.song.start_playing()
        live.run(2.0)
        end_seconds = perf_counter() + seconds
        while perf_counter() < end_seconds:
            _, _, bpm, beat, *_ = live.ask("status", answer="status")
            late_ms.append((live.song_beat - float(beat)) / float(bpm) * 60_000)
            live.run(0.03)
    return late_ms


def measure(folder: Path, times: int) -> list[float]:
    """Return the milliseconds from each "harmonise" to the clips in the set."""
    took_ms = []
    with running_live(folder) as live:
        live.ask("live/harmonise", "warm", answer="live/written")
        for i in range(times):
            began_seconds = perf_counter()
            live.ask("live/harmonise", f"verse-{i}", answer="live/written")
            took_ms.append((perf_counter() - began_seconds) * 1000)
    return took_ms


def measure_pickup(folder: Path, times: int) -> list[float]:
    """Return the milliseconds from a ping to its pong, Continuo to script, on a 10 ms timer."""
    took_ms = []
    with running_live(folder) as live:
        live.run(1.0)
        for i in range(times):
            took_ms.append(float(live.ask("live", answer="live")[3]))
            live.run(0.0137 + 0.001 * (i % 10))
    return took_ms


def main(times: int) -> None:
    """Measure all, and print them."""
    with tempfile.TemporaryDirectory() as name:
        took_ms = measure(Path(name), times)
        late_ms = measure_clock(Path(name), times / 2)
        pickup_ms = measure_pickup(Path(name), 10 * times)
    parts = (("harmonised", took_ms), ("song late", late_ms), ("script's pickup", pickup_ms))
    for what, found in parts:
        p99 = quantiles(found, n=100)[98]
        sys.stdout.write(f"{what}: {len(found)}, p50 {median(found):.1f} ms, p99 {p99:.1f} ms\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)

__all__ = ["BEATS", "MELODY", "SCENE", "RunningLive", "notes_of", "running_live"]
