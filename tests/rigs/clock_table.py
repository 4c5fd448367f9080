"""Prints how far Continuo's clicks are from the beats of jack_midi_clock, in JACK's own frames.

`python tests/rigs/clock_table.py [PERIOD...]`: a minute of MIDI clock for each period; the sender's
pulses and the clicks are in one recording, and both of them come by whole periods.
"""

import sys
import tempfile
from pathlib import Path

from clock_rig import Score, Source, percentiles
from jack_play import Performance, on_jack
from jack_rig import Heard, JackRig, wait_until
from patience import PATIENCE_SECONDS
from recorded_notes import strikes

# What the sender does, and the seconds in which it is measured.
PARTS = (
    ("steady, 112 bpm", "tempo 112", 16.0),
    ("112 to 140 at once", "tempo 140", 8.0),
    ("140 to 70 in 8 s", "ramp 70 8", 8.0),
    ("70 to 180 in 8 s", "ramp 180 8", 8.0),
    ("steady, 180 bpm", "tempo 180", 12.0),
)


def play(rig: JackRig) -> tuple[list[Heard], list[tuple[str, float]]]:
    """Play all parts; give back the recording, and the second in it at which each began."""
    source = Source(rig, 112)
    bridge = Performance(rig, ["--clock", "midi", "--click", "--osc-port", "0"])
    rig.connect(source.port, rig.port("Continuo In:"))
    rig.connect(source.port, rig.port("ear1:input"))
    source.order("start")
    begins = []
    for name, order, seconds in PARTS:
        source.order(order)
        wait_until(
            lambda: any(h.message.type == "clock" for h in bridge.heard()),
            PATIENCE_SECONDS,
            "the clock",
        )
        begin = bridge.heard()[-1].seconds
        begins.append((name, begin))
        wait_until(
            lambda end=begin + seconds: bridge.heard()[-1].seconds >= end, seconds + 10, name, 0.2
        )
    source.order("stop")
    bridge.end()
    return bridge.heard(), begins


def main() -> None:
    periods = [int(word) for word in sys.argv[1:]] or [512]
    form = "{:>7} {:22} {:>4} {:>7} {:>6} {:>6} {:>6}\n"
    sys.stdout.write(form.format("period", "part", "n", "median", "p50", "p99", "max"))
    for period in periods:
        with tempfile.TemporaryDirectory() as folder:
            heard, begins = on_jack(play, Path(folder), period)
        score = Score(heard)
        clicks = [h.seconds for h in heard if strikes(h)]
        ends = [*[begin for _, begin in begins[1:]], clicks[-1] + 1]
        for (name, begin), end in zip(begins, ends, strict=True):
            errors = [score.error_ms(at, 24) for at in clicks if begin <= at < end]
            sys.stdout.write(form.format(period, name, *percentiles(errors).values()))


if __name__ == "__main__":
    main()
