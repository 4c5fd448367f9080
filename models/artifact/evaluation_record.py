"""Writes what an artifact was measured at into its manifest; code and weights stay."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from models.artifact.manifest import MANIFEST_NAME, ArtifactError, Manifest, read_manifest
from models.formats.whole_file import FileWriteError, replace_file


def record_evaluation(path: Path, figures: Mapping[str, float]) -> Manifest:
    """Add figures to the `evaluation` of the artifact at `path`; ArtifactError if it cannot be."""
    manifest = read_manifest(path)
    filled = replace(manifest, evaluation={**manifest.evaluation, **figures})
    text = json.dumps(filled.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
    out = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out, "w") as after:
        for entry in before.infolist():
            is_manifest = PurePosixPath(entry.filename).name == MANIFEST_NAME
            content = text.encode() if is_manifest else before.read(entry)
            # A fixed date makes the same weights the same file.
            name = zipfile.ZipInfo(entry.filename)
            after.writestr(name, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    try:
        replace_file(path, out.getvalue())
    except FileWriteError as error:
        raise ArtifactError(f"the figures are not kept: {error}") from None
    return filled
