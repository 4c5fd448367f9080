"""Writes a melody on, note by note, several ways at once, and chooses among them."""

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from models.networks.common.noise import uniforms
from models.networks.transformer.events import LENGTHS, RESTS, Reader
from models.networks.transformer.net import Melodist


class Line(NamedTuple):
    """What is known of a melody, rows (start, end, pitch) in whole sixteenths, and what to write.

    `before` and `after` the stretch [first, last); `origin` is the bar line that bars of `bar`
    sixteenths, with beats of `unit`, are numbered from.
    """

    before: list[list[int]]
    after: list[list[int]]
    first: int
    last: int
    origin: int
    bar: int
    unit: int


class Writer(nn.Module):
    """Draws continuations from a Melodist, and says how likely it finds given ones."""

    lengths: Tensor
    rests: Tensor
    most: Final[int] = 4096  # notes; a safeguard
    least: Final[float] = 1e-4  # temperature
    fillings: Final[int] = 6
    rare: Final[float] = (
        0.2  # of what the nucleus cuts off is cut of rests: each is rare, all are not
    )

    def __init__(self, net: Melodist) -> None:
        super().__init__()
        self.net = net
        self.reader = Reader()
        self.register_buffer("lengths", torch.tensor(LENGTHS))
        self.register_buffer("rests", torch.tensor(RESTS))

    def forward(self, line: Line, controls: dict[str, float], seed: int) -> list[list[int]]:
        """Return the rows that fill [first, last): start, end, pitch."""
        known = line.before if len(line.before) > 0 else line.after
        shift = self.reader.shift(torch.tensor(known, dtype=torch.long).view(-1, 3))
        given = self.indexed(line.before, shift, line.first)
        count, tries = len(given), self.tries(line, controls)
        onsets = [row[0] for row in given]
        memory = self.net.empty(1)
        entry = [line.first] * tries
        if count > 0:
            features = [self.features(given, i, onsets[i], line) for i in range(count)]
            past = torch.tensor(onsets)[None]
            x, memory = self.net(
                torch.tensor(features)[None], past, torch.full_like(past, line.bar), memory
            )
            entry = self.entry(x[:, count - 1], given[count - 1], line, controls, seed)
        memory = [m.expand(-1, tries, -1, -1, -1) for m in memory]
        rows = self.written(given, entry, memory, line, controls, seed)
        best = self.fittest(rows, count, line, shift, controls)
        return [[r[0], r[1], min(max(r[2] + shift, 0), 127)] for r in rows[best][count:]]

    def tries(self, line: Line, controls: dict[str, float]) -> int:
        """Say how many ways are written: to fit what follows there must be some to choose from."""
        wanted = max(int(controls["tries"]), 1)
        chooses = len(line.after) > 0 or (controls["repeats"] < 100.0 and len(line.before) > 0)
        return max(wanted, self.fillings) if chooses else wanted

    def indexed(self, rows: list[list[int]], shift: int, last: int) -> list[list[int]]:
        """Give rows with the network's indices of pitches; what rings on at `last` ends there."""
        return [
            [r[0], max(min(r[1], last), r[0] + 1), self.reader.index(r[2], shift)] for r in rows
        ]

    def features(self, rows: list[list[int]], count: int, onset: int, line: Line) -> list[int]:
        """Give the features after `count` of the rows, for a next note at `onset`."""
        if count == 0:
            return self.reader.first(onset, line.origin, line.bar, line.unit)
        return self.reader.features(rows, count - 1, onset, line.origin, line.bar, line.unit)

    def entry(
        self, x: Tensor, last: list[int], line: Line, controls: dict[str, float], seed: int
    ) -> list[int]:
        """Draw where each try's first note begins, not before the stretch."""
        length = self.reader.length_class[min(last[1] - last[0], 64)][None]
        logits = self.net.rest_logits(x, length)
        onset = self.rests + last[1]
        unfit = (onset < line.first) | (onset >= min(line.first + line.bar, line.last))
        tries = self.tries(line, controls)
        if bool(unfit.all()):
            return [line.first] * tries
        logits = logits.masked_fill(unfit, -1e9)
        logits[0, 1:] += controls["rests"]
        chance = uniforms(seed, torch.tensor([line.first]), tries)[0]
        drawn = self.draw(logits.expand(tries, -1), controls, chance, self.rare)
        found: list[int] = (self.rests[drawn] + last[1]).tolist()
        return found

    def written(
        self,
        given: list[list[int]],
        onset: list[int],
        memory: list[Tensor],
        line: Line,
        controls: dict[str, float],
        seed: int,
    ) -> list[list[list[int]]]:
        """Write every try to the end."""
        tries = len(onset)
        rows: list[list[list[int]]] = []
        for _ in range(tries):
            # TorchScript miscompiles a comprehension in a comprehension.
            rows.append([[r[0], r[1], r[2]] for r in given])  # noqa: PERF401
        past = torch.tensor([r[0] for r in given], dtype=torch.long)[None].expand(tries, -1)
        longest = max(int(controls["longest"] * 4.0 + 0.5), 1)
        for _ in range(self.most):
            if min(onset) >= line.last:
                break
            features = torch.tensor(
                [self.features(rows[k], len(rows[k]), onset[k], line) for k in range(tries)]
            )
            now = torch.tensor(onset)
            past = torch.cat([past, now[:, None]], 1)
            bar = torch.full_like(past, line.bar)
            x, memory = self.net(features[:, None], past, bar, memory)
            notes = self.drawn(x[:, 0], features[:, 0], now, (longest, line.bar, seed), controls)
            for k in range(tries):
                note = notes[k]
                # One that is done waits for the others: what it hears meanwhile is left out.
                end = onset[k] + note[1]
                rows[k].append([onset[k], min(end, max(line.last, onset[k] + 1)), note[0]])
                onset[k] = end + note[2]
        return [self.before(one, line.last) for one in rows]

    def before(self, rows: list[list[int]], last: int) -> list[list[int]]:
        """Take the rows that begin before the sixteenth `last`."""
        kept: list[list[int]] = []
        for row in rows:
            if row[0] < last:
                kept.append(row)  # noqa: PERF401 - TorchScript knows no such comprehension
        return kept

    def drawn(
        self,
        x: Tensor,
        last: Tensor,
        onset: Tensor,
        bounds: tuple[int, int, int],
        controls: dict[str, float],
    ) -> list[list[int]]:
        """Draw the next note of each try: index of the pitch, length, rest after it.

        `bounds` are the longest note, the rest that is too long, and the seed.
        """
        longest, silence, seed = bounds
        tries = x.size(0)
        place = torch.arange(tries)
        chance = [uniforms(seed * 4 + kind, onset, tries)[place, place] for kind in range(1, 4)]
        pitch = self.draw(self.net.pitch_logits(x, last), controls, chance[0])
        logits = self.net.length_logits(x, pitch, last)
        logits = logits.masked_fill((self.lengths > longest)[None], -1e9)
        length = self.draw(logits, controls, chance[1])
        logits = self.net.rest_logits(x, length)
        more = torch.full_like(logits[:1], controls["rests"])
        more[0, 0] = 0.0
        # No bar stays silent: no listener would know that it goes on.
        logits = (logits + more).masked_fill((self.rests >= max(silence, 1))[None], -1e9)
        rest = self.draw(logits, controls, chance[2], self.rare)
        found: list[list[int]] = torch.stack(
            [pitch, self.lengths[length], self.rests[rest]], 1
        ).tolist()
        return found

    def draw(
        self, logits: Tensor, controls: dict[str, float], chance: Tensor, cut: float = 1.0
    ) -> Tensor:
        """Draw one of each row of logits by `chance` in (0, 1), within the nucleus.

        `cut` is how much of what lies outside of the nucleus is left out.
        """
        warmth = controls["temperature"]
        if warmth <= self.least:
            return logits.argmax(1)
        share = torch.softmax(logits / warmth, 1)
        ranked, order = torch.sort(share, descending=True, dim=1)
        before = ranked.cumsum(1) - ranked
        ranked = ranked * (before < 1.0 - cut * (1.0 - controls["nucleus"]))
        heap = ranked.cumsum(1)
        wanted = chance[:, None] * heap[:, -1:]
        at = (heap < wanted).sum(1, keepdim=True).clamp(max=logits.size(1) - 1)
        return order.gather(1, at)[:, 0]

    def fittest(
        self,
        rows: list[list[list[int]]],
        count: int,
        line: Line,
        shift: int,
        controls: dict[str, float],
    ) -> int:
        """Choose among the tries that repeat no more than they may: the one that fits best.

        That is the one after which what follows is likeliest; with nothing after, the first.
        """
        if len(rows) < 2:
            return 0
        fresh = self.fresh(rows, count, line, controls["repeats"] / 100.0)
        after = self.indexed(line.after, shift, line.last + 64 * 64)
        if len(after) > 0:
            fits = [self.nats(rows[i] + after, len(rows[i]), line) for i in fresh]
        elif controls["tries"] < 2.0:
            return fresh[0]
        else:
            fits = [self.nats(rows[i], count, line) / max(len(rows[i]) - count, 1) for i in fresh]
        return fresh[int(torch.tensor(fits).argmax())]

    def fresh(
        self, rows: list[list[list[int]]], count: int, line: Line, allowed: float
    ) -> list[int]:
        """List the tries of whose bars no more than allowed were there before; else the best."""
        shares = [self.repeated(one, count, line) for one in rows]
        most = max(min(shares), allowed)
        found: list[int] = []
        for i in range(len(shares)):
            if shares[i] <= most:
                found.append(i)  # noqa: PERF401 - TorchScript knows no such comprehension
        return found

    def repeated(self, rows: list[list[int]], count: int, line: Line) -> float:
        """Say which share of the new bars is one of those before, note for note."""
        before = self.bars(rows[:count], line)
        new = self.bars(rows[count:], line)
        known = {bar: True for bar in before.values()}
        again = 0
        for bar in new.values():
            again += int(bar in known)
        return again / max(len(new), 1)

    def bars(self, rows: list[list[int]], line: Line) -> dict[int, str]:
        """Spell what begins in each bar: places, lengths and pitches."""
        out: dict[int, str] = {}
        for row in rows:
            number, place = (row[0] - line.origin) // line.bar, (row[0] - line.origin) % line.bar
            note = str(place) + "," + str(row[1] - row[0]) + "," + str(row[2]) + ";"
            out[number] = out[number] + note if number in out else note
        return out

    def nats(self, rows: list[list[int]], count: int, line: Line) -> float:
        """Say how likely rows from `count` on are after those before them: ln P."""
        size = len(rows)
        if size <= count:
            return 0.0
        features = torch.tensor([self.features(rows, i, rows[i][0], line) for i in range(size)])[
            None
        ]
        onset = torch.tensor([row[0] for row in rows])[None]
        x, _ = self.net(features, onset, torch.full_like(onset, line.bar), self.net.empty(1))
        last = features[:, :, 0]
        pitch = torch.tensor([row[2] for row in rows])[None]
        length = self.reader.length_class[torch.tensor([min(row[1] - row[0], 64) for row in rows])][
            None
        ]
        gaps = [min(max(rows[i + 1][0] - rows[i][1], 0), 64) for i in range(size - 1)]
        rest = self.reader.rest_class[torch.tensor(gaps, dtype=torch.long)][None]
        a = torch.log_softmax(self.net.pitch_logits(x, last), 2).gather(2, pitch[..., None])[
            0, :, 0
        ]
        b = torch.log_softmax(self.net.length_logits(x, pitch, last), 2)
        b = b.gather(2, length[..., None])[0, :, 0]
        c = torch.log_softmax(self.net.rest_logits(x, length)[:, : size - 1], 2)
        c = c.gather(2, rest[..., None])[0, :, 0]
        begin = max(count - 1, 0)  # the rest before the first new note counts
        return float(a[count:].sum() + b[count:].sum() + c[begin:].sum())
