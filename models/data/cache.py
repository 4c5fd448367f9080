"""Prepared folders kept on disk: a folder that has not changed is not read again."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import models
from models.data.corpus_file import DAMAGED, pack, unpack
from models.data.piece import Corpus
from models.data.prepare import PrepareOptions, Progress, Source, find_sources, prepare
from models.formats.whole_file import FileWriteError, replace_file
from models.user_folders import NoHomeError, data_folder

_KEPT = 16  # prepared folders; the least lately used go


def load_corpus(
    folder: Path,
    options: PrepareOptions | None = None,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> Corpus:
    """Prepare `folder`, or take what was prepared before if no file, option or program changed.

    `cache` is the folder to keep it in (by default one of the user's); DatasetError as prepare().
    """
    options = options or PrepareOptions()
    if cache is None:
        try:
            cache = data_folder("prepared")
        except NoHomeError:  # as a full disk: it costs the time of the next preparation
            return prepare(folder, options, progress)
    path = cache / f"{fingerprint(find_sources(folder), options)}.npz"
    with suppress(*DAMAGED):
        corpus = unpack(path.read_bytes())
        with suppress(OSError):  # a folder that is only to be read is as good
            path.touch()
        return corpus
    corpus = prepare(folder, options, progress)
    # A full or read-only disk costs the time of the next preparation, not this training.
    with suppress(OSError, FileWriteError):
        cache.mkdir(parents=True, exist_ok=True)
        replace_file(path, pack(corpus))
        _forget_old(cache)
    return corpus


def fingerprint(sources: list[Source], options: PrepareOptions) -> str:
    """Name what a preparation depends on: the files as they are now, the options, the program."""
    files = [(source.file, source.side, *_state(source.path)) for source in sources]
    said = json.dumps([_program(), asdict(options), files])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _state(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:  # a link to nowhere
        return 0, 0
    return state.st_size, state.st_mtime_ns


def _program() -> str:
    """A hash of the code that prepares, so that nobody has to remember to count a version up."""
    folder = Path(models.__file__).parent
    files = [
        f for room in ("data", "formats", "music") for f in sorted((folder / room).glob("*.py"))
    ]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _forget_old(cache: Path) -> None:
    files = sorted(cache.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_KEPT:]:
        path.unlink(missing_ok=True)
