"""Audio files, in and out: the one place that names soundfile (libsndfile)."""

import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.errors import ContinuoError

RATE = 44_100
# What a file's name asks for; Vorbis and MP3 at about 190 kbit/s.
KINDS = {
    ".wav": ("WAV", "PCM_16"),
    ".flac": ("FLAC", "PCM_16"),
    ".ogg": ("OGG", "VORBIS"),
    ".mp3": ("MP3", "MPEG_LAYER_III"),
}


class AudioFileError(ContinuoError, ValueError):
    """Sound that cannot be read or written, said in one sentence."""


def _soundfile() -> Any:  # noqa: ANN401
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise AudioFileError(
            f"sound needs the package soundfile with libsndfile: pip install soundfile ({error})"
        ) from None
    return soundfile


def decode(data: bytes) -> NDArray[np.float32]:
    """Decode one channel of a compressed sample, in -1..1."""
    soundfile = _soundfile()
    try:
        wave, _ = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise AudioFileError(f"a sample of the sound bank is damaged: {error}") from None
    return np.ascontiguousarray(wave[:, 0])


def read_blocks(path: Path, frames: int = 65_536) -> Iterator[NDArray[np.float32]]:
    """Read a stereo file at 44.1 kHz in blocks, [channel, time]; AudioFileError if it is none."""
    soundfile = _soundfile()
    try:
        for block in soundfile.blocks(str(path), frames, dtype="float32", always_2d=True):
            yield block.T
    except soundfile.LibsndfileError as error:
        raise AudioFileError(f"cannot read {path}: {error}") from None


class AudioWriter:
    """Writes stereo into a file beside `path`, which takes its name only when all is written."""

    def __init__(self, path: Path) -> None:
        soundfile = _soundfile()
        kind, subtype = KINDS[path.suffix.lower()]
        if kind not in soundfile.available_formats():
            raise AudioFileError(f"this machine's libsndfile writes no {kind}: use .wav or .ogg")
        self._path, self._fault = path, soundfile.LibsndfileError
        self._beside = path.with_name(f".{path.name}.part")
        try:
            self._file = soundfile.SoundFile(
                str(self._beside), "w", RATE, 2, subtype=subtype, format=kind
            )
        except (soundfile.LibsndfileError, OSError) as error:
            with suppress(OSError):
                self._beside.unlink(missing_ok=True)
            raise AudioFileError(
                f"cannot write {path}: {error} (is the disk full, or the folder closed to you?)"
            ) from None

    def __enter__(self) -> Self:
        return self

    def write(self, frames: NDArray[np.float32]) -> None:
        """Write a block, frames[channel, time] in -1..1."""
        try:
            self._file.write(frames.T)
        except (self._fault, OSError) as error:
            raise AudioFileError(
                f"cannot write {self._path}: {error} (is the disk full?)"
            ) from None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._file.close()
            if kind is None:
                self._beside.replace(self._path)
        except (self._fault, OSError) as fault:
            raise AudioFileError(f"cannot write {self._path}: {fault}") from None
        finally:
            self._beside.unlink(missing_ok=True)
