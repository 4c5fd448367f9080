"""What an edit took out of a melody and what it put in."""

from dataclasses import dataclass

from models.music.clip import Clip, Note


@dataclass(frozen=True, slots=True)
class Changes:
    """Notes that went, and notes that came."""

    removed: tuple[Note, ...]
    added: tuple[Note, ...]


def changes(before: Clip, after: Clip) -> Changes:
    """Compare two states of a melody note by note."""
    old = {(n.start, n.pitch, n.duration) for n in before.notes}
    new = {(n.start, n.pitch, n.duration) for n in after.notes}
    return Changes(
        tuple(n for n in before.notes if (n.start, n.pitch, n.duration) not in new),
        tuple(n for n in after.notes if (n.start, n.pitch, n.duration) not in old),
    )
