"""The band as one TorchScript instrument: a melody or chords in, its tracks out."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from models.artifact.manifest import TrackSpec
from models.networks.band.bar_features import MelodyBars
from models.networks.band.chooser import Chooser
from models.networks.band.closing import Closing
from models.networks.band.controls import BREAK, ENDING, FILL
from models.networks.band.hearing import Hearing
from models.networks.band.library import Library
from models.networks.band.manners import Manners
from models.networks.band.matcher import Matcher
from models.networks.band.performer import Performer, Sounding
from models.networks.harmoniser.generator import SongChords
from models.networks.harmoniser.melody import Melody
from models.networks.harmoniser.net import HarmonyNet

_LAYERS = 3  # songs of the library that may play together, where one lacks tracks
_LOUDER = (-12.0, -8.0, -3.0, 3.0, 9.0, 9.0, 9.0, 4.0)  # velocity of the sections


class Planned(NamedTuple):
    """The chords of a Melody, a full state for each frame; its key; rows of chords that lead."""

    full: list[int]
    key: int
    lead: Tensor


class Band(nn.Module):
    """Notes in, notes out (the contract of an artifact): chords planned, bars chosen and moved."""

    fill: Final[int] = FILL
    break_: Final[int] = BREAK
    ending: Final[int] = ENDING
    layers: Final[int] = _LAYERS
    lead_track: Final[int] = -1
    height: Tensor

    def __init__(
        self, net: HarmonyNet, matcher: Matcher, bars: Library, tracks: Sequence[TrackSpec]
    ) -> None:
        super().__init__()
        self.harmony = SongChords(net)
        self.hearing = Hearing()
        self.features = MelodyBars()
        self.chooser = Chooser(bars, matcher)
        self.performer = Performer(bars, tracks)
        self.is_drum = [t.role == "drums" for t in tracks]
        self.manners = Manners(bars.level, bars.played, self.is_drum)
        self.closing = Closing(tracks, bars.notes)
        self.register_buffer("height", bars.height)
        self.count = len(tracks)
        self.louder = list(_LOUDER)

    def forward(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> Tensor:
        """Return the rows that the band plays in [begin, end)."""
        melody: Melody = self.hearing(notes, begin, end, controls)
        if melody.pitch.size(0) == 0:
            return torch.zeros(0, 5)
        states, keys = self.harmony.chords(self.without_drums(notes), melody, controls, seed)
        lead = notes[notes[:, 0] == self.lead_track]
        full: list[int] = states[melody.slot].tolist()
        planned = Planned(full, int(keys.argmax()), lead)
        return self.played(melody, planned, (begin, end), controls, seed)

    def plan(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> Tensor:
        """Return the chords that `forward` would play in [begin, end), [N, 7]; see SongChords."""
        melody: Melody = self.hearing(notes, begin, end, controls)
        if melody.pitch.size(0) == 0:
            return torch.zeros(0, 7)
        states, keys = self.harmony.chords(self.without_drums(notes), melody, controls, seed)
        out: list[list[float]] = []
        for first, last, state in self.harmony.spans(melody, states):
            root, bass, tones = self.harmony.voicing.spelled(state)
            start = self.harmony.beats(melody, first, begin, end)
            stop = self.harmony.beats(melody, last, begin, end)
            sure = float(keys.max())
            out.append([start, stop - start, root, bass, tones, float(keys.argmax()), sure])
        return torch.tensor(out)

    def without_drums(self, notes: Tensor) -> Tensor:
        """Leave out the rows of drums, whose pitches make no chord."""
        keep = torch.ones(notes.size(0))
        for i, is_drum in enumerate(self.is_drum):
            if is_drum:
                keep = torch.where(notes[:, 0] == float(i + 1), 0.0, keep)
        return notes[keep > 0]

    def played(
        self,
        melody: Melody,
        planned: Planned,
        bounds: tuple[float, float],
        controls: dict[str, float],
        seed: int,
    ) -> Tensor:
        """Play bars on planned chords."""
        size = int(melody.bar[0])
        first, last = melody.first // size, (melody.last + size - 1) // size
        section = int(controls["section"]) if "section" in controls else 0
        bars = self.chosen(melody, (first, last), section, controls, seed)
        rows: list[list[int]] = []
        levels: list[float] = []
        is_led = self.led(planned.lead, melody, (first, last), size)
        closes = self.closes(section, controls)
        has_drums = False
        shifts = [self.shift(melody, int(self.chooser.song[found[0]])) for found in bars]
        for i in range(last - first):
            here: list[list[int]] = []
            begun = (first + i) * size
            for layer in range(len(bars)):
                bar = bars[layer][i]
                flags = (i > 0 and bars[layer][i - 1] == bar - 1, is_led[i])
                ours = self.sounding(melody, planned, (begun, size), shifts[layer], flags)
                here.extend(self.performer(bar, ours, self.taken(layer, bars)))
            for row in here:
                has_drums = has_drums or self.is_drum[row[0]]
            if section == self.break_:
                here = self.manners.struck(here, begun + melody.origin, size)
            elif closes and i == last - first - 1:
                at = begun if section == self.ending else self.settles(planned.full, begun, size)
                here = self.closed(here, melody, planned.full, (at, begun + size), has_drums)
            rows.extend(here)
            loud = self.loudness(melody, begun, size)
            lift = self.louder[section - 1] if section > 0 else 0.0
            levels.extend([self.manners.loudness(lift, loud)] * len(here))
        out: Tensor = self.manners(rows, bounds, levels, controls, seed)
        return out

    def loudness(self, melody: Melody, begun: int, size: int) -> int:
        """Give the velocity of the melody in a bar and the two before it; 80 where it rests."""
        total, count = 0, 0
        for t in range(max(begun - 2 * size, 0), min(begun + size, melody.heard)):
            if int(melody.pitch[t]) >= 0:
                total += melody.velocity[t]
                count += 1
        return total // count if count > 0 else 80

    def led(self, lead: Tensor, melody: Melody, bars: tuple[int, int], size: int) -> list[bool]:
        """Say over which bars chords are given."""
        out: list[bool] = []
        for b in range(bars[0], bars[1]):
            begun = (b * size + melody.origin) / 4
            sounds = (lead[:, 1] < begun + size / 4) & (lead[:, 1] + lead[:, 2] > begun)
            out.append(bool(sounds.any()))
        return out

    def taken(self, layer: int, bars: list[list[int]]) -> list[bool]:
        """Say which tracks a layer plays: those that the layers before it do not have."""
        out = [False] * self.count
        for i in range(self.count):
            for k in range(layer + 1):
                has = bool(self.chooser.has[int(self.chooser.song[bars[k][0]]), i])
                if has:
                    out[i] = k == layer
                    break
        return out

    def closes(self, section: int, controls: dict[str, float]) -> bool:
        """Whether the last bar closes: an ending, or the piece's own end, if it comes home."""
        if section == self.ending:
            return True
        is_end = "ends" in controls and controls["ends"] >= 1.0
        return is_end and section <= 0 and controls["cadence"] > 0.0

    def closed(
        self,
        rows: list[list[int]],
        melody: Melody,
        full: list[int],
        bounds: tuple[int, int],
        has_drums: bool,
    ) -> list[list[int]]:
        """Hold the last chord in frames `bounds` of our melody."""
        at, end = bounds
        state = full[min(end, len(full)) - 1]
        out: list[list[int]] = self.closing(
            rows, at + melody.origin, end + melody.origin, state, has_drums
        )
        return out

    def settles(self, full: list[int], begun: int, size: int) -> int:
        """Give the frame of a bar from which on its last chord sounds."""
        end = min(begun + size, len(full))
        at = (size + 3) // 4 * 4 - 4
        while at > 0 and full[min(begun + at - 4, end - 1)] == full[end - 1]:
            at -= 4
        return begun + at

    def sounding(
        self,
        melody: Melody,
        planned: Planned,
        bar: tuple[int, int],
        shift: int,
        flags: tuple[bool, bool],
    ) -> Sounding:
        """Describe one of our bars for those who play it: `bar` is its first frame and length.

        `flags` say whether the library's bar before was played, and whether chords are given.
        """
        begun, size = bar
        full, key = planned.full, planned.key
        frames = len(full)
        states = [full[min(begun + 4 * k, frames - 1)] for k in range((size + 3) // 4)]
        stop = min(begun + size, melody.heard)
        pitch: list[int] = melody.pitch[begun : max(stop, begun)].tolist()
        onset: list[float] = melody.onset[begun : max(stop, begun)].tolist()
        pitch.extend([-1] * (size - len(pitch)))
        onset.extend([0.0] * (size - len(onset)))
        after = full[min(begun + size, frames - 1)]
        return Sounding(
            begun + melody.origin, size, states, after, pitch, onset, key, flags[0], shift, flags[1]
        )

    def shift(self, melody: Melody, song: int) -> int:
        """Say by how much parts should lie higher than in a song, as our melody does."""
        heard = melody.pitch[: max(melody.heard, 0)]
        heard = heard[heard >= 0].float()
        if heard.size(0) == 0:
            return 0
        return min(max(int(0.5 * float(heard.mean() - self.height[song])), -5), 5)

    def chosen(
        self,
        melody: Melody,
        bars: tuple[int, int],
        section: int,
        controls: dict[str, float],
        seed: int,
    ) -> list[list[int]]:
        """Choose library bars, for one layer or more: [layers][bars]."""
        size = int(melody.bar[0])
        first, last = bars
        features = self.features(melody.pitch, melody.onset, melody.place, melody.bar)
        is_live = melody.heard < melody.pitch.size(0)
        wanted = self.chooser.wanted(features, 0 if is_live else features.size(0))
        again = self.again(melody, size)
        if is_live:
            again = [-1] * len(again)
        fits = self.chooser.fitting(size, "compound" in controls)
        count = max(features.size(0), 1)
        base = self.chooser.leaned(controls, section, float(first + last) / (2.0 * count))
        base = torch.where(fits, base, -1.0e6)
        anchor = self.anchor(melody, size)
        # another melody, other players; while it is still played it is not known
        luck = seed if is_live else seed + 7919 * int(melody.onset.sum())
        lacking = [True] * self.count
        out: list[list[int]] = []
        for layer in range(self.layers):
            song = self.chooser.song_for(wanted, fits, base, lacking, luck + 31 * layer)
            if song < 0:
                break
            held = torch.where(self.chooser.song == song, base, base - 1.0e3 * float(layer))
            found = self.chooser(wanted, again, (anchor, first, last), held, song, seed)
            out.append(self.filled(found, held, song, (section, first), seed))
            for i in range(self.count):
                if bool(self.chooser.has[int(self.chooser.song[found[0]]), i]):
                    lacking[i] = False
            if not max(lacking):
                break
        return out

    def filled(
        self, found: list[int], base: Tensor, song: int, at: tuple[int, int], seed: int
    ) -> list[int]:
        """Put fills where they are asked for: all bars of a fill, and the one before a close."""
        section, first = at
        for i in range(len(found)):
            asked = section == self.fill or (section == self.ending and i == len(found) - 2)
            if asked:
                bar = self.chooser.filling(base, song, first + i, seed)
                if bar >= 0:
                    found[i] = bar
        return found

    def anchor(self, melody: Melody, size: int) -> int:
        """Number the bar in which the melody enters: phrases are counted from there."""
        sung = torch.nonzero(melody.pitch >= 0)
        if sung.size(0) == 0:
            return 0
        return int(sung[0, 0]) // size

    def again(self, melody: Melody, size: int) -> list[int]:
        """Find for each bar an earlier one with the same melody, -1 where there is none."""
        count = (melody.pitch.size(0) + size - 1) // size
        pitches: list[int] = melody.pitch.tolist()
        onsets: list[float] = melody.onset.tolist()
        seen: dict[int, int] = {}
        out: list[int] = []
        for b in range(count):
            code, sung = 17, False
            for t in range(b * size, min(b * size + size, len(pitches))):
                code = (code * 1000003 + pitches[t] * 2 + int(onsets[t]) + 7) % 2305843009213693951
                sung = sung or pitches[t] >= 0
            if sung and code in seen:
                out.append(seen[code])
            else:
                out.append(-1)
                if sung:
                    seen[code] = b
        return out
