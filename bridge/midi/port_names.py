"""Which of a system's ports is meant by a name."""

import re
from collections.abc import Sequence

from bridge.interfaces import PortError
from bridge.midi.ports import INPUT, OUTPUT

# ALSA ends a name with client and port ("Keystation MIDI 1 24:0"), JACK may count clients.
_NUMBERS = re.compile(r"(?: \d+:\d+|-\d+(?=:)|-\d+$)")


def find_again(names: Sequence[str], name: str) -> int | None:
    """Find a port that was there before: systems number a port that comes back anew."""
    if name in names:
        return names.index(name)
    stem = _NUMBERS.sub("", name)
    return next((i for i, n in enumerate(names) if _NUMBERS.sub("", n) == stem), None)


def is_own(name: str) -> bool:
    """Whether a port is Continuo's."""
    return INPUT in name or OUTPUT in name


def find_port(names: Sequence[str], wanted: str, direction: str, system: str) -> int:
    """Find the port whose name contains `wanted`; the exact name wins, own ports never do."""
    forbidden = [INPUT, OUTPUT]
    if system == "winmm":
        # There our ports are a loop-back driver's, each of them both an input and an output.
        forbidden.remove(INPUT if direction == "input" else OUTPUT)
    allowed = {i: n.lower() for i, n in enumerate(names) if not any(own in n for own in forbidden)}
    likely = [i for i, n in allowed.items() if wanted.lower() in n]
    if not likely:
        there = ", ".join(names[i] for i in allowed) or "none"
        raise PortError(_missing(wanted, direction, there, system))
    exact = [i for i in likely if allowed[i] == wanted.lower()]
    return (exact or likely)[0]


def _missing(wanted: str, direction: str, there: str, system: str) -> str:
    sentence = f"no MIDI {direction} is named like {wanted!r}; there is: {there}"
    if system != "winmm":
        return sentence
    return (
        f"{sentence}. Windows has no virtual ports: make {INPUT!r} and {OUTPUT!r} with loopMIDI, "
        "or name others by --input and --output"
    )
