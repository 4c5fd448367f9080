"""How long the script holds the (fake) Live in one callback: `python tests/rigs/live_bench.py`.

The fake's objects cost as much as Python's; Live's own may cost more or less, which nobody has
measured. The script's budget goes by the real clock, as it does in Live; what is printed is the
processor's time, which other programs on the machine do not lengthen.
"""

import gc
import importlib
import random
import struct
import time

from bad_requests import BAD
from live_rig import live_rig
from live_sets import fill

VOICES = ("Soprano", "Alto", "Tenor", "Bass")
NOTES = [(60 + i % 12, i / 16, 1 / 16, 90, 0) for i in range(1000)]


def held_ms(live, act, done):
    """The time of every callback in milliseconds, from `act` until `done`."""
    times = []
    surface = live.world._surface
    timer = live.world._timers[0]
    work = surface._continuo_agent.work

    def timed():
        began = time.thread_time()
        work()
        times.append((time.thread_time() - began) * 1000)

    timer._callback = timed
    act()
    while not done():
        live.advance(10)
    timer._callback = work
    return sorted(times)


def measure(name, live, act, answer):
    """Measure one request, and print a line."""
    live.received.clear()
    gc.collect()
    gc.freeze()  # in Live, too, the set's objects are not Python's to count
    tell(name, held_ms(live, act, lambda: live.answers(answer)))


def measure_nonsense(name, live):
    """Measure what makes no sense, as much in a callback as the script reads."""
    waiting = nonsense(live)

    def is_done():
        if not waiting:
            return True
        for packet in waiting.pop():
            live.send_raw(packet)
        return False

    tell(name, held_ms(live, lambda: None, is_done))


def tell(name, times):
    """Print a line."""
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(  # noqa: T201 - a program of its own
        f"{name:<44} {len(times):>4} callbacks, p50 {p50:.2f} p99 {p99:.2f} max {times[-1]:.2f} ms"
    )


def nonsense(live):
    """Everything that is wrong with a message, random bytes, and the largest that are read."""
    chance = random.Random(5)
    packets = [live.encode(name, *values) for name, values in BAD]
    for start in (b"", b"/", b"#bundle\0", b"/continuo/live/write/notes\0\0,"):
        packets += [start + chance.randbytes(chance.choice((8, 400, 8000))) for _ in range(40)]
    note = (60, 0.0, 1.0, 90, 0)
    packets += [live.encode("write/notes", "x", 1, 0, *note * 310, 128) for _ in range(16)]
    ping = live.encode("fly", "x")
    size = struct.pack(">i", len(ping))
    packets += [b"#bundle\0" + bytes(8) + (size + ping) * 64 for _ in range(16)]
    packets += [b"#bundle\0" + bytes(8) + b"\0\0\0\1/" * 1600 for _ in range(16)]
    return [packets[begin : begin + 8] for begin in range(0, len(packets), 8)]


def main():
    for scenes, tracks in ((8, 8), (500, 200)):
        with live_rig("12.4.6", scenes=scenes) as live:
            importlib.import_module("Continuo.agent").clock = time.perf_counter
            live.world.unload()
            live.world.load(live.script)
            live.meet()
            fill(live.world, tracks=tracks, voices=VOICES)
            size = f"{tracks} tracks x {scenes} scenes"
            live.send_take("a", {name: NOTES[:64] for name in VOICES})
            measure(f"4 x 64 notes, {size}", live, lambda: None, "written")
            live.send_take("b", {name: NOTES for name in VOICES}, length=62.5)
            measure(f"4 x 1000 notes, {size}", live, lambda: None, "written")
            live.world.select(live.song._tracks[-1]._slots[scenes + 1]._clip)
            measure(
                f"reading 1000 notes, {size}",
                live,
                lambda live=live: live.send("read", "r", "selected"),
                "clip/end",
            )
            measure(f"a ping, {size}", live, lambda live=live: live.send("ping", "p"), "pong")
            measure_nonsense(f"nonsense, {size}", live)


if __name__ == "__main__":
    main()
