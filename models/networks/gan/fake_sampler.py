"""What passes between the networks: rolls as a generator hears them and a critic sees them."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from models.music.sixteenths import STRUCK
from models.networks.gan.chain import (
    RowChain,
    chord_loss,
    draw_chords,
    draw_voice,
    line_of,
    voice_loss,
)
from models.networks.gan.layout import Layout
from models.networks.gan.windows import RollWindow

# (rolls [N, V, T, rows], what of them is known [N, V, T]) to tables [N, V, T, K]
Ask = Callable[[Tensor, Tensor], Tensor]


def tables(net: nn.Module, melody: Tensor, rolls: Tensor, known: Tensor, noise: Tensor) -> Tensor:
    """Ask a generator: tables [N, V, T, K], from features, rolls and which steps are known."""
    sure = known.float()
    sound = (rolls > 0).float() * sure[..., None]
    struck = (rolls == STRUCK).any(-1).float() * sure
    heard = torch.cat([sound, struck[..., None], sure[..., None]], -1).transpose(2, 3)
    out: Tensor = net(torch.cat([melody, heard.flatten(1, 2)], 1), noise)
    return out


def shown(rolls: Tensor) -> Tensor:
    """What the critic sees of real music: rows and strikes, [N, V * (rows + 1), T]."""
    struck = (rolls == STRUCK).any(-1)[..., None]
    seen = torch.cat([rolls > 0, struck], -1).float()
    return seen.transpose(2, 3).flatten(1, 2)


def hidden(
    layout: Layout, size: tuple[int, int], random: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Choose what is known [N, V, T] in windows of `size` (N, T), and what tracks weigh [N, V, 1].

    Mostly as the instrument writes, one track after the other, of which the next counts most;
    sometimes what comes before or after is known of every track.
    """
    (count, steps), tracks = size, layout.tracks
    known = np.zeros((count, tracks, steps), bool)
    weight = np.ones((count, tracks, 1), np.float32)
    for n in range(count):
        if random.random() < 0.75:
            done = int(random.integers(tracks))
            known[n, list(layout.order[:done])] = True
            weight[n, list(layout.order[done + 1 :])] = 0.25
        else:
            known[n] = (random.random(tracks) < 0.6)[:, None]
            known[n, int(random.integers(tracks))] = False
        at = int(random.integers(1, steps // 4)) * 4
        draw = random.random()
        if draw < 0.3:
            known[n, :, :at] = True
        elif draw < 0.4:
            known[n, :, at:] = True
    return torch.from_numpy(known), torch.from_numpy(weight)


class FakeSampler:
    """Scores true tracks by a generator's tables, and draws false ones from them."""

    def __init__(self, layout: Layout, device: torch.device) -> None:
        self.layout = layout
        self.chain = RowChain(layout.rows).to(device)

    def entry(self, window: RollWindow, track: int) -> Tensor:
        """Give a voice's row before each window, [N]; unknown where a song begins."""
        line = line_of(window.entry[:, track])
        return torch.where(window.begun, line, torch.full_like(line, self.layout.rows + 1))

    def nats(
        self, table: Tensor, track: int, window: RollWindow, counted: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Sum the nats of a true track over the steps `counted` [N, T]: (rows, strikes)."""
        roll = window.rolls[:, track]
        if self.layout.chords[track]:
            return chord_loss(table, roll, window.entry[:, track], counted), counted.sum() * 0
        return voice_loss(self.chain, table, roll, self.entry(window, track), counted)

    def fakes(self, ask: Ask, window: RollWindow, taught: int) -> Tensor:
        """Draw accompaniments as the instrument does, track by track, as the critic sees them.

        The gradient goes to the track that is the `taught`-th in order (-1: to none); the others
        are what it is heard with.
        """
        rolls = torch.zeros_like(window.rolls)
        known = torch.zeros_like(window.rolls[..., 0], dtype=torch.bool)
        seen: list[Tensor] = [torch.empty(0)] * self.layout.tracks
        for i, track in enumerate(self.layout.order):
            with torch.set_grad_enabled(i == taught):
                cells, struck = self._drawn(ask(rolls, known)[:, track], track, window)
            seen[track] = torch.cat([cells, struck[..., None]], -1)
            on, began = cells.detach().round(), struck.detach().round()[..., None]
            rolls[:, track] = (on + on * began).to(rolls.dtype)
            known[:, track] = True
        return torch.stack(seen, 1).transpose(2, 3).flatten(1, 2)

    def _drawn(self, table: Tensor, track: int, window: RollWindow) -> tuple[Tensor, Tensor]:
        if self.layout.chords[track]:
            return draw_chords(table, window.entry[:, track])
        return draw_voice(self.chain, table, self.entry(window, track))
