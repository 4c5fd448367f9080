"""What of a melody was surely meant: damage is random, so what comes again is none."""

from typing import Final

import torch
from torch import Tensor, nn

from models.networks.arcnn.roll import HOLD, PITCHES, REST, TOKENS, cell_of


class Trust(nn.Module):
    """Says in nats how far a melody as it is deserves trust, in the TorchScript subset.

    Damaged chorales hardly have four notes in a row twice at the same place of a bar (less than 1 %
    of their wrong notes are in such a run) nor bars of one rhythm; songs, of any style, do.
    """

    pitches: Final[int] = PITCHES
    tokens: Final[int] = TOKENS
    hold: Final[int] = HOLD
    rest: Final[int] = REST
    run: Final[int] = 4  # notes that come again
    around: Final[int] = 2  # notes on either side of one that alone is another
    meant: Final[float] = 20.0  # more than any doubt of a network
    likely: Final[float] = 8.0  # for the other notes of a melody that is nothing but such runs
    twins: Final[float] = 6.0  # for the pitch that a note has where the same notes are around it
    same_rhythm: Final[float] = 12.0  # for bars whose rhythm comes again
    other_rhythm: Final[float] = 3.0  # for the others beside them
    chance_share: Final[float] = 0.3  # of the bars have one rhythm in damaged melodies too

    def forward(self, voice: Tensor, bar: int, origin: int, size: int, low: int) -> Tensor:
        """Give nats to add to the logarithms of the tokens, [size, TOKENS].

        `voice` is [N, >= 3]: start, end (sixteenths from `origin`, which bars of `bar` sixteenths
        are counted from 0 to), pitch; rows of the roll begin at `low`.
        """
        out = torch.zeros(size, self.tokens)
        cell, pitch = self.notes(voice, size)
        if cell.size(0) == 0:
            return out
        place = (cell + origin) % bar
        again = self.again(pitch, place)
        others = self.likely * float(again.float().mean())
        rhythm, played = self.rhythm(cell, bar, origin, size)
        onset = torch.zeros(size, dtype=torch.bool)
        onset[cell] = True
        out[:, : self.pitches] += (rhythm * onset)[:, None]
        # Bars without a note may be a hole to fill: their silence proves nothing.
        goes_on = rhythm + torch.where(self.within(cell, again, size), self.meant, others)
        goes_on = goes_on * (~onset & played)
        sounds = self.sounding(voice, size)
        out[:, self.hold] += goes_on * sounds
        out[:, self.rest] += goes_on * (1.0 - sounds)
        twin = self.twin(pitch, place)
        unlike = (twin >= 0) & ~again
        self.favour(out, cell, pitch - low, torch.where(again, self.meant, others) * (~unlike))
        self.favour(out, cell, pitch[twin] - low, self.twins * unlike)
        return out

    def favour(self, out: Tensor, cell: Tensor, row: Tensor, nats: Tensor) -> None:
        """Add nats, in place, to rows of the roll at sixteenths."""
        seen = (row >= 0) & (row < self.pitches)
        out[cell[seen], row[seen]] += nats[seen]

    def notes(self, voice: Tensor, size: int) -> tuple[Tensor, Tensor]:
        """Give the sixteenths in which notes begin, in order, and their pitches."""
        at = torch.full((size,), -1)
        cell = cell_of(voice[:, 0])
        inside = (cell >= 0) & (cell < size)
        at[cell[inside]] = voice[inside, 2].long()
        found = torch.nonzero(at >= 0)[:, 0]
        return found, at[found]

    def sounding(self, voice: Tensor, size: int) -> Tensor:
        """Mark the sixteenths [size] in which the voice sounds, as the roll's cells have it."""
        out = torch.zeros(size)
        starts: list[int] = cell_of(voice[:, 0]).tolist()
        ends: list[int] = cell_of(voice[:, 1]).tolist()
        for i in range(len(starts)):
            out[max(starts[i], 0) : max(ends[i], 0)] = 1.0
        return out

    def again(self, pitch: Tensor, place: Tensor) -> Tensor:
        """Mark the notes in a run that is elsewhere too: same pitches, same places in the bar."""
        count = pitch.size(0)
        out = torch.zeros(count, dtype=torch.bool)
        starts = count - self.run + 1
        if starts < 2:
            return out
        note = pitch * 4096 + place
        same = note[:, None] == note[None]
        same.fill_diagonal_(False)
        runs = same[:starts, :starts]
        for k in range(1, self.run):
            runs = runs & same[k : k + starts, k : k + starts]
        begins = runs.any(1)
        for k in range(self.run):
            out[k : k + starts] = out[k : k + starts] | begins  # TorchScript drops a |= here
        return out

    def twin(self, pitch: Tensor, place: Tensor) -> Tensor:
        """Number the note at a place with the same notes around that alone is another, or -1."""
        count = pitch.size(0)
        out = torch.full((count,), -1)
        middle = count - 2 * self.around
        if middle < 2:
            return out
        a = self.around
        same = (pitch * 4096 + place)[:, None] == (pitch * 4096 + place)[None]
        found = (place[:, None] == place[None]) & (pitch[:, None] != pitch[None])
        found = found[a : a + middle, a : a + middle]
        for k in range(2 * a + 1):
            if k != a:
                found = found & same[k : k + middle, k : k + middle]
        number = found.float().argmax(1) + a
        out[a : a + middle] = torch.where(found.any(1), number, -1)
        return out

    def rhythm(self, cell: Tensor, bar: int, origin: int, size: int) -> tuple[Tensor, Tensor]:
        """Trust in each sixteenth's rhythm, [size], and whether anything begins in its bar."""
        before = origin % bar
        bars = (before + size + bar - 1) // bar
        onset = torch.zeros(bars * bar)
        onset[cell + before] = 1.0
        each = onset.view(bars, bar)
        count = each.sum(1)
        shared = each @ each.t()
        same = (shared == count[:, None]) & (shared == count[None])
        same.fill_diagonal_(False)
        again = same.any(1) & (count > 1)
        played = count > 0
        share = float(again.sum()) / max(float(played.sum()), 1.0)
        sure = max(share - self.chance_share, 0.0) / (1.0 - self.chance_share)
        nats = torch.where(again, self.same_rhythm * sure, self.other_rhythm * sure)
        inside = torch.arange(before, before + size) // bar
        return nats[inside], played[inside]

    def within(self, cell: Tensor, again: Tensor, size: int) -> Tensor:
        """Mark the sixteenths from the notes that come again to the note after each, [size]."""
        out = torch.zeros(size, dtype=torch.bool)
        starts: list[int] = cell.tolist()
        marked: list[bool] = again.tolist()
        for i in range(len(starts)):
            if marked[i]:
                out[starts[i] : starts[i + 1] if i + 1 < len(starts) else starts[i] + 1] = True
        return out
