"""Records a JACK MIDI port, line by line as jack_midi_dump does, however much comes at once.

`python jack_ear.py NAME` opens `NAME:input`. jack_midi_dump keeps 127 messages for its writer and
drops what comes beyond them in one instant, as when hundreds of keys are let go.
"""

import sys
import threading

import rtmidi

RATE = 48_000
MOST_MESSAGES = 65_536
LOOK_SECONDS = 0.01


def main() -> None:
    """Write what comes until somebody ends it."""
    ear = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, sys.argv[1], MOST_MESSAGES)
    ear.ignore_types(sysex=False, timing=False, active_sense=False)
    ear.open_virtual_port("input")
    seconds, pause = 0.0, threading.Event()
    while True:
        while (came := ear.get_message()) is not None:
            data, since_seconds = came
            seconds += since_seconds
            sys.stdout.write(f"{round(seconds * RATE)}: {bytes(data).hex(' ')}\n")
        sys.stdout.flush()
        pause.wait(LOOK_SECONDS)


if __name__ == "__main__":
    main()
