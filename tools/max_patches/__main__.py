"""Writes the three patches into max_patches/, or into the folder that is named."""

import sys
from pathlib import Path

from tools.max_patches.device import container_of, device
from tools.max_patches.help import help_patch
from tools.max_patches.layout import PATCH
from tools.max_patches.panel import panel

FOLDER = Path(__file__).resolve().parents[2] / "max_patches"


def main(folder: Path) -> None:
    """Write them: the same table gives the same bytes."""
    folder.mkdir(exist_ok=True)
    for name, content in (
        ("continuo.maxpat", panel(PATCH).text().encode()),
        ("continuo.help.maxpat", help_patch().text().encode()),
        ("Continuo.amxd", container_of(device())),
    ):
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
