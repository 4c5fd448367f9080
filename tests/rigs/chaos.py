"""Kills what Continuo plays with, and Continuo, at random moments of real playing on JACK.

`python tests/rigs/chaos.py [--minutes 2 | --faults 1000] [--seed 1]` prints what came of it,
and ends with 1 unless nothing hung while Continuo lived, no finished take was lost, and no file is
corrupt. It needs JACK, and root for a disk that can be filled.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from chaos_stage import BAR_SECONDS, DISK_KILOBYTES, Stage, kill, paused
from jack_play import model_to_play
from jack_rig import LateError, RigError, jack_rig, wait_until
from patience import PATIENCE_SECONDS
from tiny_disk import tiny_disk

# A take that was told of so long before Continuo was killed has to lie on disk.
WRITTEN_SECONDS = 1.0
_pause = threading.Event()


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it."""

    minutes: float
    faults: dict[str, int]
    notes: int
    hanging_notes: int
    takes_finished: int
    takes_lost: int
    files: int
    corrupt_files: int
    unwished_ends: int
    tracebacks: int
    exit_code: int | None
    rig_faults: int

    @property
    def is_good(self) -> bool:
        """Whether nothing was found."""
        return self.exit_code == 0 and not (
            self.hanging_notes
            or self.takes_lost
            or self.corrupt_files
            or self.unwished_ends
            or self.tracebacks
        )


class Chaos:
    """The faults, one after the other, and what is lost by them."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.chance = stage, random.Random(seed)
        self.done: Counter[str] = Counter()
        self.lost: set[str] = set()
        self.unwished: list[str] = []
        self.rig_faults = 0
        self._faults: list[tuple[int, str, Callable[[], None]]] = [
            (26, "worker killed", self.kill_worker),
            (12, "recorder killed", self.kill_recorder),
            (22, "player killed", self.kill_player),
            (8, "player came and went", self.brief_player),
            (10, "JACK killed", self.kill_jack),
            (8, "Continuo killed", self.kill_continuo),
            (9, "disk full", self.fill_disk),
            (6, "Continuo paused", self.pause_continuo),
            (7, "date set", self.set_date),
        ]

    def run(self, minutes: float | None, faults: int | None) -> float:
        """Do one fault after the other; give the minutes that it took."""
        began_seconds = perf_counter()

        def goes_on() -> bool:
            spent = (perf_counter() - began_seconds) / 60
            return (minutes is None or spent < minutes) and (
                faults is None or self.done.total() < faults
            )

        self.stage.start_continuo()
        while goes_on():
            self.wait(0.2, 1.5 * BAR_SECONDS)
            if self.chance.random() < 0.7:
                self.stage.another_take()
                self.wait(0.0, 0.3)
            weights = [weight for weight, _, _ in self._faults]
            _, name, fault = self.chance.choices(self._faults, weights)[0]
            try:
                fault()
            except RigError as error:
                self._recover(error)
            self.done[name] += 1
            self._look_for_an_end()
        return (perf_counter() - began_seconds) / 60

    def wait(self, least_seconds: float, most_seconds: float) -> None:
        """Let the music go on for a while."""
        _pause.wait(self.chance.uniform(least_seconds, most_seconds))

    def _look_for_an_end(self) -> None:
        if self.stage.has_ended():
            self.unwished.append(self.stage.rig.said(self.stage.log)[-2000:])
            self.stage.close_recording()
            self._restart()

    def _recover(self, error: RigError) -> None:
        """The rig failed, not Continuo: begin anew with another server."""
        self.rig_faults += 1
        sys.stderr.write(f"the rig failed: {error}\n")
        if self.stage.has_ended():
            return
        self._end_continuo()
        self.stage.rig.end_server()
        self.stage.rig.start_server()
        self._restart()

    def _restart(self) -> None:
        for process in (self.stage.player, self.stage.recorder):
            kill(process.pid)
        self.stage.start_continuo()

    # -- faults ------------------------------------------------------------------------------
    def kill_worker(self) -> None:
        """The loop goes on; the worker comes back."""
        workers = self.stage.workers()
        if workers:
            kill(self.chance.choice(workers))

    def kill_recorder(self) -> None:
        """A client that listens goes away."""
        self.stage.close_recording()
        kill(self.stage.recorder.pid)
        self.stage.recorder.wait(PATIENCE_SECONDS)
        self.wait(0.0, 0.3)
        self.stage.hear()

    def kill_player(self) -> None:
        """A client that plays goes away, with a key down as a rule; later another comes."""
        kill(self.stage.player.pid)
        self.stage.player.wait(PATIENCE_SECONDS)
        self.wait(0.0, 6.0)
        self.stage.play()

    def brief_player(self) -> None:
        """One comes, strikes, and is gone before anybody looked who is connected."""
        self.kill_player()
        self.wait(0.0, 0.4)
        self.kill_player()

    def kill_jack(self) -> None:
        """Continuo lives on and opens its ports on the next server."""
        stage = self.stage
        self._end_server()
        for process in (stage.player, stage.recorder):
            kill(process.pid)
            process.wait(PATIENCE_SECONDS)
        self.wait(0.0, 2.0)
        stage.rig.start_server()
        stage.wait_for(
            lambda: sum(p.startswith("Continuo ") for p in stage.rig.ports()) >= 2, "its ports"
        )
        stage.hear()
        stage.play()

    def _end_server(self) -> None:
        self.stage.close_recording()
        self.stage.rig.end_server()

    def kill_continuo(self) -> None:
        """What was finished a second ago lies on disk."""
        self._wait_for_room()
        self.stage.close_recording()
        killed_seconds = perf_counter()
        self._end_continuo()
        on_disk, _ = self.stage.takes_on_disk()
        for take, at_seconds in self.stage.told.finished.items():
            if take not in on_disk and at_seconds < killed_seconds - WRITTEN_SECONDS:
                self.lost.add(take)
        # What was told in the last second may be the phrase that was being played.
        self.stage.told.finished = {t: 0.0 for t in on_disk}
        self._restart()

    def _end_continuo(self) -> None:
        kill(self.stage.continuo.pid)
        self.stage.continuo.wait(PATIENCE_SECONDS)

    def _wait_for_room(self) -> None:
        """A kill while takes wait for room would lose them, and nothing could be done about it."""
        told = self.stage.told
        with suppress(LateError):
            wait_until(lambda: set(told.finished) <= set(told.saved), 10.0, "takes", 0.1)

    def fill_disk(self) -> None:
        """There is no room for some takes, and then there is again."""
        disk = self.stage.disk
        disk.fill()
        for _ in range(self.chance.randint(1, 3)):
            self.stage.another_take()
            self.wait(0.3, BAR_SECONDS)
        if self.chance.random() < 0.3:
            self.kill_worker()
        disk.make_room()

    def pause_continuo(self) -> None:
        """The machine sleeps, or stands still: no interval clock shows it, the notes are late."""
        with paused(self.stage.continuo.pid):
            self.wait(0.05, 3.0)

    def set_date(self) -> None:
        """Somebody sets the date and time of day, by seconds or by years, back as well."""
        span = self.chance.choice([2.0, 3600.0, 86_400.0 * 400, 86_400.0 * 9000])
        self.stage.offset.write_text(f"{self.chance.uniform(-span, span):.1f}")

    def end(self) -> int | None:
        """End Continuo as a player does, and look once more."""
        stage = self.stage
        kill(stage.player.pid)
        self._wait_for_room()
        stage.continuo.send_signal(signal.SIGINT)
        with suppress(LateError):
            wait_until(stage.has_ended, PATIENCE_SECONDS, "its end")
        stage.rig.run("jack_lsp")  # one more turn of the graph: the recorder has all of it
        _pause.wait(0.3)
        stage.close_recording(at_the_end=True)
        on_disk, _ = stage.takes_on_disk()
        self.lost |= set(stage.told.finished) - on_disk
        return stage.continuo.poll()


def run(folder: Path, seed: int, minutes: float | None, faults: int | None) -> Found:
    """Open a stage in `folder` and let chaos reign."""
    models = folder / "models"
    models.mkdir()
    # The disk is mounted first, or the rig's own mounts would hide it.
    with tiny_disk(folder / "disk", DISK_KILOBYTES) as disk, jack_rig(folder) as rig:
        stage = Stage(rig, disk, model_to_play(models))
        chaos = Chaos(stage, seed)
        spent = chaos.run(minutes, faults)
        exit_code = chaos.end()
        on_disk, wrong = stage.takes_on_disk()
        for sentence in (*wrong, *chaos.unwished, *map(str, stage.hanging), *chaos.lost):
            sys.stderr.write(f"{sentence}\n")
        logs = [rig.said(path.name) for path in folder.glob("continuo-*.log")]
        return Found(
            minutes=round(spent, 1),
            faults=dict(chaos.done),
            notes=stage.notes,
            hanging_notes=len(stage.hanging),
            takes_finished=len(on_disk | chaos.lost),
            takes_lost=len(chaos.lost),
            files=len(list((disk.folder / "takes").iterdir())),
            corrupt_files=len(wrong),
            unwished_ends=len(chaos.unwished),
            tracebacks=sum(log.count("Traceback") for log in logs),
            exit_code=exit_code,
            rig_faults=chaos.rig_faults,
        )


def main() -> None:
    """Read the options, and print what came of it."""
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float)
    options.add_argument("--faults", type=int)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    minutes = given.minutes if given.minutes or given.faults else 60.0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found = run(Path(folder), given.seed, minutes, given.faults)
    sys.stdout.write(json.dumps(asdict(found)) + "\n")
    sys.exit(0 if found.is_good else 1)


if __name__ == "__main__":
    main()
