"""The one voice that is worked on, out of whatever is played."""

import torch
from torch import Tensor


def one_voice(notes: Tensor) -> tuple[Tensor, Tensor]:
    """Divide notes [N, 5], rows in beats, into the top voice in order of start, and the others.

    Of notes begun together the highest is the voice; one that begins below a note which goes on
    sounding for more than half of its length is not. Voice notes end where the next begins.
    """
    if notes.size(0) == 0:
        return notes, notes
    high = notes[torch.argsort(notes[:, 3], descending=True)]
    rows = high[torch.argsort(torch.round(high[:, 1] * 48), stable=True)]
    voice: list[int] = []
    other: list[int] = []
    for i in range(rows.size(0)):
        start, length, pitch = float(rows[i, 1]), float(rows[i, 2]), float(rows[i, 3])
        below = False
        if len(voice) > 0:
            last = rows[voice[-1]]
            rings = float(last[1] + last[2]) - start
            together = abs(float(last[1]) - start) < 0.02
            below = together or (pitch < float(last[3]) and rings > 0.5 * length)
        if below:
            other.append(i)
        else:
            voice.append(i)
    top = rows[torch.tensor(voice, dtype=torch.long)].clone()
    for i in range(top.size(0) - 1):
        top[i, 2] = torch.minimum(top[i, 2], top[i + 1, 1] - top[i, 1])
    return top, rows[torch.tensor(other, dtype=torch.long)]
