"""One MIDI file read, cast, set on the grid and cut to whole bars; or the reason why it is not."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from models.data.cut import cut, odd_meter, on_grid
from models.data.limits import Limits, UnfitError, check_size
from models.data.piece import Facts, LeftOut, Piece
from models.data.quantise import TOLERANCE, grid_shares, merge, quantise
from models.data.roles import RoleError, assign_roles
from models.formats.midi_bytes import MidiFileError
from models.formats.midi_read import read_score
from models.music.clip import Composition, Track
from models.music.score import PickupError, Score


def read_piece(path: Path, name: str, file: str, limits: Limits) -> Piece | LeftOut:
    """Read one file as a Piece with all the roles that it has; or say why it is left out."""
    try:
        score = read_score(path)
        check_size(score, limits)
        score = score.with_pickup(limits.pickup_beats)
        _check_meter(score, limits.steps_per_beat)
        return _piece(score, name, file, limits)
    except MidiFileError as error:
        return LeftOut(file, str(error).removeprefix(f"cannot read {path}: "), "unreadable")
    except RoleError as error:
        return LeftOut(file, str(error), str(error).partition(":")[0])
    except PickupError as error:
        return LeftOut(file, str(error), "pick-up")
    except UnfitError as error:
        return LeftOut(file, str(error), error.kind)


def _check_meter(score: Score, steps_per_beat: int) -> None:
    meter = odd_meter(score.meter, score.length, steps_per_beat)
    if meter is not None:
        why = f"is no whole number of steps, {steps_per_beat} a beat"
        raise UnfitError("odd meter", f"a bar of {meter} {why}")


def _piece(score: Score, name: str, file: str, limits: Limits) -> Piece:
    steps = limits.steps_per_beat
    casting = assign_roles(score)
    off_grid, triplets = grid_shares((track.clip for track in score.tracks), steps)
    parts = _one_a_role([_on_grid(track, steps) for track in casting.others])
    composition = Composition(
        replace(_on_grid(casting.melody, steps), channel=0),
        parts,
        score.tempo,
        on_grid(score.meter, steps),
        score.ticks_per_beat,
        {"keys": score.keys} if score.keys else {},
    )
    begin, end = _bounds(composition)
    composition = _exact(cut(composition, begin, end), steps)
    piece = Piece(
        name,
        composition,
        Facts(file, tuple(t.role for t in parts), casting.reason, off_grid, triplets),
        _timing(casting.others, composition, begin, steps),
    )
    if piece.bars < limits.min_bars:
        has = "1 bar" if piece.bars == 1 else f"{piece.bars} bars"
        raise UnfitError("too short", f"it has {has}, at least {limits.min_bars} wanted")
    return piece


def _on_grid(track: Track, steps_per_beat: int) -> Track:
    return replace(track, clip=quantise(track.clip, steps_per_beat, is_drum=track.is_drum))


def _one_a_role(tracks: Sequence[Track]) -> tuple[Track, ...]:
    """Merge the tracks of one role; the one with most notes gives name and instrument."""
    by_role: defaultdict[str, list[Track]] = defaultdict(list)
    for track in tracks:
        by_role[track.role].append(track)
    merged = []
    for same in by_role.values():
        fullest = max(same, key=lambda t: len(t.clip.notes))
        if len(same) == 1:
            merged.append(fullest)
        else:
            merged.append(replace(fullest, name="", clip=merge(t.clip for t in same)))
    return tuple(merged)


def _bounds(piece: Composition) -> tuple[float, float]:
    """Say where the whole bars with notes begin and end: others are cut off."""
    begin = piece.meter.bar_line(min(t.clip.notes[0].start for t in piece.tracks if t.clip.notes))
    return begin, piece.meter.bar_line_from(max(t.clip.end for t in piece.tracks))


def _timing(
    played: Sequence[Track], piece: Composition, begin: float, steps: int
) -> tuple[float, ...]:
    """Say how late the drums were played, note by note; nothing where they are on the grid."""
    late: dict[tuple[int, int], float] = {}
    for note in (n for t in played if t.is_drum for n in t.clip.notes):
        step = round(note.start * steps)
        late.setdefault((step, note.pitch), note.start - step / steps)
    drums = [n for t in piece.accompaniment if t.is_drum for n in t.clip.notes]
    out = tuple(late.get((round((n.start + begin) * steps), n.pitch), 0.0) for n in drums)
    return out if any(abs(x) > TOLERANCE for x in out) else ()


def _exact(piece: Composition, steps_per_beat: int) -> Composition:
    """Give every time the one float that its step has: sums of thirds of a beat come near it."""
    if not steps_per_beat & (steps_per_beat - 1):
        return piece
    melody, *others = (_on_grid(track, steps_per_beat) for track in piece.tracks)
    return replace(piece, melody=melody, accompaniment=tuple(others))
