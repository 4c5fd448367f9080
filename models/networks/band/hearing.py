"""What a call gives a band to hear: the melody in slots, also where only chords are given."""

from typing import Final

import torch
from torch import Tensor, nn

from models.networks.harmoniser.melody import Melody, MelodyReader

_REST = -1


class Hearing(nn.Module):
    """Reads rows of notes into a Melody, as long as the band has to play."""

    melody_track: Final[int] = 0
    lead_track: Final[int] = -1
    rest: Final[int] = _REST

    def __init__(self) -> None:
        super().__init__()
        self.reader = MelodyReader()

    def forward(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float]
    ) -> Melody:
        """Read what is needed for [begin, end) beats; T is 0 where there is nothing to play.

        Under a melody alone the band plays while it lasts; with chords or a section to the end.
        """
        fine = controls["movement"] >= 0.5
        lead = notes[(notes[:, 0] == self.lead_track) & (notes[:, 1] < end)]
        lead = lead[lead[:, 1] + lead[:, 2] > begin]
        has_section = "section" in controls and controls["section"] >= 1.0
        if lead.size(0) == 0 and not has_section:
            plain: Melody = self.reader(notes, begin, end, controls, fine)
            return plain
        fine = fine or self.is_fine(lead, controls)
        # silent notes at both ends make the reader read to there
        melody = notes[notes[:, 0] == self.melody_track]
        ends = torch.tensor([[0.0, begin, 0.0, 60.0, 1.0], [0.0, end, 0.0, 60.0, 1.0]])
        ends[1, 1] = end - 0.25
        ends[:, 2] = 0.25
        wide: Melody = self.reader(torch.cat([melody, ends]), begin, end, controls, fine)
        return self.silenced(wide, melody, controls)

    def silenced(self, wide: Melody, melody: Tensor, controls: dict[str, float]) -> Melody:
        """Give a Melody the frames of its real notes alone."""
        size = wide.pitch.size(0)
        if size == 0:
            return wide
        pitch = torch.full([size], self.rest)
        onset = torch.zeros(size)
        velocity = [80] * size
        heard = wide.heard
        if melody.size(0) > 0:
            origin = wide.origin
            found, _, struck, loud = self.reader.grid.melody_frames(melody, origin, origin + size)
            pitch, onset = torch.tensor(found), torch.tensor(struck).float()
            velocity = loud
        else:
            heard = 0
        return Melody(
            pitch, onset, wide.slot, wide.place, wide.bar, velocity, wide.origin, wide.first,
            wide.last, heard, wide.is_whole,
        )  # fmt: skip

    def is_fine(self, lead: Tensor, controls: dict[str, float]) -> bool:
        """Whether chords begin elsewhere than where the harmony may change anyway."""
        bar = controls["beats_per_bar"]
        unit = 2.0 if bar % 2.0 == 0.0 and bar > 2.0 else 1.0
        if bar == 3.0:
            unit = 3.0
        place = torch.remainder(lead[:, 1], bar)
        apart = torch.remainder(place, unit)
        return bool((torch.minimum(apart, unit - apart) > 0.2).any())
