"""A SoundFont 2 or 3 file taken apart: presets with their zones, and samples decoded on demand.

Source: SoundFont Technical Specification 2.04; SF3 is MuseScore's variant, in which each sample is
an Ogg Vorbis stream, its begin and end are bytes, and its loop counts from its own first frame.
"""

import itertools
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.errors import ContinuoError
from models.sound.audio_file import decode

Wave = NDArray[np.float32]
Generators = dict[int, int]

INSTRUMENT, SAMPLE, KEYS, VELOCITIES = 41, 53, 43, 44
_SIZES = {"phdr": 38, "pbag": 4, "pgen": 4, "inst": 22, "ibag": 4, "igen": 4, "shdr": 46}
_COMPRESSED = 0x10
_SIGNED = frozenset(range(61)) - {KEYS, VELOCITIES, INSTRUMENT, SAMPLE}


class SoundBankError(ContinuoError, ValueError):
    """A sound bank that cannot be read, said in one sentence."""


class Header(NamedTuple):
    """A sample's place, loop (frames from its begin), rate, root pitch, and correction in cents."""

    name: str
    begin: int
    end: int
    loop_begin: int
    loop_end: int
    rate: int
    pitch: int
    correction_cents: int
    is_compressed: bool


@dataclass(frozen=True, slots=True)
class Preset:
    """One sound of a bank; a zone is the generators of its preset and of its instrument."""

    name: str
    zones: tuple[tuple[Generators, Generators], ...]


class SoundBank:
    """A sound bank, read from memory or a mapped file; SoundBankError if it is none."""

    def __init__(self, data: bytes | mmap.mmap, name: str = "the sound bank") -> None:
        try:
            self._read(data)
        except (ValueError, KeyError, IndexError, struct.error) as error:
            raise SoundBankError(f"{name} is no SoundFont that can be read: {error}") from None
        self._waves: dict[int, Wave] = {}

    @classmethod
    def open(cls, path: Path) -> "SoundBank":
        """Map a file; SoundBankError in a sentence if it cannot be read."""
        try:
            with path.open("rb") as file:
                return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), str(path))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SoundBankError(f"cannot read {path}: {reason}") from None
        except ValueError as error:  # an empty file cannot be mapped
            raise SoundBankError(f"cannot read {path}: {error}") from None

    def _read(self, data: bytes | mmap.mmap) -> None:
        if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
            raise ValueError("it does not begin as one")
        lists = {bytes(data[a : a + 4]): (a + 4, b) for _, a, b in _chunks(data, 12, len(data))}
        begin, end = lists[b"sdta"]
        places = {name: (a, b) for name, a, b in _chunks(data, begin, end)}
        self._data, self._samples_at = data, places["smpl"][0]
        self._tables = {}
        for name, a, b in _chunks(data, *lists[b"pdta"]):
            if size := _SIZES.get(name):
                self._tables[name] = [bytes(data[i : i + size]) for i in range(a, b, size)]

    @cached_property
    def presets(self) -> dict[tuple[int, int], Preset]:
        """The presets by (bank, program); bank 128 holds the drum kits."""
        inst, phdr = self._tables["inst"], self._tables["phdr"]
        instruments = [
            _zones(self._tables, "i", _u16(row, 20), _u16(after, 20), SAMPLE)
            for row, after in itertools.pairwise(inst)
        ]
        out = {}
        for row, after in itertools.pairwise(phdr):
            zones = _zones(self._tables, "p", _u16(row, 24), _u16(after, 24), INSTRUMENT)
            pairs = [(zone, inner) for zone in zones for inner in instruments[zone[INSTRUMENT]]]
            name = row[:20].split(b"\0")[0].decode("latin1").strip()
            out[_u16(row, 22), _u16(row, 20)] = Preset(name, tuple(pairs))
        return out

    @cached_property
    def headers(self) -> list[Header]:
        """The samples' headers."""
        return [_header(row) for row in self._tables["shdr"][:-1]]

    def wave(self, number: int) -> Wave:
        """Give a sample's frames in -1..1, decoded when first asked for."""
        if number not in self._waves:
            header, at = self.headers[number], self._samples_at
            if header.is_compressed:
                wave = decode(bytes(self._data[at + header.begin : at + header.end]))
            else:
                body = self._data[at + 2 * header.begin : at + 2 * header.end]
                wave = (np.frombuffer(body, "<i2") / 32768).astype(np.float32)
            self._waves[number] = wave
        return self._waves[number]


def _chunks(data: bytes | mmap.mmap, at: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Go through RIFF chunks: name, begin and end of each body."""
    while at + 8 <= end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield bytes(data[at : at + 4]).decode("latin1"), at + 8, min(at + 8 + size, end)
        at += 8 + size + size % 2


def _u16(row: bytes, at: int) -> int:
    return int.from_bytes(row[at : at + 2], "little")


def _zones(
    tables: dict[str, list[bytes]], kind: str, first: int, last: int, names: int
) -> list[Generators]:
    """Read zones; a first one that names nothing holds what the others leave out."""
    bags, rows = tables[f"{kind}bag"], tables[f"{kind}gen"]
    out: list[Generators] = []
    common: Generators = {}
    for number in range(first, last):
        zone: Generators = {}
        for row in rows[_u16(bags[number], 0) : _u16(bags[number + 1], 0)]:
            kind_of, value = _u16(row, 0), _u16(row, 2)
            is_negative = kind_of in _SIGNED and value >= 0x8000
            zone[kind_of] = value - 0x10000 if is_negative else value
        if names in zone:
            out.append({**common, **zone})
        elif number == first:
            common = zone
    return out


def _header(row: bytes) -> Header:
    begin, end, loop_begin, loop_end, rate = struct.unpack("<5I", row[20:40])
    pitch, correction, kind = row[40], struct.unpack("<b", row[41:42])[0], _u16(row, 44)
    compressed = bool(kind & _COMPRESSED)
    shift = 0 if compressed else begin
    name = row[:20].split(b"\0")[0].decode("latin1").strip()
    places = (begin, end, loop_begin - shift, loop_end - shift)
    return Header(name, *places, rate, pitch if pitch < 128 else 60, correction, compressed)
