"""A voice as a piano roll on the sixteenth grid, and the same voice as one token a sixteenth."""

import torch
from torch import Tensor

PITCHES = 48  # a window of four octaves, laid around what is heard
HOLD, REST = PITCHES, PITCHES + 1  # the tokens beside "this pitch begins here"
TOKENS = PITCHES + 2
CELLS = 3  # sounding share, onset, how far beside the grid the onset is


def window_low(notes: Tensor, pitches: int = PITCHES) -> int:
    """Lay the window of pitches around the median of what sounds; notes [N, 3]."""
    if notes.size(0) == 0:
        return 72 - pitches // 2
    order = torch.argsort(notes[:, 2])
    lengths = (notes[:, 1] - notes[:, 0]).clamp(min=0.01)[order].cumsum(0)
    middle = int((lengths < lengths[-1] / 2).sum())
    low = int(notes[int(order[middle]), 2]) - pitches // 2
    return max(min(low, 128 - pitches), 0)


def cell_of(start: Tensor) -> Tensor:
    """Find the sixteenth that an onset (in sixteenths) belongs to; halfway, the earlier."""
    return torch.ceil(start - 0.5 - 1e-4).long()


def roll(notes: Tensor, steps: int, low: int, pitches: int = PITCHES) -> Tensor:
    """Draw notes [N, 3] (start, end in sixteenths, pitch) as [3, steps, PITCHES]."""
    out = torch.zeros(3, steps, pitches)
    row = notes[:, 2].long() - low
    inside = (row >= 0) & (row < pitches)
    notes, row = notes[inside], row[inside]
    if notes.size(0) == 0:
        return out
    edge = torch.arange(steps).float()
    start, end = notes[:, :1], notes[:, 1:2]
    heard = (torch.minimum(end, edge + 1) - torch.maximum(start, edge)).clamp(min=0)
    out[0].t().index_add_(0, row, heard)
    out[0].clamp_(max=1.0)
    cell = cell_of(notes[:, 0])
    on = (cell >= 0) & (cell < steps)
    out[1].index_put_((cell[on], row[on]), torch.ones(int(on.sum())))
    out[2].index_put_((cell[on], row[on]), notes[on, 0] - cell[on].float())
    return out


def tokens(notes: Tensor, steps: int, low: int) -> Tensor:
    """Write one voice, notes [N, 3] in order, as tokens [steps]; -100 for pitches outside."""
    out = torch.full((steps,), REST)
    for note in notes:
        start, row = int(cell_of(note[0])), int(note[2]) - low
        stop = max(int(cell_of(note[1])), start + 1)
        inside = 0 <= row < PITCHES
        if start < steps and stop > 0:
            out[max(start, 0) : stop] = HOLD if inside else -100
            if start >= 0:
                out[start] = row if inside else -100
    return out


def meter_features(place: Tensor, bar: Tensor, unit: Tensor) -> Tensor:
    """Describe each sixteenth by its place in its bar: [T, 8].

    `place`, `bar` and `unit` [T] are in sixteenths: the place, the length of the bar, of its beat.
    """
    turn = place.float() / bar.float() * 6.2831853
    # Nothing is said of where a bar is halved: the network hears it.
    return torch.stack(
        [
            (place == 0).float(),
            (place % unit == 0).float(),
            (place % 2 == 0).float(),
            torch.sin(turn),
            torch.cos(turn),
            (unit == 6).float(),
            (bar % 12 == 0).float(),
            torch.ones_like(turn),
        ],
        1,
    )


def classes(sounding: Tensor) -> Tensor:
    """Share of each pitch class as seen from each row, [N, PITCHES, 12], from [N, PITCHES]."""
    octaves = sounding.size(1) // 12
    whole = sounding.view(-1, octaves, 12).sum(1)
    whole = whole / whole.sum(1, keepdim=True).clamp(min=1e-6)
    turned = [torch.roll(whole, -k, 1) for k in range(12)]
    seen = torch.stack(turned, 2)  # [N, class of the row, interval above it]
    return seen.repeat(1, octaves, 1)
