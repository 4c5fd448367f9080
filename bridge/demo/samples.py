"""Sample melodies by name: tunes in the public domain, and those of the demo."""

from pathlib import Path

from models.errors import ContinuoError
from models.suggestions import near_names

FOLDER = Path(__file__).parent / "melodies"
SAMPLES = Path(__file__).parent / "samples"


class UnknownMelodyError(ContinuoError, ValueError):
    """No sample melody has that name."""


def sample_names() -> list[str]:
    """List the names."""
    return sorted(path.stem for folder in (FOLDER, SAMPLES) for path in folder.glob("*.mid"))


def sample(name: str) -> Path:
    """Find a melody's file; spaces, hyphens and capitals do not matter."""
    stem = name.strip().casefold().replace(" ", "_").replace("-", "_")
    for folder in (FOLDER, SAMPLES):
        if (path := folder / f"{stem}.mid").name in {p.name for p in folder.glob("*.mid")}:
            return path
    raise UnknownMelodyError(f"no melody is called {name!r}; {near_names(stem, sample_names())}")
