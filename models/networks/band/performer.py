"""Plays library bars on chords: rows of notes of one bar, in the TorchScript subset."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from torch import Tensor, nn

from models.artifact.manifest import TrackSpec
from models.networks.band.bars import DOUBLES, INTERVAL, LEADS, TIED
from models.networks.band.library import Library
from models.networks.band.parts import bass_of
from models.networks.band.retune import Retuner

_PARALLEL = ("guitar", "rhythm guitar")  # moved with the roots, as hands on a fretboard are


class Sounding(NamedTuple):
    """A bar of ours: the frame it begins on, its length, a chord and key, and who plays.

    `states` has a full state for each beat, `pitch` and `onset` the melody's frames in it, `after`
    the chord of the first beat of the next bar; `comes` whether the library bar before was played,
    `is_led` whether somebody gives the chords: then nothing strange to them is held.
    """

    begin: int
    size: int
    states: list[int]
    after: int
    pitch: list[int]
    onset: list[float]
    key: int
    comes: bool
    shift: int
    is_led: bool


class Performer(nn.Module):
    """Reads bars of a Library and moves them to our chords."""

    doubles: Final[int] = DOUBLES
    tied: Final[int] = TIED
    leads: Final[int] = LEADS
    interval: Final[int] = INTERVAL
    notes: Tensor
    first: Tensor
    chords: Tensor
    doubling: Tensor

    def __init__(self, bars: Library, tracks: Sequence[TrackSpec]) -> None:
        super().__init__()
        self.retuner = Retuner()
        for name in ("notes", "first", "chords", "doubling"):
            self.register_buffer(name, getattr(bars, name))
        self.is_drum = [t.role == "drums" for t in tracks]
        self.is_parallel = [t.role in _PARALLEL for t in tracks]
        self.lows = [t.low for t in tracks]
        self.highs = [t.high for t in tracks]
        self.bass = bass_of(tracks)
        self.count = len(tracks)

    def forward(self, bar: int, ours: Sounding, wanted: list[bool]) -> list[list[int]]:
        """Give notes of the tracks `wanted`: [track, start, duration, pitch, velocity, late].

        Starts are frames; late is in LATE_UNITS of a beat.
        """
        begin, end = int(self.first[bar]), int(self.first[bar + 1])
        rows: list[list[int]] = self.notes[begin:end].long().tolist()
        old: list[int] = self.chords[bar].long().tolist()
        octaves = int(self.doubling[bar])
        follows = octaves > -99 and max(ours.pitch) >= 0 and not ours.is_led
        kept: list[list[int]] = []
        doubling = -1
        for row in rows:
            if not wanted[row[0]] or row[1] >= ours.size:
                continue
            if (row[5] & self.tied) != 0 and ours.comes:
                continue
            if follows and (row[5] & self.doubles) != 0:
                doubling = row[0]
                continue
            kept.append(row)
        moved = self.placed(kept, old, ours, 0)
        is_copy = doubling < 0 and self.is_shifted(kept, moved)
        if is_copy:
            moved = self.placed(kept, old, ours, 1)
        out: list[list[int]] = []
        for row, pitch in zip(kept, moved):  # noqa: B905 - TorchScript knows no strict
            out.append(self.note(row, pitch, ours))
        if doubling >= 0:
            self.follow(out, doubling, octaves, ours)
        return out

    def note(self, row: list[int], pitch: int, ours: Sounding) -> list[int]:
        """Lay a note into our bar; it does not ring into a chord that it is no part of."""
        start, length = row[1], row[2]
        if self.is_drum[row[0]]:
            return [row[0], ours.begin + start, min(length, 4), pitch, row[4], row[6]]
        end = start + length
        state = self.state_at(ours, start)
        at = start // 4 * 4 + 4
        while at < end:
            here = self.state_at(ours, at)
            if here != state and not self.retuner.is_tone(pitch, here):
                end = at
            at += 4
        return [row[0], ours.begin + start, max(end - start, 1), pitch, row[4], row[6]]

    def state_at(self, ours: Sounding, step: int) -> int:
        """Give the chord on a step of our bar, or in the one after it."""
        if step >= ours.size:
            return ours.after
        return ours.states[min(step // 4, len(ours.states) - 1)]

    def placed(self, rows: list[list[int]], old: list[int], ours: Sounding, lift: int) -> list[int]:
        """Give our pitches of notes; `lift` moves all but the bass by steps of the chord."""
        moves = self.moves(rows, old, ours, lift)
        out: list[int] = []
        for row in rows:
            track, step, pitch = row[0], row[1], row[3]
            if self.is_drum[track]:
                out.append(pitch)
                continue
            was = old[min(step // 4, len(old) - 1)]
            now = self.state_at(ours, step)
            if track == self.bass:
                found = self.retuner.low(pitch, was, now)
                # A chord begins on a tone of it in the bass: where others lead, on its own bass.
                if step == self.begun(step, ours) and (
                    ours.is_led or not self.retuner.is_tone(found, now)
                ):
                    found = self.retuner.bass_near(found, now)
            else:
                found = self.retuner.moved(pitch, was, now, moves[self.code(row, ours)])
            melody = ours.pitch[step] if step < len(ours.pitch) else -1
            found = self.retuner.settled(found, now, ours.key, melody)
            if ours.is_led and (step % 4 == 0 or row[2] > 1):
                found = self.retuner.tone_near(found, now)
            out.append(found)
        self.colour(rows, old, out, ours)
        return self.apart(rows, self.ranged(rows, self.led_on(rows, out, ours)), ours)

    def colour(self, rows: list[list[int]], old: list[int], out: list[int], ours: Sounding) -> None:
        """Give chords that were struck as triads the seventh that ours has, in place.

        Its root goes to it, which the bass plays; over another bass its fifth.
        """
        struck: dict[int, int] = {}
        for row, pitch in zip(rows, out):  # noqa: B905
            at = row[1] * 16 + row[0]
            bits = struck[at] if at in struck else 0  # noqa: SIM401 - TorchScript
            struck[at] = bits | (1 << (pitch % 12))
        for i in range(len(rows)):
            track, step = rows[i][0], rows[i][1]
            if self.is_drum[track] or self.is_parallel[track] or track == self.bass:
                continue
            was, now = old[min(step // 4, len(old) - 1)], self.state_at(ours, step)
            goes = self.retuner.goes_to_seventh(out[i], was, now, struck[step * 16 + track])
            if goes >= 0 and not self.is_beside(goes, ours, step):
                out[i] = goes

    def is_beside(self, pitch: int, ours: Sounding, step: int) -> bool:
        """Whether the melody sings a semitone beside a pitch."""
        melody = ours.pitch[step] if step < len(ours.pitch) else -1
        apart = (pitch - melody) % 12
        return melody >= 0 and (apart == 1 or apart == 11)

    def led_on(self, rows: list[list[int]], pitches: list[int], ours: Sounding) -> list[int]:
        """Let a bass that led to the next chord's bass lead to that of our next chord."""
        target, then = -1, ours.after
        for k in range(len(rows)):
            i = len(rows) - 1 - k
            row = rows[i]
            if row[0] != self.bass:
                continue
            now = self.state_at(ours, row[1])
            if (row[5] & self.leads) != 0 and then != now:
                goal = self.retuner.bass_near(pitches[i], then) if target < 0 else target
                pitches[i] = goal + row[5] // self.interval - 2
            target, then = pitches[i], now
        return pitches

    def ranged(self, rows: list[list[int]], pitches: list[int]) -> list[int]:
        """Move each part's bar as a whole by octaves to where its instrument plays."""
        lowest = [128] * self.count
        highest = [-1] * self.count
        for row, pitch in zip(rows, pitches):  # noqa: B905
            lowest[row[0]] = min(lowest[row[0]], pitch)
            highest[row[0]] = max(highest[row[0]], pitch)
        out: list[int] = []
        for row, pitch in zip(rows, pitches):  # noqa: B905
            track = row[0]
            if self.is_drum[track]:
                out.append(pitch)
                continue
            low, high = self.lows[track], self.highs[track]
            by = self.retuner.octaves(lowest[track], highest[track], low, high)
            out.append(self.retuner.within(pitch + by, low, high))
        return out

    def apart(self, rows: list[list[int]], pitches: list[int], ours: Sounding) -> list[int]:
        """Let no part strike a pitch twice at once."""
        taken: dict[int, int] = {}
        out: list[int] = []
        for row, pitch in zip(rows, pitches):  # noqa: B905
            if self.is_drum[row[0]]:
                out.append(pitch)
                continue
            out.append(self.free(pitch, self.state_at(ours, row[1]), (row[1], row[0]), taken))
        return out

    def moves(
        self, rows: list[list[int]], old: list[int], ours: Sounding, lift: int
    ) -> dict[int, int]:
        """Choose by how many steps of the chord each track moves, in each stretch of a chord."""
        edges: dict[int, list[int]] = {}
        for row in rows:
            code = self.code(row, ours)
            if code not in edges:
                edges[code] = [row[3], row[3], row[0], row[1]]
            ends = edges[code]
            ends[0], ends[1] = min(ends[0], row[3]), max(ends[1], row[3])
        out: dict[int, int] = {}
        for code, ends in edges.items():
            track, step = ends[2], ends[3]
            move = lift
            if not self.is_parallel[track] and not self.is_drum[track]:
                was, now = old[min(step // 4, len(old) - 1)], self.state_at(ours, step)
                move += self.retuner.offset(ends[:2], was, now, ours.shift)
            out[code] = move
        return out

    def free(self, pitch: int, state: int, where: tuple[int, int], taken: dict[int, int]) -> int:
        """Give a pitch that a track does not strike at once already: else a tone beside it.

        `where` are the step and the track.
        """
        found = pitch
        track = where[1]
        at = (where[0] * 16 + track) * 128
        low, high = self.lows[track], self.highs[track]
        if at + pitch in taken:
            for i in range(2, 26):
                beside = pitch + (i // 2 if i % 2 == 0 else -(i // 2))
                is_new = low <= beside <= high and at + beside not in taken
                if is_new and self.retuner.is_tone(beside, state):
                    found = beside
                    break
        taken[at + found] = 1
        return found

    def code(self, row: list[int], ours: Sounding) -> int:
        """Number the stretch of one chord that a note of a track begins in."""
        return row[0] * 64 + self.begun(row[1], ours) // 4

    def begun(self, step: int, ours: Sounding) -> int:
        """Say on which step of our bar the chord of a step begins."""
        now = self.state_at(ours, step)
        beat = step // 4
        while beat > 0 and self.state_at(ours, beat * 4 - 4) == now:
            beat -= 1
        return beat * 4

    def is_shifted(self, rows: list[list[int]], moved: list[int]) -> bool:
        """Whether a bar came out as it was, or moved as a whole: then it would be a copy."""
        first = True
        by = 0
        for row, pitch in zip(rows, moved):  # noqa: B905
            if self.is_drum[row[0]]:
                continue
            if first:
                by = pitch - row[3]
                first = False
            elif pitch - row[3] != by:
                return False
        return True

    def follow(self, out: list[list[int]], track: int, octaves: int, ours: Sounding) -> None:
        """Let a track play our melody along."""
        size = min(ours.size, len(ours.pitch))
        low, high = self.lows[track], self.highs[track]
        lowest, highest = 127, 0
        for p in ours.pitch[:size]:
            if p >= 0:
                lowest, highest = min(lowest, p), max(highest, p)
        by = self.retuner.octaves(lowest + 12 * octaves, highest + 12 * octaves, low, high)
        for t in range(size):
            if ours.pitch[t] >= 0 and (ours.onset[t] > 0 or t == 0):
                end = t + 1
                while end < size and ours.onset[end] == 0 and ours.pitch[end] == ours.pitch[t]:
                    end += 1
                pitch = self.retuner.within(ours.pitch[t] + 12 * octaves + by, low, high)
                out.append([track, ours.begin + t, end - t, pitch, 80, 0])
