"""The Max for Live device: the panel with MIDI going through, and the container Live reads."""

import struct
from typing import Any

from tools.max_patches.layout import DEVICE, DEVICE_WIDTH
from tools.max_patches.panel import panel
from tools.max_patches.patch import Patch

MIDI_EFFECT = b"mmmm"
# Seconds since 1904: always the same, so that the same table gives the same file.
MADE = 3_878_064_000


def device() -> Patch:
    """Draw the device: MIDI passes it untouched."""
    patch = panel(DEVICE)
    patch.column()
    patch.chain(patch.new("midiin"), patch.new("midiout"))
    patch.keys |= {
        "openrect": [0.0, 0.0, 0.0, 169.0],
        "devicewidth": float(DEVICE_WIDTH),
        "latency": 0,
        "project": _project(),
    }
    return patch


def _project() -> dict[str, Any]:
    """Without it Max refuses the file."""
    return {
        "version": 1,
        "creationdate": MADE,
        "modificationdate": MADE,
        "viewrect": [0.0, 0.0, 300.0, 500.0],
        "autoorganize": 1,
        "hideprojectwindow": 1,
        "showdependencies": 1,
        "autolocalize": 0,
        "contents": {"patchers": {}},
        "layout": {},
        "searchpath": {},
        "detailsvisible": 0,
        "amxdtype": int.from_bytes(MIDI_EFFECT, "big"),
        "readonly": 0,
        "devpathtype": 0,
        "devpath": ".",
        "sortmode": 0,
        "viewmode": 0,
    }


def container_of(patch: Patch) -> bytes:
    """Write a patch as an unfrozen .amxd: chunks of tag, little-endian length, content."""
    content = patch.text().encode() + b"\0"
    chunks = ((b"ampf", MIDI_EFFECT), (b"meta", struct.pack("<I", 1)), (b"ptch", content))
    return b"".join(tag + struct.pack("<I", len(data)) + data for tag, data in chunks)
