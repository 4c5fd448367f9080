"""The harmoniser as one TorchScript instrument: melody in, chords and a bass out."""

from typing import Final

import torch
from torch import Tensor, nn

from models.networks.common.noise import gumbels
from models.networks.common.sixteenth_grid import SixteenthGrid
from models.networks.harmoniser.live_planner import LivePlanner
from models.networks.harmoniser.melody import Melody, MelodyReader
from models.networks.harmoniser.net import HarmonyNet
from models.networks.harmoniser.planner import SongPlanner
from models.networks.harmoniser.slots import SlotChords
from models.networks.harmoniser.vocabulary import KINDS, STATES
from models.networks.harmoniser.voicing import Voicing


class SongChords(nn.Module):
    """Notes in, notes out (the contract of an artifact), around a trained HarmonyNet."""

    noises: Final[int] = STATES + KINDS
    chord_track: Final[int] = 1
    bass_track: Final[int] = 2
    lead_track: Final[int] = -1

    def __init__(self, net: HarmonyNet) -> None:
        super().__init__()
        self.grid = SixteenthGrid()
        self.reader = MelodyReader()
        self.planner = SongPlanner(net)
        self.live_planner = LivePlanner(net)
        self.slot_chords = SlotChords()
        self.voicing = Voicing()

    def forward(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> Tensor:
        """Return the rows that chords and bass play in [begin, end)."""
        melody = self.read(notes, begin, end, controls)
        if melody.pitch.size(0) == 0:
            return torch.zeros(0, 5)
        states, _ = self.chords(notes, melody, controls, seed)
        return self.played(notes, melody, states, begin, end)

    def plan(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> Tensor:
        """Return the chords that `forward` would play in [begin, end), [N, 7].

        A row is (start, duration, root, bass, tones, key, certainty): beats, pitch classes, the
        tones as bits of a number, the key 0..23 (minor from 12 on) and how likely it is.
        """
        melody = self.read(notes, begin, end, controls)
        if melody.pitch.size(0) == 0:
            return torch.zeros(0, 7)
        states, keys = self.chords(notes, melody, controls, seed)
        out: list[list[float]] = []
        for first, last, state in self.spans(melody, states):
            root, bass, tones = self.voicing.spelled(state)
            start, stop = (
                self.beats(melody, first, begin, end),
                self.beats(melody, last, begin, end),
            )
            key = float(keys.argmax())
            out.append([start, stop - start, root, bass, tones, key, float(keys.max())])
        return torch.tensor(out)

    def read(self, notes: Tensor, begin: float, end: float, controls: dict[str, float]) -> Melody:
        """Read the melody in slots: beats where the harmony moves fast, or is told so finely."""
        fine = controls["movement"] >= 0.5
        read: Melody = self.reader(notes, begin, end, controls, fine)
        lead = notes[notes[:, 0] == self.lead_track]
        if lead.size(0) > 0 and read.pitch.size(0) > 0:
            begins = self.bounds(read)
            told = lead[:, 1]
            told = told[(told > begins[0]) & (told < begins[-1])]
            if told.size(0) > 0:
                apart = (told[:, None] - begins[None]).abs().min(1)[0]
                if bool((apart > 0.2).any()):
                    read = self.reader(notes, begin, end, controls, True)
        return read

    def bounds(self, melody: Melody) -> Tensor:
        """List where slots begin, and where the last one ends, in beats [S + 1]."""
        before = torch.cat([torch.full([1], -1), melody.slot[:-1]])
        begins = torch.nonzero(melody.slot != before)[:, 0]
        ends = torch.full([1], melody.slot.size(0))
        return (torch.cat([begins, ends]) + melody.origin) / self.grid.steps

    def chords(
        self, notes: Tensor, melody: Melody, controls: dict[str, float], seed: int
    ) -> tuple[Tensor, Tensor]:
        """Plan the melody's slots: what was played before stays, what is told leads."""
        bounds = self.bounds(melody)
        count = bounds.size(0) - 1
        start = (melody.first + melody.origin) / self.grid.steps
        played = notes[(notes[:, 0] >= self.chord_track) & (notes[:, 1] < start - 0.01)]
        given: list[int] = self.slot_chords(self.spans_of(played), bounds).tolist()
        ends: list[float] = bounds[1:].tolist()
        lead = notes[notes[:, 0] == self.lead_track]
        told: list[int] = self.slot_chords(self.spans_of(lead), bounds).tolist()
        for s in range(count):
            if ends[s] > start + 0.01:
                given[s] = -1
            if told[s] >= 0:
                given[s] = told[s]
        noise = torch.zeros(count, self.noises)
        if controls["temperature"] > 0.0:
            number = torch.floor(bounds[:-1] * self.grid.steps + 0.5).long()
            noise = gumbels(seed, number, self.noises)
        if "heard" in controls:
            live: tuple[Tensor, Tensor] = self.live_planner(melody, given, noise, controls)
            return live
        planned: tuple[Tensor, Tensor] = self.planner(melody, given, noise, controls)
        return planned

    def spans_of(self, rows: Tensor) -> Tensor:
        """Turn rows of notes into (start, end, pitch)."""
        return torch.stack([rows[:, 1], rows[:, 1] + rows[:, 2], rows[:, 3]], 1)

    def spans(self, melody: Melody, states: Tensor) -> list[tuple[int, int, int]]:
        """List the stretches (first frame, frame after, state) that are asked for."""
        slots: list[int] = melody.slot.tolist()
        places: list[int] = melody.place.tolist()
        full: list[int] = states.tolist()
        out: list[tuple[int, int, int]] = []
        begun = melody.first
        for t in range(melody.first + 1, melody.last + 1):
            ends = t == melody.last or places[t] == 0 or full[slots[t]] != full[slots[begun]]
            if ends:
                out.append((begun, t, full[slots[begun]]))
                begun = t
        return out

    def beats(self, melody: Melody, frame: int, begin: float, end: float) -> float:
        """Give the beat of a frame, inside of what is asked for."""
        return min(max((melody.origin + frame) / self.grid.steps, begin), end)

    def played(
        self, notes: Tensor, melody: Melody, states: Tensor, begin: float, end: float
    ) -> Tensor:
        """Play a plan: a chord is struck where it changes and on each bar line."""
        earlier = notes[notes[:, 1] < begin - 0.01]
        before = self.voicing.last(earlier, self.chord_track)
        basses = self.voicing.last(earlier, self.bass_track)
        low = basses[0] if len(basses) > 0 else -1
        pitches: list[int] = melody.pitch.tolist()
        out: list[list[float]] = []
        state_before = -1
        for first, last, state in self.spans(melody, states):
            lowest = 127
            for p in pitches[first : min(last, melody.heard)]:
                if 0 <= p < lowest:
                    lowest = p
            if state != state_before or len(before) == 0:
                before = self.voicing.chord(state, before, lowest)
                low = self.voicing.bass(state, low)
            state_before = state
            start, stop = (
                self.beats(melody, first, begin, end),
                self.beats(melody, last, begin, end),
            )
            loud = min(max(int(0.8 * melody.velocity[first]), 1), 127)
            if stop > start:
                out.extend([[1.0, start, stop - start, float(p), float(loud)] for p in before])
                out.append([2.0, start, stop - start, float(low), float(loud)])
        return torch.tensor(out).reshape(-1, 5)
