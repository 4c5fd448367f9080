"""OSC messages as bytes and back: as much of the format as Continuo and its friends use."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .types import Value

# What Continuo sends stays under half of this; beyond it, reading would hold up Live.
MOST_BYTES = 8192
MOST_MESSAGES = 64
_BUNDLE = b"#bundle\x00"
_HEAD = 16  # a bundle's name and its time tag
_MOST_FLOAT = 3.4028234663852886e38
_RUNS = re.compile("[ifhd]+|.", re.DOTALL)
_CONSTANTS = {"T": True, "F": False, "N": None, "I": True}


class OscError(ValueError):
    """A datagram is not OSC, or is too large; the sentence says how."""


class Message(NamedTuple):
    """An address and its arguments."""

    address: str
    values: tuple[Value, ...]


def encode(address: str, values: Iterable[Value]) -> bytes:
    """Write a message with the types i, f and s; numbers are held to what these can carry."""
    tags, parts = ",", []
    for value in values:
        tag, part = _argument(value)
        tags += tag
        parts.append(part)
    return _text(address) + _text(tags) + b"".join(parts)


def decode(packet: bytes) -> list[Message]:
    """Read the messages of a datagram in order; OscError if any part of it is broken."""
    if len(packet) > MOST_BYTES:
        raise OscError(f"the datagram has {len(packet)} bytes; {MOST_BYTES} are the most")
    messages = []
    for begin, end in _elements(packet):
        if len(messages) == MOST_MESSAGES:
            raise OscError(f"the datagram has more than {MOST_MESSAGES} messages")
        messages.append(_message(packet[begin:end]))
    return messages


def _elements(packet: bytes) -> Iterator[tuple[int, int]]:
    """Where the messages lie, whatever bundles they are in; without recursion."""
    waiting = [(0, len(packet))]
    while waiting:
        begin, end = waiting.pop()
        if packet[begin : begin + 1] == b"/":
            yield begin, end
        elif packet.startswith(_BUNDLE, begin, end) and begin + _HEAD <= end:
            waiting.extend(reversed(list(_inside(packet, begin + _HEAD, end))))
        else:
            raise OscError("a datagram begins with / or with #bundle")


def _inside(packet: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    while begin < end:
        if begin + 4 > end:
            raise OscError("a bundle ends inside the size of an element")
        (size,) = struct.unpack_from(">i", packet, begin)
        begin += 4
        if not 0 < size <= end - begin:
            raise OscError(f"an element of a bundle has {size} bytes")
        yield begin, begin + size
        begin += size


def _message(content: bytes) -> Message:
    try:
        address, at = _read_text(content, 0)
        if at >= len(content):
            return Message(address, ())
        tags, at = _read_text(content, at)
        return Message(address, tuple(_values(content, tags[1:], at)))
    except (struct.error, UnicodeDecodeError) as error:
        raise OscError("a message ends inside its arguments, or its text is no UTF-8") from error


def _values(content: bytes, tags: str, at: int) -> Iterator[Value]:
    for run in _RUNS.findall(tags):
        if run[0] in "ifhd":
            layout = struct.Struct(">" + run.replace("h", "q"))
            yield from layout.unpack_from(content, at)
            at += layout.size
        elif run in "sSb":
            value, at = (_read_blob if run == "b" else _read_text)(content, at)
            yield value
        elif run in _CONSTANTS:
            yield _CONSTANTS[run]
        elif run not in "[]":
            raise OscError(f"the type tag {run!r} is not known: send i, f or s")


def _read_text(content: bytes, at: int) -> tuple[str, int]:
    end = content.find(b"\x00", at)
    if end < 0:
        raise OscError("a text does not end")
    return content[at:end].decode("utf-8"), (end + 4) // 4 * 4


def _read_blob(content: bytes, at: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from(">i", content, at)
    if not 0 <= size <= len(content) - at - 4:
        raise OscError(f"a blob has {size} bytes")
    return content[at + 4 : at + 4 + size], at + 4 + (size + 3) // 4 * 4


def _argument(value: Value) -> tuple[str, bytes]:
    if isinstance(value, str):
        return "s", _text(value)
    if isinstance(value, int):
        return "i", struct.pack(">i", min(max(int(value), -(2**31)), 2**31 - 1))
    number = float(value) if value == value else 0.0
    return "f", struct.pack(">f", min(max(number, -_MOST_FLOAT), _MOST_FLOAT))


def _text(text: str) -> bytes:
    content = text.replace("\x00", "").encode("utf-8", "replace")
    return content + bytes(4 - len(content) % 4)
