"""Mutated MIDI messages into a JACK port, mutated OSC packets to a UDP port: half and half.

`python fuzz_sender.py JACK_PORT OSC_PORT COUNT SEED PER_SECOND` says how many it sent of each.
"""

import json
import random
import socket
import subprocess
import sys
import threading
from collections import Counter
from time import perf_counter

import rtmidi
from osc_storm import storm

# Buttons and knobs of the MIDI map, and what chooses a model: they change what is played, which is
# right, and would end the loop that has to go on.
_MAPPED = range(102, 120)


def mutated(chance: random.Random) -> list[int]:
    """One message as cables and broken controllers send them."""
    kind = chance.randrange(12)
    status = chance.choice((0x80, 0x90, 0x90, 0xA0, 0xB0, 0xD0, 0xE0)) | chance.randrange(16)
    size = 1 if status & 0xF0 == 0xD0 else 2
    if kind < 6:
        data = [chance.choice((0, 1, 60, 127, chance.randrange(128))) for _ in range(size)]
        if status & 0xF0 == 0xB0 and data[0] in _MAPPED:
            data[0] = 64
        return [status, *data]
    if kind == 6:  # data beyond 127
        return [status, *(chance.randrange(256) for _ in range(size))]
    if kind == 7:  # too short, too long
        return [status, *(chance.randrange(128) for _ in range(chance.choice((0, 1, 3, 5))))]
    if kind == 8:  # clock, active sensing, undefined
        return [chance.choice((0xF4, 0xF5, 0xF6, 0xF8, 0xF9, 0xFD, 0xFE))]
    if kind == 9:
        return [0xF0, *(chance.randrange(128) for _ in range(chance.choice((0, 3, 30, 200)))), 0xF7]
    if kind == 10:  # without an end
        return [0xF0, *(chance.randrange(256) for _ in range(chance.choice((1, 9, 60))))]
    return [chance.randrange(256) for _ in range(chance.randint(1, 6))]


def is_allowed(message: list[int]) -> bool:
    """Whether it leaves the loop as it is."""
    head = message[0] & 0xF0
    if head == 0xC0 or message[0] in (0xF1, 0xF2, 0xF3, 0xFA, 0xFB, 0xFC, 0xFF):
        return False
    return not (head == 0xB0 and len(message) > 1 and message[1] in _MAPPED)


def send_all(port: str, osc_port: int, count: int, seed: int, per_second: float) -> Counter[str]:
    """Send `count` messages, so many a second."""
    chance, sent, pause = random.Random(seed), Counter(), threading.Event()
    out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="fuzz")
    out.open_virtual_port("out")
    subprocess.run(["jack_connect", "fuzz:out", port], check=True)
    packets, began_seconds = storm(seed, count), perf_counter()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for number in range(count):
            if number % 2:
                sock.sendto(next(packets), ("127.0.0.1", osc_port))
                sent["osc"] += 1
            elif is_allowed(message := mutated(chance)):
                try:
                    out.send_message(message)
                    sent["midi"] += 1
                except (ValueError, rtmidi.RtMidiError):  # what rtmidi itself refuses to send
                    sent["refused"] += 1
            if number % 20 == 19:
                pause.wait(max(began_seconds + number / per_second - perf_counter(), 0))
    return sent


if __name__ == "__main__":
    given = sys.argv[1:]
    sent = send_all(given[0], int(given[1]), int(given[2]), int(given[3]), float(given[4]))
    sys.stdout.write(json.dumps(sent) + "\n")
    sys.stdout.flush()
