"""Follows JACK's transport as the engine would, prints what it is told, and leads by a pipe.

`transport_echo.py PIPE`: each line in the pipe is an order, as `tempo 90`.
"""

import sys
from pathlib import Path
from time import perf_counter

from bridge.clocks.sources import ClockSources
from bridge.events import ClockPosition

METERS = [None]


def say(event):
    if isinstance(event, ClockPosition):
        flags = int(event.is_playing), int(event.has_jumped)
        if event.meter not in (None, METERS[-1]):
            METERS.append(event.meter)
            sys.stdout.write(f"{perf_counter()!r} meter {event.meter} .\n")
        line = f"position {event.at_seconds!r} {event.beat!r} {event.bpm!r} {flags[0]} {flags[1]}"
    else:
        line = f"change {event.state} {event.detail}"
    sys.stdout.write(f"{perf_counter()!r} {line}\n")
    sys.stdout.flush()


def main():
    sources = ClockSources(say, perf_counter, meter_beats=4.0, bpm=120.0)
    sources.choose("jack")
    with Path(sys.argv[1]).open() as commands:
        for command in commands:
            what, _, value = command.strip().partition(" ")
            sources.lead(what, float(value) if value else None)
    began_seconds = perf_counter()
    sources.close()
    sys.stdout.write(f"0 closed {perf_counter() - began_seconds:.3f}\n")


if __name__ == "__main__":
    main()
