"""A trained ChoraleNet as an artifact: the manifest, and weights rounded to half their size."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from models.artifact import save
from models.chorale.generator import ChoraleGenerator
from models.chorale.net import ChoraleNet
from models.manifest import ControlSpec, Manifest, TrackSpec

CONTROLS = (
    ControlSpec(
        "temperature", "Temperature", 0.0, 2.0, 1.0, "",
        "0 always takes the likeliest notes; higher surprises more",
    ),
    ControlSpec(
        "movement", "Movement", -3.0, 3.0, 0.0, "nats",
        "above 0 the voices move more often, below 0 they hold",
    ),
    ControlSpec(
        "voice_leading", "Strict voice leading", 0.0, 1.0, 1.0, "",
        "from 0.5 on, parallel fifths, octaves and unisons are forbidden",
    ),
)  # fmt: skip
METERS = ("4/4", "3/4", "2/4", "6/8", "2/2", "3/2", "12/8", "9/8", "5/4", "7/8")


def round_weights(net: ChoraleNet) -> None:
    """Round every weight to bfloat16 in place: it halves the packed file and changes no figure."""
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(parameter.bfloat16().float())


def chorale_manifest(
    name: str,
    ranges: list[tuple[int, int]],
    training: Mapping[str, Any],
    evaluation: Mapping[str, Any],
    licence: str,
) -> Manifest:
    """Describe a four-part accompanist; `ranges` are (low, high) of alto, tenor and bass."""
    voices = ("Alto", "Tenor", "Bass")
    # General MIDI program 52 (choir aahs), as singers would have it.
    tracks = tuple(
        TrackSpec(voice, voice.lower(), 52, channel, low, high)
        for channel, (voice, (low, high)) in enumerate(zip(voices, ranges, strict=True), start=1)
    )
    return Manifest(
        name=name,
        title="Bach" if name == "bach" else name,
        technique="accompany",
        tracks=tracks,
        controls=CONTROLS,
        architecture="chorale",
        style="chorale",
        description="Adds alto, tenor and bass to a melody, as in a four-part chorale.",
        meters=METERS,
        steps_per_beat=4,
        max_beats=1024.0,
        training=training,
        evaluation=evaluation,
        licence=licence,
    )


def export(net: ChoraleNet, manifest: Manifest, path: Path, tries: int) -> Manifest:
    """Write `net` as an artifact that draws `tries` settings and keeps the best."""
    round_weights(net)
    ranges = [(t.low, t.high) for t in manifest.tracks]
    return save(ChoraleGenerator(net.eval(), ranges, tries), manifest, path)
