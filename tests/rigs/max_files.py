"""The Max files of the repository, read."""

import json
import struct

from max_machine import messages_of
from paths import ROOT

FOLDER = ROOT / "max_patches"
PANEL, HELP, DEVICE = "continuo.maxpat", "continuo.help.maxpat", "Continuo.amxd"
FILES = (PANEL, HELP, DEVICE)


def chunks(content):
    """The chunks of an .amxd: (tag, content)."""
    found = []
    while content:
        size = struct.unpack("<I", content[4:8])[0]
        assert len(content) >= 8 + size, "a chunk is longer than the file"
        found.append((content[:4], content[8 : 8 + size]))
        content = content[8 + size :]
    return found


def load(name):
    content = (FOLDER / name).read_bytes()
    if name == DEVICE:
        content = dict(chunks(content))[b"ptch"].removesuffix(b"\0")
    return json.loads(content)["patcher"]


def levels(patcher):
    """The patcher, and those inside it."""
    yield patcher
    for entry in patcher["boxes"]:
        if "patcher" in entry["box"]:
            yield from levels(entry["box"]["patcher"])


def boxes_of(name):
    return [entry["box"] for level in levels(load(name)) for entry in level["boxes"]]


def shown_boxes(name):
    return [box for box in boxes_of(name) if box.get("presentation")]


def words_of(box):
    """The words of a box that a cord cannot bring."""
    return messages_of(box.get("text", "")) if box["maxclass"] in ("message", "newobj") else []
