"""The worker is killed under a band in mid song: the pattern goes on, and nothing is missing."""

import os
import signal
import sys
from queue import SimpleQueue
from time import perf_counter

import mido
from band_player import BAND, DRUMS
from paths import RIGS
from patience import PATIENCE_SECONDS

from bridge.engine.engine import Engine, Services
from bridge.events import Command, MidiIn
from bridge.fakes import NoTakeStore, Sounding
from bridge.inference.client import WorkerClient
from bridge.reports import NoticeReport, SoundReport
from bridge.runner import Runner
from bridge.settings import PlaySettings

A, B = 38, 39  # the drums that tell the sections
BPM = 240.0


class Song:
    """A band in real time without ports, whose worker is a process of its own."""

    def __init__(self, folder):
        self.gone = folder / "gone"
        self.reports = SimpleQueue()
        self.drums, self.words, self.sounding = [], "", Sounding()
        self.runner = Runner()
        command = (sys.executable, "-S", str(RIGS / "fake_band_worker.py"), str(folder))
        put = self.runner.put
        self.worker = WorkerClient(put, perf_counter, BAND.name, command=command)
        settings = PlaySettings(model=BAND.name, bpm=BPM, mode="follow")
        services = Services(self, self.worker, NoTakeStore())
        self.engine = Engine(settings, services, self.reports.put, [BAND])
        self.runner.start(self.engine)

    def send(self, message):
        self.sounding.follow(message)

    def ask(self, name, *values):
        self.runner.put(Command(perf_counter(), name, values))

    def play_a_note(self):
        for kind in ("note_on", "note_off"):
            self.runner.put(MidiIn(perf_counter(), mido.Message(kind, note=60, velocity=80)))

    def until(self, is_there):
        while not is_there():
            report = self.reports.get(timeout=PATIENCE_SECONDS)
            if isinstance(report, NoticeReport):
                self.words += report.text + "\n"
            elif isinstance(report, SoundReport) and _is_drum(report.message):
                self.drums.append((round(report.position), report.message.note))

    def close(self):
        self.ask("quit")
        assert self.runner.wait(PATIENCE_SECONDS)
        self.worker.close()


def _is_drum(message):
    return message.type == "note_on" and message.channel == DRUMS


def test_the_pattern_goes_on_and_the_next_section_comes_when_the_worker_is_back(tmp_path):
    song = Song(tmp_path)
    try:
        song.until(lambda: f"{BAND.name} is ready" in song.words)
        song.ask("section", "a")
        song.play_a_note()
        song.until(lambda: len(song.drums) >= 4)
        os.mkfifo(song.gone)
        os.kill(song.worker.pid, signal.SIGKILL)
        song.until(lambda: "is started again" in song.words)
        count = len(song.drums)
        song.until(lambda: len(song.drums) >= count + 12)  # three bars without any worker
        song.gone.write_text("back")  # as soon as the new worker waits for it
        song.gone.unlink()
        song.until(lambda: song.words.count("is ready") == 2)
        song.ask("section", "b")
        song.until(lambda: song.drums[-1][1] == B)
    finally:
        song.close()
    beats = [beat for beat, _ in song.drums]
    missing = set(range(beats[0], beats[-1] + 1)) - set(beats)
    assert len(missing) <= song.engine.lateness.dropped  # by the machine, and said
    assert len(beats) == len(set(beats))
    assert {pitch for _, pitch in song.drums[:-1]} == {A}
    assert song.drums[-1][0] % 4 == 0
    assert not song.sounding
