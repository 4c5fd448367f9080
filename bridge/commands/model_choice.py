"""The model that an option names and the values for its controls, checked before anything runs."""

from collections.abc import Mapping, Sequence

from bridge.commands.errors import UserError
from models.artifact.catalogue import CatalogueEntry, UnknownModelError, find
from models.artifact.manifest import ArtifactError, Manifest


def usable_model(
    name: str,
    entries: Sequence[CatalogueEntry] | None = None,
    technique: str | None = None,
) -> CatalogueEntry:
    """Find a model that can be used (for `technique`); UserError says which command lists them."""
    try:
        entry = find(name, entries)
        manifest = entry.require()
        if technique is not None:
            manifest.require(technique)
    except (UnknownModelError, ArtifactError) as error:
        raise UserError(f"{error} (see `continuo models`)") from error
    return entry


def check_controls(
    manifest: Manifest,
    controls: Mapping[str, float],
    beats_per_bar: float = 4.0,
    bpm: float = 120.0,
) -> None:
    """Hold values against the model's ranges; UserError says which command lists them."""
    # numpy comes with it: a musician without knobs need not wait for that.
    from models.artifact.generator import ControlError, resolve_controls

    try:
        resolve_controls(manifest, controls, beats_per_bar, bpm)
    except ControlError as error:
        raise UserError(f"{error} (see `continuo models {manifest.name}`)") from error
