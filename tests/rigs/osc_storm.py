"""Packets that no server should have to bear: random, mutated, huge, deep, wrong in every way.

`python osc_storm.py PORT SEED COUNT [PER_SECOND]` sends them from a process of its own.
"""

import random
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator

from bridge.api.addresses import INCOMING, OUTGOING
from bridge.api.validation import MessageError, check
from bridge.osc import wire

# What changes nothing that is heard. Everything else that is valid by accident is left out.
HARMLESS = {
    "ping",
    "help",
    "status",
    "model/list",
    "control/list",
    "cc/list",
    "plan",
    "melody/begin",
    "melody/note",
}
_NAN = struct.pack(">f", float("nan"))
_INFINITY = struct.pack(">f", float("inf"))
_PATHS = [address.path for address in (*INCOMING, *OUTGOING)]


def storm(seed: int, count: int) -> Iterator[bytes]:
    """`count` packets, always the same for a seed; none that changes the music."""
    chance = random.Random(seed)
    kinds: list[Callable[[random.Random], bytes]] = [
        _noise,
        _mutated,
        _mutated,
        _mutated,
        _wrong_types,
        _wrong_types,
        _not_numbers,
        _unknown,
        _late_or_early,
        _deep,
        _valid,
        _truncated,
    ]
    made = 0
    while made < count:
        # A few of the largest there can be: more would only measure memory copies.
        kind = _huge if chance.random() < 0.002 else chance.choice(kinds)
        packet = kind(chance)[:65_507]
        if is_harmless(packet):
            yield packet
            made += 1


def is_harmless(packet: bytes) -> bool:
    """Whether no part of a packet is a command that would be run."""
    try:
        messages = wire.decode(packet)
    except wire.WireError:
        return True
    for message in messages:
        try:
            if check(*message).address.name not in HARMLESS:
                return False
        except MessageError:
            continue
    return True


def send_storm(port: int, seed: int, count: int, per_second: float = 0.0) -> None:
    """Send a storm to a port of this machine, as fast as it goes or so many a second."""
    pause = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for number, packet in enumerate(storm(seed, count)):
            sock.sendto(packet, ("127.0.0.1", port))
            if per_second and number % 50 == 49:
                pause.wait(50 / per_second)


def bundle(*elements: bytes, time_tag: int = 1) -> bytes:
    """A bundle of packets."""
    sized = (struct.pack(">i", len(element)) + element for element in elements)
    return b"#bundle\x00" + struct.pack(">Q", time_tag) + b"".join(sized)


def _valid(chance: random.Random) -> bytes:
    address = chance.choice(INCOMING)
    return wire.encode(address.path, address.example)


def _noise(chance: random.Random) -> bytes:
    start = chance.choice([b"", b"/", b"#bundle\x00", b"/continuo/"])
    return start + chance.randbytes(chance.choice([0, 1, 3, 4, 16, 33, 120, 700]))


def _mutated(chance: random.Random) -> bytes:
    packet = bytearray(_valid(chance))
    for _ in range(chance.randint(1, 4)):
        packet[chance.randrange(len(packet))] = chance.randrange(256)
    return bytes(packet)


def _truncated(chance: random.Random) -> bytes:
    packet = _valid(chance)
    return packet[: chance.randrange(len(packet))]


def _wrong_types(chance: random.Random) -> bytes:
    values = [
        chance.choice([chance.randint(-(2**31), 2**31 - 1), chance.gauss(0, 1e6), "x", b"\xff", ""])
        for _ in range(chance.randint(0, 12))
    ]
    return wire.encode(chance.choice(_PATHS), values)


def _not_numbers(chance: random.Random) -> bytes:
    name = chance.choice(
        ["/continuo/transport/tempo", "/continuo/cps", "/continuo/transport/locate"]
    )
    head = wire.encode(name, ())[:-4] + b",f\x00\x00"
    return head + chance.choice([_NAN, _INFINITY, b"\xff" * 4, b"\xff\x80\x00\x00"])


def _unknown(chance: random.Random) -> bytes:
    name = "".join(chance.choices("abcdefghijk/*?[]{}", k=chance.randint(1, 40)))
    return wire.encode(f"/{chance.choice(['continuo/', ''])}{name}", (chance.random(),))


def _late_or_early(chance: random.Random) -> bytes:
    tag = chance.choice([0, 1, 2**32, 2**63, 2**64 - 1, chance.randrange(2**64)])
    return bundle(wire.encode("/continuo/status", ()), _unknown(chance), time_tag=tag)


def _deep(chance: random.Random) -> bytes:
    packet = wire.encode("/continuo/ping", (1,))
    for _ in range(chance.choice([1, 3, 15, 17, 60])):
        packet = bundle(packet)
    return packet


def _huge(chance: random.Random) -> bytes:
    kind = chance.randrange(6)
    if kind == 0:
        return chance.randbytes(65_507)
    if kind == 1:
        return b"/" + b"x" * 65_000 + b"\x00" * 4
    if kind == 2:
        return wire.encode("/continuo/melody/note", (60, 0.0, 1.0, 80, 0) * 2_600)
    if kind == 3:
        return bundle(*[wire.encode("/continuo/ping", (1,))] * 1_500)
    if kind == 4:
        return b"/continuo/ping\x00\x00," + b"T" * 65_400 + b"\x00"
    packet = b""
    while len(packet) < 65_000:
        packet = bundle(packet)
    return packet


if __name__ == "__main__":
    send_storm(*(int(word) for word in sys.argv[1:]))
