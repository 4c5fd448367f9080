"""The drums of an arrangement: bars of a take one after the other, or a written beat; fills."""

from collections.abc import Sequence
from random import Random

from models.arranging.drum_grooves import Groove, usable
from models.arranging.parts import ACCENTS, hits
from models.arranging.style import Style, cut_rhythm, meter_key
from models.music.clip import Note
from models.music.tempo import Meter

PHRASE = 8  # bars, before the end of which a fill may come
_SNARE, _TOMS = 38, (48, 47, 45, 43)
_CRASH = 49
_LOUDNESS = 78


def drum_bars(
    style: Style, meter: Meter, levels: Sequence[int], grooves: Sequence[Groove], random: Random
) -> list[list[Note]]:
    """Play the drums of each bar; `levels` [bars] are intensities."""
    wanted = Meter(4, 4) if meter in (Meter(2, 4), Meter(2, 2)) else meter
    takes = [g for g in usable(grooves, wanted) if style.takes(g)]
    bars = _taken(random.choice(takes), meter, len(levels)) if takes else []
    if not bars:
        bars = [_written(style, meter, level) for level in levels]
    fills = [g for g in grooves if g.is_fill and g.style in style.fills and g.meter == meter]
    for bar in range(PHRASE - 1, len(bars), PHRASE):
        if takes and fills and random.random() < 0.6:
            bars[bar] = list(random.choice(fills).bars[0])
        elif not takes:
            bars[bar] = _filled(bars[bar], meter, random)
        if bar + 1 < len(bars) and levels[bar + 1] >= 2:
            bars[bar + 1] = [Note(0.0, 0.25, _CRASH, 92), *bars[bar + 1]]
    return bars


def _taken(take: Groove, meter: Meter, count: int) -> list[list[Note]]:
    """Lay a take's bars in order; two bars of 2/4 share one of 4/4."""
    parts = round(take.meter.beats_per_bar / meter.beats_per_bar)
    size = meter.beats_per_bar
    out: list[list[Note]] = []
    for i in range(count):
        whole = take.bars[i // parts % len(take.bars)]
        begin = size * (i % parts)
        out.append(
            [
                Note(max(n.start - begin, 0.0), n.duration, n.pitch, n.velocity)
                for n in whole
                if begin <= n.start + 0.125 < begin + size
            ]
        )
    return out


def _written(style: Style, meter: Meter, level: int) -> list[Note]:
    beats = style.beats[meter_key(meter) or "4/4"]
    beat = beats[min(level, len(beats) - 1)]
    return [
        Note(hit.start, 0.25, pitch, _LOUDNESS + 3 * level + ACCENTS[hit.sign])
        for pitch, rhythm in beat.items()
        for hit in hits(cut_rhythm(rhythm, meter))
    ]


def _filled(bar: Sequence[Note], meter: Meter, random: Random) -> list[Note]:
    """End a bar with strokes on snare and toms."""
    begin = meter.beats_per_bar - (2.0 if meter.beats_per_bar > 2 and random.random() < 0.6 else 1)
    kept = [n for n in bar if n.start < begin]
    steps = round((meter.beats_per_bar - begin) * 4)
    toms = sorted(random.choices((_SNARE, *_TOMS), k=steps), reverse=True)
    strokes = [
        Note(begin + i / 4, 0.25, toms[i], 74 + 3 * i)
        for i in range(steps)
        if i % 2 == 0 or random.random() < 0.7
    ]
    return kept + strokes
