"""Chooses the bars that a band plays: a song of the library, and bars of it that suit the melody.

A bar whose melody was there before takes the bar that it had then. In the TorchScript subset.
"""

from typing import Final

import torch
from torch import Tensor, nn

from models.networks.band.controls import ENDING, FILL, INTRO
from models.networks.band.library import PHRASE, Library
from models.networks.band.matcher import Matcher
from models.networks.common.noise import gumbels

_INTENSITIES = (0.1, 0.12, 0.37, 0.62, 0.87, 0.9, 0.5, 0.6)  # of the sections: ranks of density


class Chooser(nn.Module):
    """Finds bars in a Library."""

    phrase: Final[int] = PHRASE
    fill: Final[int] = FILL
    intro: Final[int] = INTRO
    ending: Final[int] = ENDING
    steps: Tensor
    song: Tensor
    place: Tensor
    run: Tensor
    ranks: Tensor
    keys: Tensor
    fills: Tensor
    has: Tensor
    plays: Tensor
    compound: Tensor
    mean_keys: Tensor
    usual: Tensor

    def __init__(self, bars: Library, matcher: Matcher) -> None:
        super().__init__()
        self.melody = matcher.melody.eval()
        names = ("steps", "song", "place", "run", "ranks", "keys", "fills", "has", "compound")
        for name in (*names, "plays", "usual"):
            self.register_buffer(name, getattr(bars, name))
        songs = bars.has.size(0)
        mean = torch.zeros(songs, bars.keys.size(1)).index_add(0, bars.song, bars.keys)
        count = torch.bincount(bars.song, minlength=songs)
        self.register_buffer("mean_keys", mean / count[:, None])
        self.intensities = list(_INTENSITIES)
        self.loyalty = 6.0  # nats for a bar of the song that was chosen
        self.suiting = 0.6  # how much it counts what melody and accompaniment say to each other
        self.order = 4.0  # nats for a bar as far into its song as we are
        self.aligned = 1.0  # nats for phrases that begin where those of the song do
        self.leaning = 8.0  # nats for the whole range of what a control asks for
        self.nearness = 2.0  # how much the melody says about the choice of a song
        self.complete = 4.0  # nats for a song that has all tracks
        self.full = 6.0  # nats for a phrase in which the bass and most of the others play
        self.leaned_on = 4.0  # how much controls do
        self.chance = 0.7

    def wanted(self, features: Tensor, heard: int) -> Tensor:
        """Say what each bar of a melody asks for beside what all do, [B, SPACE].

        Bars after `heard` ask nothing.
        """
        out: Tensor = (self.melody(features) - self.usual) / float(self.keys.size(1)) ** 0.5
        out[max(heard, 0) :] = 0.0
        return out

    def fitting(self, size: int, is_compound: bool) -> Tensor:
        """Mark the bars that are as long as ours, `size` steps; longer ones where none is."""
        same = self.steps == size
        alike = same & (self.compound[self.song] == is_compound)
        if bool(alike.any()):
            return alike
        if bool(same.any()):
            return same
        longer = self.steps >= size
        if bool(longer.any()):
            return longer
        return self.steps == self.steps.max()

    def song_for(
        self, wanted: Tensor, fits: Tensor, base: Tensor, lacking: list[bool], seed: int
    ) -> int:
        """Choose a song that has most of the tracks that are lacking, suits, and has such bars.

        `base` [L] is what controls have for and against its bars; -1 where no song will do.
        """
        songs = self.has.size(0)
        share = torch.zeros(songs).index_add(0, self.song, fits.float())
        leaning = torch.zeros(songs).index_add(0, self.song, torch.where(fits, base, 0.0))
        asked = torch.tensor(lacking)
        gives = (self.has & asked[None]).float().sum(1) / asked.float().sum().clamp(min=1.0)
        score = self.nearness * torch.matmul(self.mean_keys, wanted.mean(0))
        score = score + self.leaned_on * leaning / share.clamp(min=1.0)
        score = score + gumbels(seed, torch.tensor([-7]), songs)[0]
        score = score + self.complete * gives + (share.clamp(max=16.0) / 16.0) * 4.0
        score = torch.where((share > 0) & (gives > 0), score, -1.0e6)
        best = int(score.argmax())
        return best if float(score[best]) > -1.0e5 else -1

    def leaned(self, controls: dict[str, float], section: int, far: float) -> Tensor:
        """Score all bars by what controls and the section ask for; `far` 0..1 into the piece."""
        target = 0.35 + 0.3 * far
        weight = 0.25
        if section > 0:
            target = self.intensities[section - 1]
            weight = 1.0
        lift = controls["density"]
        if lift != 0.0:
            target = min(max(target + 0.45 * lift, 0.0), 1.0)
            weight = 1.0
        out = -weight * self.leaning * (self.ranks[:, 0] - target) ** 2
        for i, name in enumerate(["syncopation", "complexity"]):
            asked = controls[name]
            if asked != 0.0:
                out = out - self.leaning * (self.ranks[:, i + 1] - (0.5 + 0.5 * asked)) ** 2
        return out

    def phrase_at(self, first: int, wanted: Tensor, base: Tensor, song: int, seed: int) -> int:
        """Choose where in the library the phrase that begins with bar `first` comes from."""
        score = base + self.loyalty * (self.song == song).float() + self.full * self.plays
        count = wanted.size(0)
        for k in range(min(self.phrase, count - first)):
            fit = torch.mv(self.keys, wanted[first + k])
            score = score + self.suiting * torch.roll(fit, -k)
        lasts = min(self.phrase, count - first)
        score = score - 3.0 * (lasts - self.run).clamp(min=0).float()
        score = score + self.aligned * (self.place % 4 == first % 4).float()
        far = (self.place - first).abs().float().clamp(max=32.0) / 32.0
        score = score - self.order * far
        noise = gumbels(seed, torch.tensor([first]), score.size(0))[0]
        return int((score + self.chance * noise).argmax())

    def filling(self, base: Tensor, song: int, first: int, seed: int) -> int:
        """Choose a bar with a fill on the drums; -1 where there is none."""
        score = base + self.loyalty * (self.song == song).float()
        score = torch.where(self.fills, score, -1.0e6)
        noise = gumbels(seed, torch.tensor([first + 5000]), score.size(0))[0]
        best = int((score + self.chance * noise).argmax())
        return best if bool(self.fills[best]) else -1

    def forward(
        self,
        wanted: Tensor,
        again: list[int],
        bars: tuple[int, int, int],
        base: Tensor,
        song: int,
        seed: int,
    ) -> list[int]:
        """Choose library bars for bars `first` to `last` of ours; `anchor` begins a phrase.

        `bars` are (anchor, first, last), `again` [B] earlier bars of the same melody or -1.
        """
        anchor, first, last = bars
        begun: dict[int, int] = {}
        out: list[int] = []
        for b in range(first, last):
            source = b
            while source < len(again) and again[source] >= 0:
                source = again[source]
            start = source - (source - anchor) % self.phrase
            if start not in begun:
                begun[start] = self.phrase_at(max(start, 0), wanted, base, song, seed)
            at = begun[start]
            runs = max(int(self.run[at]), 1)
            out.append(at + (source - start) % runs)
        return out
