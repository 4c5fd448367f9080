"""A good manifest, and archives that hold one without any TorchScript."""

import zipfile

from models.artifact.manifest import ControlSpec, Manifest, TrackSpec

GOOD = Manifest(
    "toy",
    "A toy",
    "accompany",
    tracks=(TrackSpec("alto", "harmony", 0, 1, 53, 74), TrackSpec("bass", "bass", 0, 2, 36, 60)),
    controls=(ControlSpec("depth", "Depth", 0, 1, 0.5),),
    torch="2.6.0",
    sha256="0" * 64,
)


def write_archive(path, content, member="toy/extra/continuo.json"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return path
