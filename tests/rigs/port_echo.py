"""Opens Continuo's JACK ports, sends every note back an octave higher, and never stops sending."""

import signal
import sys
import threading

import mido

from bridge.midi.rtmidi_ports import open_ports

# Enough to fill rtmidi's ring, and freeze the process, a second after the server's end.
FLOOD_SECONDS = 0.0005
FLOOD = mido.Message("control_change", control=20, channel=15)


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main():
    done = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: done.set())

    def echo(message, _seconds):
        if message.type in ("note_on", "note_off"):
            there.send(message.copy(note=message.note + 12))

    there = open_ports("jack", echo, lambda state, detail: say(f"{state}: {detail}"))
    say(f"open: {there.describe()}")
    while not done.wait(FLOOD_SECONDS):
        there.send(FLOOD)
    there.close()
    say("closed")


if __name__ == "__main__":
    main()
