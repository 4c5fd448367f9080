"""Makes a band anew from the tensors of its archive: what it learnt stays, how it plays is today's.

So a change of the manners, the voice leading or the closing needs no training.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np
import torch
from torch import Tensor

from models.artifact.manifest import TrackSpec
from models.networks.band.bars import DOUBLES, FLAGS, TIED, lasting, mark_leading
from models.networks.band.generator import Band
from models.networks.band.library import Library
from models.networks.band.matcher import Matcher
from models.networks.band.parts import bass_of
from models.networks.harmoniser.net import HarmonyConfig, HarmonyNet

_PLANNER = "harmony.planner.net."
_OWNERS = {
    "notes": "performer", "first": "performer", "chords": "performer", "doubling": "performer",
    "level": "manners", "played": "manners",
}  # fmt: skip


def restored(
    tensors: Mapping[str, Tensor],
    tracks: Sequence[TrackSpec],
    options: Mapping[str, float],
    plan: Mapping[str, Tensor] | None = None,
) -> Band:
    """Give the band that an archive's tensors make now; with the planner of `plan`, another's.

    `options` are those of its training. ValueError if the tensors are no band's.
    """
    sizes = {f.name: options[f.name] for f in fields(HarmonyConfig) if f.name in options}
    whole = {name: int(v) if name != "dropout" else v for name, v in sizes.items()}
    net = HarmonyNet(HarmonyConfig(**whole))  # type: ignore[arg-type]
    matcher = Matcher(1)  # bars are laid into its space already: only the melody's half is asked
    try:
        net.load_state_dict(_under(_PLANNER, tensors if plan is None else plan))
        matcher.melody.load_state_dict(_under("chooser.melody.", tensors))
        found = {f.name: tensors[_place(f.name)].clone() for f in fields(Library)}
    except (KeyError, RuntimeError) as error:
        raise ValueError(f"these are not the tensors of a band: {error}") from error
    found["played"] = found["played"] > 0
    bars = Library(**found)
    _mark_anew(bars, bass_of(tracks))
    return Band(net, matcher, bars, tracks).eval()


def _place(name: str) -> str:
    """Say where a tensor of the library is in an archive."""
    return name if name == "height" else f"{_OWNERS.get(name, 'chooser')}.{name}"


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {n[len(prefix) :]: t.clone() for n, t in tensors.items() if n.startswith(prefix)}


def _mark_anew(bars: Library, bass: int) -> None:
    """Mark what leads the bass, and what plays the melody along, by today's rules, song by song."""
    doubling = bars.doubling.numpy()  # shares the tensor's memory
    notes = bars.notes.numpy().astype(np.int64)
    notes[:, FLAGS] &= DOUBLES | TIED
    first, chords = bars.first.numpy(), bars.chords.numpy().astype(np.int64)
    edges = np.flatnonzero(np.diff(bars.song.numpy())) + 1
    for own in np.split(np.arange(len(chords)), edges):
        begin, end = int(own[0]), int(own[-1]) + 1
        here = slice(int(first[begin]), int(first[end]))
        doubling[begin:end] = lasting(doubling[begin:end])
        mark_leading(notes[here], first[begin : end + 1] - first[begin], chords[begin:end], bass)
    bars.notes.copy_(torch.from_numpy(notes).to(bars.notes.dtype))
