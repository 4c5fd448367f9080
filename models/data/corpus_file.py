"""A Corpus as one compressed file of numbers and JSON, and back: nothing in it can run."""

import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.artifact.manifest import TrackSpec
from models.data.gc_pause import collector_paused
from models.data.piece import Corpus, Facts, LeftOut, Piece
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap, TempoMap

FORMAT = 2
_TIMING = 1000  # of a beat
# What numpy, zipfile and a wrong shape of JSON raise on a damaged file.
DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    NotImplementedError,  # a kind of compression that does not exist
    zipfile.BadZipFile,
    zlib.error,
)


def pack(corpus: Corpus) -> bytes:
    """Write a corpus as the bytes of a file."""
    pieces = [*corpus.train, *corpus.valid]
    document = {
        "format": FORMAT,
        "steps_per_beat": corpus.steps_per_beat,
        "tracks": [asdict(track) for track in corpus.tracks],
        "left_out": [asdict(out) for out in corpus.left_out],
        "train": len(corpus.train),
        "pieces": [_document(piece) for piece in pieces],
    }
    notes = [
        (note.start, note.duration, note.pitch, note.velocity)
        for piece in pieces
        for track in piece.composition.tracks
        for note in track.clip.notes
    ]
    table = np.array(notes, np.float64).reshape(-1, 4)
    times = np.round(table[:, :2] * corpus.steps_per_beat).astype(np.int32)
    out = BytesIO()
    np.savez_compressed(
        out,
        document=np.frombuffer(json.dumps(document).encode(), np.uint8),
        times=times,
        sounds=table[:, 2:].astype(np.uint8),
    )
    return out.getvalue()


def _document(piece: Piece) -> dict[str, Any]:
    composition = piece.composition
    return {
        "name": piece.name,
        "facts": asdict(piece.facts),
        "timing": [round(late * _TIMING) for late in piece.timing],
        "tempo": composition.tempo.changes,
        "meter": [(beat, str(meter)) for beat, meter in composition.meter.changes],
        "ticks_per_beat": composition.ticks_per_beat,
        "keys": composition.provenance.get("keys"),
        "tracks": [
            [t.name, t.role, t.program, t.channel, t.clip.length, len(t.clip.notes)]
            for t in composition.tracks
        ],
    }


def unpack(data: bytes) -> Corpus:
    """Read a corpus back; one of DAMAGED if the bytes are not one."""
    with np.load(BytesIO(data), allow_pickle=False) as arrays:
        document = json.loads(arrays["document"].tobytes())
        reader = _Reader(document["steps_per_beat"], arrays["times"], arrays["sounds"])
    if document["format"] != FORMAT:
        raise ValueError(f"format must be {FORMAT}, got {document['format']}")
    with collector_paused():
        pieces = [reader.piece(item) for item in document["pieces"]]
    return Corpus(
        tuple(TrackSpec(**item) for item in document["tracks"]),
        tuple(pieces[: document["train"]]),
        tuple(pieces[document["train"] :]),
        tuple(LeftOut(**item) for item in document["left_out"]),
        document["steps_per_beat"],
    )


class _Reader:
    """Takes the notes of one piece after the other from the arrays."""

    def __init__(
        self, steps_per_beat: int, times: NDArray[np.int32], sounds: NDArray[np.uint8]
    ) -> None:
        self._columns = [*(times / steps_per_beat).T.tolist(), *sounds.T.tolist()]
        self._read = 0

    def piece(self, item: dict[str, Any]) -> Piece:
        """Read the next piece."""
        melody, *others = (self._track(values) for values in item["tracks"])
        facts = {**item["facts"], "roles": tuple(item["facts"]["roles"])}
        return Piece(
            item["name"],
            Composition(
                melody,
                tuple(others),
                TempoMap(tuple((beat, bpm) for beat, bpm in item["tempo"])),
                MeterMap(tuple((beat, Meter.parse(text)) for beat, text in item["meter"])),
                item["ticks_per_beat"],
                {"keys": tuple((b, k) for b, k in item["keys"])} if item["keys"] else {},
            ),
            Facts(**facts),
            tuple(late / _TIMING for late in item["timing"]),
        )

    def _track(self, values: Sequence[Any]) -> Track:
        name, role, program, channel, length, count = values
        here = slice(self._read, self._read + count)
        self._read += count
        notes = tuple(map(Note, *(column[here] for column in self._columns)))
        if len(notes) != count:
            raise ValueError(f"{count} notes announced, {len(notes)} found")
        return Track(name, Clip(notes, length), role, program, channel)
