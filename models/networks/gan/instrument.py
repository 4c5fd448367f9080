"""A trained generator as one TorchScript instrument: melody in, the tracks of its layout out."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

from models.music.sixteenths import STEPS_PER_BEAT
from models.networks.common.noise import normals
from models.networks.common.sixteenth_grid import SixteenthGrid
from models.networks.gan.decoder import ChordDecoder, VoiceDecoder
from models.networks.gan.layout import Layout
from models.networks.gan.muse_gan import MuseGenerator
from models.networks.gan.reader import Reader
from models.networks.gan.task import MelodyInput, Span, Task
from models.networks.gan.unet_gan import UNetGenerator
from models.networks.gan.writer import Writer

Generator = UNetGenerator | MuseGenerator


class GanInstrument(nn.Module):
    """Notes in, notes out (the contract of an artifact), around a trained generator.

    Long stretches are written in windows: each sees melody before and after it, and what the
    window before it wrote.
    """

    window: Final[int] = 256  # steps written at once
    around: Final[int] = 64  # steps of context before and after them
    stride: Final[int] = 16  # windows are padded to a multiple of it
    beat: Final[int] = STEPS_PER_BEAT
    nobody: Final[int] = -1000  # the pitch of a voice that rests or is not decided
    rows: Final[int]
    noise: Final[int]
    melody_rows: Final[int]
    chords: list[bool]
    drums: list[bool]
    visits: list[int]

    def __init__(self, net: Generator, layout: Layout, again: Sequence[int] = ()) -> None:
        super().__init__()
        self.net = net
        self.grid = SixteenthGrid()
        self.reader = Reader(layout)
        self.writer = Writer(layout)
        self.voices = nn.ModuleList(VoiceDecoder(layout, t) for t in range(layout.tracks))
        self.chord = ChordDecoder(layout)
        self.rows, self.noise, self.melody_rows = layout.rows, net.noise, layout.melody_rows
        self.chords, self.drums = list(layout.chords), list(layout.drums)
        # every track once; some `again`, when the others are known
        self.tracks = layout.tracks
        self.visits = [*layout.order, *again]

    def forward(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> Tensor:
        """Return the rows that the tracks play in [begin, end)."""
        grid = self.grid
        melody = notes[notes[:, 0] == 0]
        first, last, entry, leave = grid.frames_to_write(melody, begin, end)
        if last <= first:
            return torch.zeros(0, 5)
        origin = grid.beat_before(max(min(entry, first), first - self.around))
        horizon = max(min(leave, last + self.around), last)
        bar = max(grid.frame(controls["beats_per_bar"]), 1)
        shift = self.reader.shift(melody)
        tune = self.reader.tune(melody, origin, horizon, bar, shift)
        active = grid.active_frames(tune.sounding, bar)
        first, last = first - origin, last - origin
        if not any(active[first:last]):
            return torch.zeros(0, 5)
        task = Task(
            origin,
            leave - origin,
            bar,
            shift,
            seed,
            controls["temperature"],
            controls["movement"],
            controls["voice_leading"] >= 0.5,
            active,
        )
        cells, known = self.reader.context(notes, begin, end, task)
        at = first
        while at < last:
            stop = min(at + self.window, last)
            self.write(tune, cells, known, (at, stop), task)
            at = stop
        self.writer.fill(cells, tune, task, first, last)
        lowest = [self.reader.lowest(track, shift) for track in range(self.tracks)]
        rows = self.writer(cells[:, first:last], lowest, tune, first, origin)
        return self.writer.placed(rows, begin, end)

    def write(
        self, tune: MelodyInput, cells: Tensor, known: Tensor, steps: tuple[int, int], task: Task
    ) -> None:
        """Write the steps from the first to the last of `steps` into `cells`, track by track."""
        first, last = steps
        left = (max(first - self.around, 0) // 4) * 4
        right = min(last + self.around, tune.features.size(1))
        melody = self.padded(tune.features[:, left:right])
        bars = torch.arange(melody.size(1) // self.stride)
        bars += (task.origin + left) // self.stride
        stir = normals(task.seed + 104729, bars, self.noise).t()[None]
        # pitches of melody and voices from a beat before on
        earlier = max(first - self.beat, 0)
        company = torch.full((self.beat + last - first, self.tracks + 1), self.nobody)
        company[earlier - last :, 0] = self.tuned(tune.pitch[earlier:last])
        for track in self.visits:
            known[track, first:last] = False
            company[:, track + 1] = self.nobody
            heard = self.heard(cells[:, left:right], known[:, left:right], melody.size(1))
            tables = self.net.one(torch.cat([melody, heard])[None], stir, track)
            table = tables[0, first - left : last - left]
            span = Span(track, first, last)
            lowest = self.reader.lowest(track, task.shift)
            if self.chords[track]:
                self.chord(table, cells, span, task, lowest)
            else:
                # TorchScript takes no module by a number
                for voice, decoder in enumerate(self.voices):
                    if voice == track:
                        decoder(table, cells, span, task, (lowest, company))
                if not self.drums[track]:
                    line = self.pitches(cells[track, earlier:last], lowest)
                    company[earlier - last :, track + 1] = line
            known[track, first:last] = True

    def tuned(self, pitch: list[int]) -> Tensor:
        """Give the melody's pitches, `nobody` where it rests."""
        line = torch.tensor(pitch)
        return torch.where(line < 0, torch.full_like(line, self.nobody), line)

    def padded(self, melody: Tensor) -> Tensor:
        """Pad features to the network's stride: the tune rests on its last pitch."""
        size = melody.size(1)
        room = (size + self.stride - 1) // self.stride * self.stride
        if room == size:
            return melody
        rest = melody[:, size - 1 :].repeat(1, room - size)
        rest[self.melody_rows : self.melody_rows + 2] = 0.0
        return torch.cat([melody, rest], 1)

    def heard(self, cells: Tensor, known: Tensor, room: int) -> Tensor:
        """Describe what is known of the tracks as in training, [C, room]."""
        sure = known.float()
        sound = (cells > 0).float() * sure[:, :, None]
        struck = (cells == 2).any(2).float() * sure
        stacked = torch.cat([sound, struck[:, :, None], sure[:, :, None]], 2).transpose(1, 2)
        flat = stacked.reshape(-1, known.size(1))
        return torch.nn.functional.pad(flat, (0, room - flat.size(1)))

    def pitches(self, cells: Tensor, lowest: int) -> Tensor:
        """Read a voice's pitches [T] from its cells [T, rows]; -1000 where it rests."""
        sounding = cells > 0
        pitch = sounding.long().argmax(1) + lowest
        return torch.where(sounding.any(1), pitch, torch.full_like(pitch, self.nobody))
