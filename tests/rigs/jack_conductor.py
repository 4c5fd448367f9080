"""Another JACK client, as a sequencer is one: starts, stops, locates, looks, or counts the bars.

`jack_conductor.py start | stop | locate FRAME | look | master BPM BEATS_PER_BAR [BEAT_TYPE]`;
`look` prints the second and the transport's frame in it, and `master` stays until it is ended.
"""

import signal
import sys
from time import perf_counter

import jack

TICKS = 960.0


def look(client):
    frame, tightest, at_seconds = 0, 1.0, 0.0
    for _ in range(20):
        begin_seconds = perf_counter()
        read = client.transport_frame
        seconds = perf_counter() - begin_seconds
        if seconds < tightest:
            frame, tightest, at_seconds = read, seconds, begin_seconds + seconds / 2
    print(at_seconds, frame)  # noqa: T201


def count_bars(client, bpm, beats_per_bar, beat_type=4.0):
    def place(_state, _blocksize, position, _is_new):
        ticks = int(position.frame / position.frame_rate * bpm / 60 * TICKS)
        beats, tick = divmod(ticks, int(TICKS))
        bar, beat = divmod(beats, int(beats_per_bar))
        position.valid = jack._lib.JackPositionBBT
        position.bar, position.beat, position.tick = bar + 1, beat + 1, tick
        position.bar_start_tick = bar * beats_per_bar * TICKS
        position.beats_per_bar, position.beat_type = beats_per_bar, beat_type
        position.ticks_per_beat, position.beats_per_minute = TICKS, bpm

    client.set_timebase_callback(place)
    client.activate()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


def main():
    what, *values = sys.argv[1:]
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    client = jack.Client("conductor", no_start_server=True)
    if what == "start":
        client.transport_start()
    elif what == "stop":
        client.transport_stop()
    elif what == "locate":
        client.transport_frame = int(values[0])
    elif what == "look":
        look(client)
    else:
        count_bars(client, *map(float, values))
    client.close()


if __name__ == "__main__":
    main()
