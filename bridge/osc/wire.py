"""OSC packets: bytes to messages and back; the only file that knows the OSC library."""

import re
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pythonosc import osc_message
from pythonosc.parsing import osc_types

from bridge.api.address import Argument
from models.errors import ContinuoError

# A datagram has no more bytes than this; a packet within the other limits is read in milliseconds.
MOST_BYTES = 65_535
MOST_DEPTH = 16
MOST_MESSAGES = 2_000
MOST_ARGUMENTS = 5_120  # 1,024 notes
_LONGEST_ADDRESS = 255
_BUNDLE = b"#bundle\x00"
_ELEMENTS = 16  # where a bundle's elements begin: after its name and its time tag
# Of the tags that there are, those that the library reads (it drops others, and shifts the rest).
_STRANGE = re.compile(r"[^ifsbhdtrTFN\[\]]")
_MOST_FLOAT = struct.unpack(">f", b"\x7f\x7f\xff\xff")[0]


class WireError(ContinuoError):
    """A packet is not OSC, or is beyond the limits; the sentence says how."""


class Message(NamedTuple):
    """An address and its arguments as they came."""

    address: str
    arguments: tuple[Argument, ...]


def decode(packet: bytes) -> list[Message]:
    """Read all messages of a packet, in order; WireError if any part of it is broken.

    Time tags are passed over: whoever sends a bundle means it now, and together.
    """
    if len(packet) > MOST_BYTES:
        raise WireError(f"the packet has {len(packet)} bytes; {MOST_BYTES} are the most")
    messages: list[Message] = []
    arguments = 0
    for begin, end in _elements(packet):
        message = _message(packet[begin:end])
        messages.append(message)
        arguments += len(message.arguments)
        if len(messages) > MOST_MESSAGES or arguments > MOST_ARGUMENTS:
            raise WireError(
                f"the packet holds too much: {MOST_MESSAGES} messages and "
                f"{MOST_ARGUMENTS} arguments are the most"
            )
    return messages


def encode(address: str, values: Sequence[float | str | bytes]) -> bytes:
    """Write a message with the types i, f, s and b only, which every client reads.

    Numbers beyond 32 bits become the nearest there is; characters that cannot be sent are replaced.
    """
    tags, parts = ",", []
    for value in values:
        tag, part = _argument(value)
        tags += tag
        parts.append(part)
    return b"".join([_string(address), osc_types.write_string(tags), *parts])


def _elements(packet: bytes) -> Iterator[tuple[int, int]]:
    """Where the messages lie, in order, whatever bundles they are in; without recursion."""
    waiting = [(0, len(packet), 0)]
    while waiting:
        begin, end, depth = waiting.pop()
        if packet[begin : begin + 1] == b"/":
            yield begin, end
        elif packet.startswith(_BUNDLE, begin, end):
            if depth == MOST_DEPTH:
                raise WireError(f"bundles lie {MOST_DEPTH} deep in one another, or deeper")
            inside = list(_inside(packet, begin + _ELEMENTS, end))
            waiting.extend((a, b, depth + 1) for a, b in reversed(inside))
        else:
            raise WireError("a packet begins with / or with #bundle")


def _inside(packet: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the elements of one bundle lie."""
    if begin > end:
        raise WireError("a bundle ends before its time tag does")
    while begin < end:
        if begin + 4 > end:
            raise WireError("a bundle ends inside the size of an element")
        size = int.from_bytes(packet[begin : begin + 4], "big", signed=True)
        begin += 4
        if not 0 < size <= end - begin:
            raise WireError(f"an element of a bundle has {size} bytes, but {end - begin} are left")
        yield begin, begin + size
        begin += size


def _message(content: bytes) -> Message:
    tags = _tags(content)
    strange = _STRANGE.search(tags)
    if strange:
        raise WireError(f"the type tag {strange.group()!r} is not known: send i, f or s")
    if len(tags) > MOST_ARGUMENTS:
        raise WireError(f"a message has {len(tags)} arguments; {MOST_ARGUMENTS} are the most")
    try:
        message = osc_message.OscMessage(content)
        return Message(message.address, tuple(_flat(message.params)))
    except (osc_message.ParseError, osc_types.ParseError, UnicodeDecodeError) as error:
        raise WireError("a message ends inside its arguments, or its text is no UTF-8") from error


def _tags(content: bytes) -> str:
    """The type tags, without what the library says of those that it does not know."""
    address = content.find(b"\x00")
    if address > _LONGEST_ADDRESS:
        raise WireError(f"an address has {address} bytes; {_LONGEST_ADDRESS} are the most")
    begin = (address + 4) // 4 * 4
    if address < 0 or begin >= len(content):
        return ""
    end = content.find(b"\x00", begin)
    return content[begin + 1 : end].decode("latin-1") if end > begin else ""


def _flat(parameters: Sequence[object]) -> Iterator[Argument]:
    """Arguments out of arrays: brackets may group notes, and mean nothing more."""
    waiting = list(reversed(parameters))
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif value is None or isinstance(value, (int, float, str, bytes)):
            yield value
        else:
            raise WireError(f"an argument is of a type that nothing here takes: {value!r}")


def _argument(value: float | str | bytes) -> tuple[str, bytes]:
    if isinstance(value, str):
        return "s", _string(value)
    if isinstance(value, bytes):
        return "b", osc_types.write_blob(value) if value else bytes(4)
    if isinstance(value, int):
        return "i", osc_types.write_int(min(max(value, -(2**31)), 2**31 - 1))
    return "f", osc_types.write_float(_finite(value))


def _finite(value: float) -> float:
    return min(max(value, -_MOST_FLOAT), _MOST_FLOAT) if value == value else 0.0


def _string(text: str) -> bytes:
    # A folder's name may hold what no text holds; and a NUL would end the string for the reader.
    sendable = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return osc_types.write_string(sendable)
