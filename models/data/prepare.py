"""A folder of MIDI files as people have them -> Corpus; cache.py keeps what this gives."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from models.artifact.manifest import TrackSpec
from models.data.ensemble import arrange, common_tracks
from models.data.gc_pause import collector_paused
from models.data.limits import Limits
from models.data.piece import Corpus, DatasetError, LeftOut, Piece
from models.data.read_piece import read_piece
from models.data.similarity import features
from models.data.split import Entry, both_sides, split

SUFFIXES = (".mid", ".midi", ".kar", ".rmi")


@dataclass(frozen=True)
class PrepareOptions:
    """How a folder is read: the grid and the limits of a piece, and how pieces are divided.

    `valid_share` of the pieces are for validation where the folder has no train/ and valid/;
    `similarity` is the share of common features from which two pieces are one; `role_share` is
    how many of the pieces must have a role for it to be learnt.
    """

    limits: Limits = field(default_factory=Limits)
    valid_share: float = 0.1
    similarity: float = 0.5
    role_share: float = 1 / 3


@dataclass(frozen=True)
class Source:
    """A file to read: its path, its name below the folder, and train or valid if said there."""

    path: Path
    file: str
    side: str = ""


Progress = Callable[[int, int], None]


def prepare(
    folder: Path, options: PrepareOptions | None = None, progress: Progress | None = None
) -> Corpus:
    """Read all MIDI files below `folder`; DatasetError if no piece can be learnt from.

    `progress` is called with (files read, files in all).
    """
    options = options or PrepareOptions()
    with collector_paused():
        corpus = _prepare(find_sources(folder), options, progress or (lambda read, files: None))
    if not corpus.train and not corpus.valid:
        raise DatasetError(_nothing(folder, corpus.left_out))
    return corpus


def _prepare(sources: Sequence[Source], options: PrepareOptions, progress: Progress) -> Corpus:
    pieces: dict[str, tuple[Source, Piece]] = {}
    left: list[LeftOut] = []
    for i, (source, name) in enumerate(zip(sources, names_of(sources), strict=True)):
        progress(i, len(sources))
        read = read_piece(source.path, name, source.file, options.limits)
        if isinstance(read, Piece):
            pieces[name] = (source, read)
        else:
            left.append(read)
    progress(len(sources), len(sources))
    return _divide(pieces, left, options)


def find_sources(folder: Path) -> list[Source]:
    """List the MIDI files below `folder`, or below its train/ and valid/ if it has both."""
    if not folder.is_dir():
        what = "a file, not a folder" if folder.exists() else "not a folder"
        raise DatasetError(f"{folder} is {what} of MIDI files: give the folder they are in")
    sides = ("train", "valid") if all((folder / s).is_dir() for s in ("train", "valid")) else ("",)
    sources = [
        Source(path, path.relative_to(folder).as_posix(), side)
        for side in sides
        for path in sorted((folder / side).rglob("*"))
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and not path.is_dir()
    ]
    if not sources:
        raise DatasetError(f"{folder} has no MIDI files (.mid or .midi) in it or below it")
    return sources


def names_of(sources: Sequence[Source]) -> list[str]:
    """Name each piece by its place in the folder; with the suffix where two would be alike."""
    stems = [source.file[: -len(source.path.suffix)] for source in sources]
    times = Counter(stems)
    return [s.file if times[stem] > 1 else stem for s, stem in zip(sources, stems, strict=True)]


def _divide(
    pieces: dict[str, tuple[Source, Piece]], left: list[LeftOut], options: PrepareOptions
) -> Corpus:
    entries = [
        Entry(
            name,
            source.file,
            features(p.composition.melody.clip, p.composition.accompaniment),
            source.side,
        )
        for name, (source, p) in pieces.items()
    ]
    sides = split(entries, options.valid_share, options.similarity)
    left += sides.left_out
    # By the training pieces alone: what is learnt must not know of the others.
    common = [pieces[name][1].composition for name in sides.train or sides.valid]
    tracks = common_tracks(common, options.role_share)
    train = _with_roles(sides.train, pieces, tracks, left)
    valid = _with_roles(sides.valid, pieces, tracks, left)
    if not any(source.side for source, _ in pieces.values()):
        found = {entry.name: entry.features for entry in entries}
        train, valid = both_sides(train, valid, found, options.similarity)
    return Corpus(
        tracks,
        tuple(_arranged(pieces[name][1], tracks) for name in train),
        tuple(_arranged(pieces[name][1], tracks) for name in valid),
        tuple(sorted(left, key=lambda out: out.file)),
        options.limits.steps_per_beat,
    )


def _with_roles(
    names: Sequence[str],
    pieces: dict[str, tuple[Source, Piece]],
    tracks: Sequence[TrackSpec],
    left: list[LeftOut],
) -> list[str]:
    """Keep the pieces that have one of the tracks at least."""
    wanted = [track.role for track in tracks]
    kept = []
    for name in names:
        facts = pieces[name][1].facts
        if set(wanted) & set(facts.roles):
            kept.append(name)
        else:
            why = f"its accompaniment is {', '.join(facts.roles)}"
            reason = f"{why}, where most pieces have {', '.join(wanted)}"
            left.append(LeftOut(facts.file, reason, "roles"))
    return kept


def _arranged(piece: Piece, tracks: Sequence[TrackSpec]) -> Piece:
    others = arrange(piece.composition, tracks)
    return replace(piece, composition=piece.composition.with_accompaniment(others))


def _nothing(folder: Path, left: Sequence[LeftOut]) -> str:
    return f"{folder} has no piece that can be learnt from: {len(left)} files left out, {left[0]}"
