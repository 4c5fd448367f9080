"""The swing of what is played: how late the second half of a beat comes, found and taken out.

0 is straight; 1 puts the half beat where a triplet has its third note, as the control `swing` of
bands does. Earlier halves are not swung, later ones are dotted (after Friberg & Sundstroem, 2002:
swung eighths lie between 1:1 and some 2.5:1).
"""

from dataclasses import replace
from math import floor
from statistics import median

from models.music.clip import Clip

_THIRD = 6.0  # swing for each beat that a half beat comes late
_HALVES = (0.44, 0.72)  # where in a beat its second half may begin
_QUARTERS = (0.17, 0.3)  # an onset there makes it a beat of sixteenths, which says nothing
_FEWEST = 4  # half beats by which a player is judged
_LEAST = 0.25  # nobody plays straighter than that on purpose
_STEP = 0.1  # so that it changes only when the player does


def found_swing(melody: Clip, begin: float, end: float) -> float | None:
    """Find the swing of what is struck in [begin, end) beats, 0 to 1; None: too little is."""
    struck = [n.start for n in melody.notes if begin <= n.start < end]
    fine = {floor(s) for s in struck if _QUARTERS[0] <= s - floor(s) <= _QUARTERS[1]}
    places = [s - floor(s) for s in struck if floor(s) not in fine]
    halves = [place for place in places if _HALVES[0] <= place <= _HALVES[1]]
    if len(halves) < _FEWEST:
        return None
    swing = min((median(halves) - 0.5) * _THIRD, 1.0)
    return 0.0 if swing < _LEAST else round(swing / _STEP) * _STEP


def straightened_beat(beat: float, swing: float) -> float:
    """Give the beat at which a straight player would play what is swung to this one."""
    half = 0.5 + swing / _THIRD
    whole = floor(beat)
    rest = beat - whole
    if rest <= half:
        return whole + rest * 0.5 / half
    return whole + 0.5 + (rest - half) * 0.5 / (1 - half)


def straightened(clip: Clip, swing: float) -> Clip:
    """Give a swung clip as straight eighths, for those who read it on a grid; its length stays."""
    if not swing:
        return clip
    notes = []
    for note in clip.notes:
        start = straightened_beat(note.start, swing)
        end = straightened_beat(note.end, swing)
        notes.append(replace(note, start=start, duration=max(end - start, 0.0)))
    return replace(clip, notes=tuple(notes))
