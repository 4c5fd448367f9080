"""How likely a given chorale is, when nothing is known of its meter, in the TorchScript subset."""

import math

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.chorale.chord_states import NO_CHORD
from models.networks.chorale.layout import LOWEST, PITCHES
from models.networks.chorale.net import ChoraleNet, opening


class ChoraleLikelihood(nn.Module):
    """Score frames of the classical data set, which have no bar lines and no repeated notes.

    The meter is a hidden variable: bars of four or three beats, counted from the end or from the
    beginning, each as likely as the others, so that the result is a proper likelihood.
    """

    def __init__(self, net: ChoraleNet) -> None:
        super().__init__()
        self.net = net
        self.lowest, self.pitches, self.no_chord = LOWEST, PITCHES, NO_CHORD

    def forward(self, frames: Tensor) -> Tensor:
        """Return the logarithms of P(alto, tenor, bass) [T, 3] from MIDI pitches [T, 4]."""
        size = frames.size(0)
        if size == 0:
            return torch.zeros(0, 3)
        heard = frames >= 0
        pitches = self.bridged(frames) - self.lowest
        inside = (pitches >= 0) & (pitches < self.pitches)
        pitches = pitches.clamp(0, self.pitches - 1)
        onset = torch.ones(size, dtype=torch.bool)
        onset[1:] = (pitches[1:, 0] != pitches[:-1, 0]) & heard[1:, 0]
        flags = torch.stack([heard[:, 0], onset, torch.ones_like(onset)], 1).float()
        time = torch.arange(size)
        bars = torch.tensor([16, 16, 12, 12])[:, None].expand(-1, size)
        places = torch.stack([(time - size) % 16, time % 16, (time - size) % 12, time % 12])
        count = places.size(0)
        first = torch.zeros(count, size)
        first[:, 0] = 1
        unplanned = torch.full([count, size, 2], self.no_chord)
        logits, _ = self.net(
            pitches.expand(count, -1, -1),
            flags.expand(count, -1, -1),
            places,
            bars,
            first,
            unplanned,
        )
        scores = F.log_softmax(logits, -1)
        found = scores.gather(3, pitches[:, 1:].expand(count, -1, -1)[..., None])[..., 0]
        # a pitch beyond the network's 64 has no more than the least likely of them
        found = torch.where(inside[:, 1:], found, scores.amin(-1)) * heard[:, 1:]
        total = found.sum(2).cumsum(1)
        mixed = torch.logsumexp(total, 0) - math.log(count)
        # what each frame adds to the mixture, shared among its voices as the mean meter would
        weights = torch.softmax(torch.cat([torch.zeros(count, 1), total[:, :-1]], 1), 0)
        voiced = heard[:, 1:].float()
        inner = torch.log((found.exp() * weights[:, :, None]).sum(0)) * voiced
        gain = torch.cat([mixed[:1], mixed[1:] - mixed[:-1]])
        extra = gain - inner.sum(1)
        return inner + voiced * (extra / voiced.sum(1).clamp(min=1.0))[:, None]

    def bridged(self, frames: Tensor) -> Tensor:
        """Hold each pitch through the rest after it; before its entry a voice is only guessed."""
        size = frames.size(0)
        time = torch.arange(size)[:, None].expand(-1, 4)
        heard = frames >= 0
        last = torch.cummax(torch.where(heard, time, -1), 0)[0]
        entry = torch.where(heard, time, size - 1).amin(0, keepdim=True)
        at = torch.where(last < 0, entry, last)
        pitch = frames.gather(0, at)
        pitch = torch.where(pitch < 0, 60, pitch)
        # What a voice will enter with must not be known before; the soprano is given whole.
        guess = opening(pitch[:, 0])
        waiting = (last < 0) & (torch.arange(4) > 0)
        return torch.where(waiting, guess, pitch)
