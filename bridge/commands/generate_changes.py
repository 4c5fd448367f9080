"""What each model of `continuo generate` did to a piece: how many notes went and how many came."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.artifact.manifest import ACCOMPANY, EDIT, Manifest
from models.music.changes import changes
from models.music.clip import Clip, Composition
from models.techniques.accompany import own_tracks
from models.techniques.chain import Step


@dataclass(frozen=True, slots=True)
class ModelChanges:
    """The notes that a model took out of what was there, and those that it put in."""

    model: str
    technique: str
    removed: int
    added: int

    @property
    def said(self) -> str:
        """Say it for a person; of a model that only adds, what it added."""
        if self.removed or self.technique == EDIT:
            return f"{_notes(self.removed)} removed and {self.added} added by {self.model}"
        new = "" if self.technique == ACCOMPANY else "new "
        return f"{_notes(self.added, new)} by {self.model}"

    def as_entry(self) -> dict[str, str | int]:
        """Give it as `--json` prints it."""
        return {"model": self.model, "removed": self.removed, "added": self.added}


def changes_by_model(
    names: Sequence[str], steps: Sequence[Step], piece: Composition, found: Sequence[Composition]
) -> list[ModelChanges]:
    """Compare what there was before and after each of the models `names`."""
    manifests = [step.generator.manifest for step in steps]
    before = (piece, *found)
    return [
        ModelChanges(name, manifest.technique, *_counts(manifest, old, new))
        for name, manifest, old, new in zip(names, manifests, before, found, strict=False)
    ]


def _counts(manifest: Manifest, before: Composition, after: Composition) -> tuple[int, int]:
    pairs = _pairs(manifest, before, after)
    done = [changes(old, new) for old, new in pairs]
    removed, added = sum(len(d.removed) for d in done), sum(len(d.added) for d in done)
    if manifest.technique == ACCOMPANY and removed == sum(len(old.notes) for old, _ in pairs):
        removed = 0  # other voices: what they play takes nothing out of these
    return removed, added


def _pairs(manifest: Manifest, before: Composition, after: Composition) -> list[tuple[Clip, Clip]]:
    """Give each track that a model may change, before and after."""
    if manifest.technique != ACCOMPANY:
        both = zip(before.tracks, after.tracks, strict=False)
        return [(old.clip, new.clip) for old, new in both]
    own = own_tracks(before, manifest)
    return [(own.get(i, Clip()), t.clip) for i, t in enumerate(after.accompaniment, start=1)]


def _notes(count: int, kind: str = "") -> str:
    return f"{count} {kind}note{'' if count == 1 else 's'}"
