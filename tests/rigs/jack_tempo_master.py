"""A program of its own that conducts a JACK transport: tempo, ramps, start, stop and locate.

It reads commands from its standard input, a line each: `start`, `stop`, `locate BEAT`, `tempo BPM`,
`ramp BPM SECONDS`, `quit`; a MIDI clock program beside it makes pulses of the time that it sets.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

TICKS_PER_BEAT = 1920.0


@dataclass(frozen=True)
class Tempo:
    """Beats along the frames: `beat` at `frame`, from there on turning evenly to `bpm_to`."""

    rate: int
    bpm: float
    frame: int = 0
    beat: float = 0.0
    bpm_to: float = 0.0
    frames: int = 0

    def bpm_at(self, frame: int) -> float:
        if not self.frames:
            return self.bpm
        part = min(max((frame - self.frame) / self.frames, 0.0), 1.0)
        return self.bpm + part * (self.bpm_to - self.bpm)

    def beat_at(self, frame: int) -> float:
        gone = frame - self.frame
        turning = min(max(gone, 0), self.frames)
        mean = (self.bpm + self.bpm_at(self.frame + turning)) / 2
        beats = turning * mean + (gone - turning) * self.bpm_at(frame)
        return self.beat + beats / (60 * self.rate)

    def frame_of(self, beat: float) -> int:
        """Where `beat` is, were the tempo of the end in force all along."""
        bpm = self.bpm_at(sys.maxsize)
        end = self.frame + self.frames
        return max(end + round((beat - self.beat_at(end)) * 60 * self.rate / bpm), 0)

    def steady(self) -> "Tempo":
        """The tempo of the end, in force all along, beat 0 at frame 0."""
        return Tempo(self.rate, self.bpm_at(sys.maxsize))


class Conductor:
    """The timebase master of the server."""

    def __init__(self, bpm: float) -> None:
        import jack

        self._jack = jack
        self.client = jack.Client("conductor", no_start_server=True)
        self.tempo = Tempo(self.client.samplerate, bpm)
        self.client.set_timebase_callback(self._tell)
        self.client.activate()

    def _tell(self, _state: int, _blocksize: int, pos: object, _is_new: bool) -> None:
        tempo = self.tempo
        ticks = max(tempo.beat_at(pos.frame), 0.0) * TICKS_PER_BEAT
        beats, tick = divmod(int(ticks), int(TICKS_PER_BEAT))
        pos.valid = self._jack.POSITION_BBT
        pos.bar, pos.beat, pos.tick = beats // 4 + 1, beats % 4 + 1, tick
        pos.bar_start_tick = beats // 4 * 4 * TICKS_PER_BEAT
        pos.beats_per_bar = pos.beat_type = 4.0
        pos.ticks_per_beat = TICKS_PER_BEAT
        pos.beats_per_minute = tempo.bpm_at(pos.frame)

    def _turn(self, bpm: float, seconds: float) -> None:
        tempo, frame = self.tempo, self.client.transport_frame
        frames = round(seconds * tempo.rate)
        at, beat = tempo.bpm_at(frame), tempo.beat_at(frame)
        if frames:
            self.tempo = Tempo(tempo.rate, at, frame, beat, bpm, frames)
        else:
            self.tempo = Tempo(tempo.rate, bpm, frame, beat)

    def _locate(self, beat: float) -> None:
        self.tempo = self.tempo.steady()
        self.client.transport_locate(self.tempo.frame_of(beat))

    def run(self, line: str) -> None:
        word, *values = line.split()
        commands: dict[str, Callable[..., None]] = {
            "start": self.client.transport_start,
            "stop": self.client.transport_stop,
            "locate": self._locate,
            "tempo": lambda bpm: self._turn(bpm, 0.0),
            "ramp": self._turn,
        }
        commands[word](*map(float, values))


def main() -> None:
    conductor = Conductor(float(sys.argv[1]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        conductor.run(line)
    conductor.client.deactivate()
    conductor.client.close()


if __name__ == "__main__":
    main()
