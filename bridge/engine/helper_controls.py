"""Buttons and knobs of the keyboard's helpers: which command each of them is."""

from bridge.engine.midi_map import position_to_value
from bridge.settings import (
    ARPEGGIO_RATES,
    ARPEGGIOS,
    AUTO_CHORDS,
    LIMITS,
    WHOLE_LIMITS,
    PlaySettings,
)

Asked = tuple[str, float | str]  # a command, and its value

_CHOICES = {
    "auto-chord": ("auto-chord", AUTO_CHORDS),
    "arpeggio": ("arpeggio", ARPEGGIOS),
    "arpeggio-rate": ("arpeggio/rate", tuple(ARPEGGIO_RATES)),
    "arpeggio-octaves": ("arpeggio/octaves", (1, 2, 3, 4)),
}


def pressed(function: str, settings: PlaySettings) -> Asked | None:
    """Say what a button asks for; None: it is none of these."""
    lowest, highest = WHOLE_LIMITS["octave"]
    match function:
        case "octave-up":
            return "octave", min(settings.octave + 1, highest)
        case "octave-down":
            return "octave", max(settings.octave - 1, lowest)
        case "hold":
            return "arpeggio/hold", int(not settings.arpeggio_hold)
    return None


def turned(function: str, position: float) -> Asked | None:
    """Say what a knob at this position (0-1) asks for; None: it is none of these."""
    if function == "arpeggio-gate":
        return "arpeggio/gate", position_to_value(*LIMITS["arpeggio_gate"], position)
    if function not in _CHOICES:
        return None
    name, choices = _CHOICES[function]
    return name, choices[min(int(position * len(choices)), len(choices) - 1)]
