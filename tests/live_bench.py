"""Measures how long the script holds the (fake) Live in one callback: `python tests/live_bench.py`.

The fake's objects cost as much as Python's; Live's own may cost more or less, which nobody has
measured. The script's budget goes by the real clock, as it does in Live; what is printed is the
processor's time, which other programs on the machine do not lengthen.
"""

import gc
import importlib
import time

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
    """Print one line."""
    gc.collect()
    gc.freeze()  # in Live, too, the set's objects are not Python's to count
    live.received.clear()
    times = held_ms(live, act, lambda: live.answers(answer, "error"))
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(  # noqa: T201 - a program of its own
        f"{name:<44} {len(times):>4} callbacks, p50 {p50:.2f} p99 {p99:.2f} max {times[-1]:.2f} ms"
    )


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


if __name__ == "__main__":
    main()
