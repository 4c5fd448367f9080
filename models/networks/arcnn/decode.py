"""From the probabilities of tokens to whole notes, in the TorchScript subset."""

from typing import Final

import torch
from torch import Tensor, nn

from models.networks.arcnn.roll import HOLD, PITCHES, REST


class Decoder(nn.Module):
    """Chooses where notes begin and end; a module only because TorchScript keeps constants so."""

    pitches: Final[int] = PITCHES
    hold: Final[int] = HOLD
    rest: Final[int] = REST
    least: Final[float] = 0.02

    def onsets(self, chance: Tensor, free: Tensor) -> tuple[Tensor, Tensor]:
        """Choose notes among the `free` [T] steps: the set with the highest expected F1.

        Of onsets with the probabilities p these are the k likeliest, with the k for which
        2 sum(p) / (k + expected number of notes) is highest. `chance` is [T, tokens]. Returns for
        each step the row of its likeliest pitch and whether that begins there.
        """
        best, row = chance[:, : self.pitches].max(1)
        best = best * free
        number = (chance[:, : self.pitches].sum(1) * free).sum()
        ranked, order = torch.sort(best, descending=True, stable=True)
        counts = torch.arange(1, best.size(0) + 1)
        score = 2 * ranked.cumsum(0) / (counts + number)
        chosen = torch.zeros(best.size(0), dtype=torch.bool)
        chosen[order[: int(score.argmax()) + 1]] = True
        return row, chosen & (best > self.least)

    def same_rhythm(self, chance: Tensor, begins: Tensor, rows: Tensor, contour: bool) -> Tensor:
        """Choose pitches for given onsets, rows [T] of the melody as it is; -1 where none begins.

        With `contour` each moves from the one before it the way that the melody does.
        """
        out = torch.full_like(rows, -1)
        before, was = -1, -1
        everywhere = torch.arange(self.pitches)
        for t in range(rows.size(0)):
            if not bool(begins[t]):
                continue
            here = chance[t, : self.pitches].clone()
            now = int(rows[t])
            if contour and before >= 0:
                way = (now > was) * 1 - (now < was) * 1
                fits = torch.sign(everywhere - before) == way
                # At the edge of the window nothing may be left: then the note stays as it was.
                if bool(fits.any()):
                    here = torch.where(fits, here, torch.zeros_like(here) - 1.0)
            before = int(here.argmax())
            out[t], was = before, now
        return out

    def ends(self, chance: Tensor, begins: Tensor) -> list[int]:
        """Say before which step each note that begins has ended, [T] (0 where none begins)."""
        silent: list[bool] = (chance[:, self.rest] > chance[:, self.hold]).tolist()
        starts: list[bool] = begins.tolist()
        out = [0] * len(starts)
        last = -1
        for t in range(len(starts)):
            if starts[t]:
                last = t
                out[t] = t + 1
            elif last >= 0 and not silent[t]:
                out[last] = t + 1
            else:
                last = -1
        return out
