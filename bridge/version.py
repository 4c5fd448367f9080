"""Which Continuo this is."""

import importlib.metadata
from functools import cache


@cache
def release() -> str:
    """Return the version that is installed, or `unknown`."""
    try:
        return importlib.metadata.version("continuo")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
