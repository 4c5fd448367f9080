"""The manifest `continuo.json` of an artifact, checked before any of the artifact's code runs."""

import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from models.artifact.json_fields import Fields
from models.errors import ContinuoError
from models.music.tempo import Meter

FORMAT = 1
MANIFEST_NAME = "continuo.json"
ACCOMPANY = "accompany"
EDIT = "edit"
EXTEND = "extend"
TECHNIQUES = (ACCOMPANY, EDIT, EXTEND)
# Passed to every model where a melody is only known up to a beat, though none declares it.
HEARD = "heard"
# Which of the manifest's sections is asked for: 0 none, 1 the first. May be given to every model,
# those that have no sections never see it.
SECTION = "section"
# Passed as 1, to models that have sections, where the piece ends with what is asked for: loops and
# phrases that are answered go on.
ENDS = "ends"
# Passed as 1 where a compound meter is given as a simple one.
COMPOUND = "compound"
RESERVED_CONTROLS = ("beats_per_bar", "bpm", "beat", HEARD, SECTION, ENDS, COMPOUND)
# What a model may hear: rows of track 0, those of track -1, those of track -2.
MELODY_HEARD, CHORDS_HEARD, PHRASES_HEARD = "melody", "chords", "phrases"
# A manifest is a page of text; a larger one is a mistake or an attempt to fill the memory.
MANIFEST_LIMIT_BYTES = 1_000_000
NAME_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,64}")
NAME_RULE = "must be 1 to 64 letters, digits, - or _"
# What zipfile raises on damaged, encrypted and unusual archives.
_UNREADABLE = (OSError, EOFError, RuntimeError, ValueError, struct.error)
_DAMAGED = (*_UNREADABLE, zipfile.BadZipFile, zlib.error)


class ArtifactError(ContinuoError, ValueError):
    """An artifact cannot be used; the message is a sentence for the musician."""


@dataclass(frozen=True, slots=True)
class TrackSpec:
    """A track that the generator plays: General MIDI program, channel 0-15, pitches low..high."""

    name: str
    role: str
    program: int = 0
    channel: int = 1
    low: int = 0
    high: int = 127

    @classmethod
    def read(cls, fields: Fields) -> "TrackSpec":
        """Check one entry of `tracks`."""
        low = fields.whole("low", 0, 127)
        return cls(
            name=fields.text("name"),
            role=fields.text("role"),
            program=fields.whole("program", 0, 127),
            channel=fields.whole("channel", 0, 15),
            low=low,
            high=fields.whole("high", low, 127),
        )


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A part of a song that the generator can be asked for by the control SECTION."""

    name: str
    title: str

    @classmethod
    def read(cls, fields: Fields) -> "SectionSpec":
        """Check one entry of `sections`."""
        return cls(fields.text("name", NAME_PATTERN, NAME_RULE), fields.text("title"))


@dataclass(frozen=True, slots=True)
class ControlSpec:
    """A knob of the generator: a number in low..high."""

    name: str
    title: str
    low: float
    high: float
    default: float
    unit: str = ""
    description: str = ""

    @classmethod
    def read(cls, fields: Fields) -> "ControlSpec":
        """Check one entry of `controls`."""
        name = fields.text("name", NAME_PATTERN, NAME_RULE)
        if name in RESERVED_CONTROLS:
            raise ArtifactError(f"{fields.label('name')} must not be {name}, which is reserved")
        low = fields.number("low")
        high = fields.number("high", low)
        return cls(
            name=name,
            title=fields.text("title"),
            low=low,
            high=high,
            default=fields.number("default", low, high),
            unit=fields.text("unit", empty=True),
            description=fields.text("description", empty=True),
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an artifact says of itself; `save` fills in `parameters`, `torch` and `sha256`."""

    name: str
    title: str
    technique: str
    tracks: tuple[TrackSpec, ...] = ()
    controls: tuple[ControlSpec, ...] = ()
    architecture: str = "hand-written"
    style: str = ""
    description: str = ""
    meters: tuple[str, ...] = ("4/4", "3/4", "2/4", "6/8")
    steps_per_beat: int = 4
    max_beats: float = 256.0
    parameters: int = 0
    torch: str = ""
    training: Mapping[str, Any] = field(default_factory=dict)
    evaluation: Mapping[str, Any] = field(default_factory=dict)
    licence: str = "unknown"
    sha256: str = ""
    hears: tuple[str, ...] = (MELODY_HEARD,)
    sections: tuple[SectionSpec, ...] = ()

    @property
    def track_numbers(self) -> range:
        """The numbers that may stand in the first column of its answer (0 is the melody)."""
        first = 1 if self.technique == ACCOMPANY else 0
        return range(first, 1 if self.technique == EDIT else len(self.tracks) + 1)

    def require(self, technique: str) -> None:
        """Raise ArtifactError, in a sentence, unless the model is made for `technique`."""
        if self.technique != technique:
            raise ArtifactError(f"{self.name} cannot {technique}: it can {self.technique}")

    def to_dict(self) -> dict[str, Any]:
        """Give the manifest as it stands in `continuo.json`."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Manifest":
        """Check every field of `continuo.json`; raise ArtifactError for the first wrong one."""
        fields = Fields(data, ArtifactError)
        number = fields.whole("format", 0)
        if number != FORMAT:
            raise ArtifactError(
                f"format must be {FORMAT}, got {number}; "
                + ("update Continuo" if number > FORMAT else "save the artifact again")
            )
        technique = fields.choice("technique", TECHNIQUES)
        manifest = cls(
            name=fields.text("name", NAME_PATTERN, NAME_RULE),
            title=fields.text("title"),
            technique=technique,
            tracks=tuple(TrackSpec.read(f) for f in fields.items("tracks")),
            controls=tuple(ControlSpec.read(f) for f in fields.items("controls")),
            architecture=fields.text("architecture"),
            style=fields.text("style", empty=True),
            description=fields.text("description", empty=True),
            meters=tuple(_meter(m) for m in fields.texts("meters")),
            steps_per_beat=fields.whole("steps_per_beat", 1, 960),
            max_beats=fields.number("max_beats", 1),
            parameters=fields.whole("parameters", 0),
            torch=fields.text("torch", re.compile(r"\d+\.\d+.*"), "must look like 2.6.0"),
            training=fields.table("training"),
            evaluation=fields.table("evaluation"),
            licence=fields.text("licence"),
            sha256=fields.text("sha256", re.compile(r"[0-9a-f]{64}"), "must be 64 hex digits"),
            hears=tuple(fields.texts("hears")) if "hears" in data else (MELODY_HEARD,),
            sections=_sections(fields) if "sections" in data else (),
        )
        manifest._check_names()
        return manifest

    def _check_names(self) -> None:
        if self.technique == ACCOMPANY and not self.tracks:
            raise ArtifactError("tracks must name at least one track to accompany with, got none")
        for what, names in (
            ("tracks", [t.name for t in self.tracks]),
            ("controls", [c.name for c in self.controls]),
            ("sections", [s.name for s in self.sections]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ArtifactError(f"{what} must have different names, got {twice[0]!r} twice")


def read_manifest(path: Path) -> Manifest:
    """Read and check an artifact's manifest by zip alone; raise ArtifactError with the reason."""
    try:
        return Manifest.from_dict(_parse(_manifest_bytes(path)))
    except ArtifactError as error:
        raise ArtifactError(f"{path.name}: {error}") from error


def _manifest_bytes(path: Path) -> bytes:
    if not path.is_file():
        raise ArtifactError("no such file")
    try:
        if not zipfile.is_zipfile(path):
            raise ArtifactError(
                "not a TorchScript archive (it is not a zip file, or was cut short)"
            )
        with zipfile.ZipFile(path) as archive:
            return _read_member(archive)
    except ArtifactError:
        raise
    except _DAMAGED as error:
        raise ArtifactError(f"the archive cannot be read ({error})") from error


def _read_member(archive: zipfile.ZipFile) -> bytes:
    found = [i for i in archive.infolist() if _is_manifest(PurePosixPath(i.filename))]
    if not found:
        raise ArtifactError(
            f"no manifest in it ({MANIFEST_NAME} is missing); save it with "
            "models.artifact.torchscript.save"
        )
    if len(found) > 1:
        raise ArtifactError(f"{len(found)} manifests in it, there must be one")
    with archive.open(found[0]) as member:
        # The size in the zip's index may lie, so what is read is limited too.
        content = member.read(MANIFEST_LIMIT_BYTES + 1)
    if len(content) > MANIFEST_LIMIT_BYTES:
        raise ArtifactError(f"its manifest is larger than {MANIFEST_LIMIT_BYTES // 1000} kB")
    return content


def _is_manifest(member: PurePosixPath) -> bool:
    return len(member.parts) == 3 and member.parts[1:] == ("extra", MANIFEST_NAME)


def _parse(content: bytes) -> Mapping[str, Any]:
    try:
        data = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"its manifest is not JSON ({error})") from error
    if not isinstance(data, dict):
        raise ArtifactError(f"its manifest must be a JSON object, got {type(data).__name__}")
    return data


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number of JSON")


def _sections(fields: Fields) -> tuple[SectionSpec, ...]:
    return tuple(SectionSpec.read(f) for f in fields.items("sections"))


def _meter(text: str) -> str:
    try:
        return str(Meter.parse(text))
    except ValueError as error:
        raise ArtifactError(f"meters: {error}") from error
