"""A generator that is watched while it writes: long files take minutes."""

from collections.abc import Callable, Mapping
from typing import Any

from models.artifact.generator import Generator, Rows
from models.artifact.manifest import Manifest


class Watched:
    """Does what the generator does, and tells after each answer how many beats it was for."""

    def __init__(self, generator: Generator, tell: Callable[[float], None]) -> None:
        self._generator, self._tell = generator, tell

    @property
    def manifest(self) -> Manifest:
        """What it plays."""
        return self._generator.manifest

    def generate(
        self, rows: Rows, begin: float, end: float, controls: Mapping[str, float], seed: int
    ) -> Rows:
        """Answer as it does."""
        answer = self._generator.generate(rows, begin, end, controls, seed)
        self._tell(end - begin)
        return answer

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - its plan, if it has one
        return getattr(self._generator, name)


class Share:
    """Adds up the beats that were written, of so many in all, and tells the share, 0 to 1."""

    def __init__(self, beats: float, tell: Callable[[float], None]) -> None:
        self._beats, self._tell, self._done = beats, tell, 0.0

    def __call__(self, beats: float) -> None:
        """Take the beats of one answer; a filling is chosen among several."""
        self._done += beats
        if self._beats > 0:
            self._tell(min(self._done / self._beats, 1.0))
