"""Loads and probes artifacts in a process of its own and says how each one fared, as JSON."""

import json
import sys
from pathlib import Path
from time import process_time

from models.artifact.manifest import ArtifactError
from models.artifact.patience import leave
from models.artifact.torchscript import load


def examine(path: Path) -> dict[str, object]:
    """Load and probe one artifact: its file, the seconds that took, and the error if it failed."""
    started_seconds = process_time()
    try:
        load(path)
    except (ArtifactError, OSError) as error:
        return {"path": str(path), "error": str(error)}
    return {"path": str(path), "error": "", "seconds": process_time() - started_seconds}


def main() -> None:
    """Examine the artifacts named on the command line; write one JSON object a line."""
    for name in sys.argv[1:]:
        sys.stdout.write(json.dumps(examine(Path(name))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
    leave(0)  # a model that never answers holds a thread, for which Python would wait
