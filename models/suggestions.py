"""Helps with a name that was mistyped."""

import difflib
from collections.abc import Sequence

_LONGEST = 100  # a whole datagram in a name's place must not take milliseconds


def near_names(name: str, names: Sequence[str]) -> str:
    """Say which names are near a mistaken one, or else list what there is."""
    by_lower = {n.lower(): n for n in names}
    near = difflib.get_close_matches(name[:_LONGEST].lower(), list(by_lower), n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(by_lower[n] for n in near)}?"
    return f"there is {', '.join(names)}" if names else "there is none"
