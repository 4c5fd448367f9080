"""A folder of lead sheets -> a folder of band arrangements to train on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.arranging.arrange import arrange
from models.arranging.drum_grooves import Groove
from models.arranging.folk import FOLK
from models.arranging.jazz import JAZZ
from models.arranging.lead_sheet import LeadSheet, read_lead_sheet
from models.arranging.pop import POP
from models.arranging.style import Style, meter_key
from models.data.limits import Limits
from models.data.piece import DatasetError, LeftOut
from models.data.prepare import Progress, find_sources, names_of
from models.formats.midi_bytes import MidiFileError
from models.formats.midi_write import write_composition
from models.formats.whole_file import FileWriteError
from models.music.clip import Composition

BY_NAME = {style.name: style for style in (POP, JAZZ, FOLK)}


@dataclass(frozen=True)
class Arranged:
    """How many lead sheets were arranged, and what was left out and why."""

    pieces: int
    left_out: tuple[LeftOut, ...]


def write_arrangements(
    folder: Path,
    out: Path,
    style: Style,
    grooves: Sequence[Groove],
    progress: Progress,
    seed: int = 0,
) -> Arranged:
    """Arrange all lead sheets below `folder` into `out`, which must be new or empty.

    DatasetError if there is none, or if `out` cannot be written.
    """
    sources = find_sources(folder)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DatasetError(f"{out} has other files in it: give --out a new folder")
    left: list[LeftOut] = []
    count = 0
    for i, (source, name) in enumerate(zip(sources, names_of(sources), strict=True)):
        progress(i, len(sources))
        sheet = read_lead_sheet(source.path, name, source.file, Limits())
        if isinstance(sheet, LeadSheet) and meter_key(sheet.meter) is None:
            sheet = LeftOut(source.file, f"no rhythm in {sheet.meter} is known", "meter")
        if isinstance(sheet, LeftOut):
            left.append(sheet)
            continue
        _write(out / source.file, arrange(sheet, style, grooves, seed))
        count += 1
    progress(len(sources), len(sources))
    if not count:
        raise DatasetError(f"{folder} has no lead sheet: {len(left)} files left out, {left[0]}")
    return Arranged(count, tuple(left))


def _write(path: Path, piece: Composition) -> None:
    path = path.with_suffix(".mid")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_composition(path, piece)
    except (MidiFileError, FileWriteError) as error:
        raise DatasetError(str(error)) from error
    except OSError as error:
        raise DatasetError(f"cannot write {path}: {error.strerror or error}") from error
